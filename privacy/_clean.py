r"""Text in one spelling, without invisible characters and terminal control sequences.

Sources: Unicode 16 `DerivedCoreProperties.txt` (Default_Ignorable_Code_Point), UAX #9 (bidirectional
controls), UTS #39 (invisible characters), ECMA-48 §5 and §8 (control sequences and control strings).
"""

import re
import unicodedata

_INVISIBLE = (
    "\x00-\x06\x08\x0e-\x1a\x1c-\x1f\x7f"  # C0 except BEL, TAB, LF and ESC, which the sequences below need
    "\x80-\x84\x86-\x8f\x91-\x97\x99\x9a"  # C1 except NEL and the openers and the closer of sequences
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, bidirectional marks, embeddings, isolates
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # fillers, variation selectors, annotations
    "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"  # private use, noncharacters
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"  # script and music formats
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 14))
    + "\U000e0000-\U0010ffff"  # tags, variation selector supplement, private planes
)
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
_LINE_BREAKS = "\x0b\x0c\r\x85\u2028\u2029"
_FULL_WIDTH = "\uff01-\uff5e"
_FULL_WIDTH_OFFSET = 0xFEE0
_SEQUENCE_CONTROLS = "\x07\x1b\x90\x98\x9b-\x9f"

# Two looks, because the second is ten times slower a character and most texts have nothing for it.
_UNUSUAL = re.compile(r"[^\n\t\x20-\x7e]+")
_NOTABLE = re.compile(f"[\ud800-\udfff{_INVISIBLE}{_SPACES}{_LINE_BREAKS}{_FULL_WIDTH}{_SEQUENCE_CONTROLS}]")
_RESPELLED = re.compile(f"\r\n|[{_SPACES}{_LINE_BREAKS}{_FULL_WIDTH}]")
_REMOVED = re.compile(f"[{_INVISIBLE}]+")

# A new opener aborts the sequence before it, so no scan runs past the next opener. A line break ends an
# unfinished sequence: untrusted text must not be able to swallow the lines after it.
_TERMINAL_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?+"  # CSI: parameters, intermediates, final
    r"|(?:\x1b[P\]X^_]|[\x90\x98\x9d-\x9f])[^\n\x07\x1b\x90\x98\x9b-\x9f]*+(?:\x07|\x1b\\|\x9c)?+"  # strings
    r"|\x1b[ -/]*+[0-~]?+"  # two-character escapes, character sets, a lone ESC
    r"|[\x07\x80-\x9f]"
)


# Composing sorts a run of combining marks in quadratic time. UAX #15 allows 30 in its stream-safe format.
_LONG_RUN = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MOST_MARKS = 30


def clean(text: str) -> str:
    r"""Return `text` normalised (NFC), without anything invisible.

    Removed: control characters except `\n` and `\t`, whole terminal sequences (ESC and 8-bit forms),
    zero-width, bidirectional, tag, filler and annotation characters, every variation selector, soft hyphens,
    private-use code points, noncharacters, and all but the first 30 of a run of combining marks. Replaced:
    every kind of line break by `\n`, every kind of space by a space, full-width ASCII by ASCII, lone
    surrogates by U+FFFD, so that the result always encodes as UTF-8. Cleaning a cleaned text changes nothing.

    Joiners inside emoji and Persian or Indic words are removed too: they can hide data there as well.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    runs = _UNUSUAL.findall(text)
    piled = len(max(runs, key=len)) > _MOST_MARKS
    if _NOTABLE.search("".join(runs)) is not None:
        # Joins surrogate pairs and replaces lone surrogates by U+FFFD.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _RESPELLED.sub(_respelled, text)
        text = _REMOVED.sub("", text)
        text = _TERMINAL_SEQUENCE.sub("", text)
        piled = True  # the text between two runs of marks may have been removed
    if piled:
        text = _LONG_RUN.sub(_without_excess_marks, text)
    return unicodedata.normalize("NFC", text)


def clean_line(text: str, *, limit: int | None = None) -> str:
    """Return `text` cleaned and on a single line, for names, titles and the fields of a line.

    Runs of white space become one space. With `limit`, the result has at most that many characters and ends
    in an ellipsis if it was cut.
    """
    return shorten(" ".join(clean(text).split()), limit)


def shorten(line: str, limit: int | None) -> str:
    """Return a line of at most `limit` characters, which ends in an ellipsis if it was cut."""
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"


def _without_excess_marks(match: re.Match[str]) -> str:
    """Return the match with the first 30 of each run of combining marks."""
    kept: list[str] = []
    pile = 0
    for character in match[0]:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _respelled(match: re.Match[str]) -> str:
    found = match[0]
    if "\uff01" <= found <= "\uff5e":
        return chr(ord(found) - _FULL_WIDTH_OFFSET)
    return "\n" if found[0] in "\x0b\x0c\r\x85\u2028\u2029" else " "
