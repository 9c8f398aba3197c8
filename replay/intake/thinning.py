"""JSON with too many objects and arrays, made smaller before it is decoded."""

import re

_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]|\\.)*+")*+(?:([\[\]{}])|.*+)', re.DOTALL)
_OPENING = b"[{"
_ARRAY = ord("[")


def thinned(data: bytes, most: int) -> bytes:
    """Return JSON without the last items of its arrays, so that about `most` objects and arrays are left.

    What comes after an array stays: rrweb writes the id of a node after its children. Objects and arrays that
    are values of an object stay, too, so the result may hold more than `most`.
    """
    kept: list[bytes] = []
    kept_from = last_end = opened = 0
    around: list[int] = []  # the brackets that are open
    skipped = -1  # how many brackets are open in the items that are left out; -1 outside of them
    for match in _BRACKET.finditer(data):
        if match[1] is None:
            break  # the rest has no bracket
        at = match.end() - 1
        bracket = data[at]
        if bracket in _OPENING:
            if skipped >= 0:
                skipped += 1
                continue
            if opened >= most and around and around[-1] == _ARRAY:
                kept.append(data[kept_from:last_end])
                skipped = 1
                continue
            opened += 1
            around.append(bracket)
        elif skipped > 0:
            skipped -= 1
            continue
        else:
            if skipped == 0:
                kept_from, skipped = at, -1
            if around:
                around.pop()
        last_end = at + 1
    if skipped < 0:  # otherwise it ends within what is left out
        kept.append(data[kept_from:])
    return b"".join(kept)
