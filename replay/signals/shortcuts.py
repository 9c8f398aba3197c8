"""Lines that need not be decoded, or not yet.

Most lines say that the pointer moved, or that the page changed in a way nobody asks about before it is
gone. As rrweb and posthog-js write them, their first bytes say which they are and their last bytes when
it was; so where the pointer went is never read, and a change is when somebody asks for the page. Written
in any other way, a line is decoded like all others. The price: damage within such a line shows only when
it is read.
"""

from typing import Final

from recordings_mcp.replay.intake.stream import HEAD_BYTES, Shortcut
from recordings_mcp.replay.signals.frustration import ANSWERED_BY_CHANGE_MS, answer
from recordings_mcp.replay.signals.lifecycle import QUIET_TAGS
from recordings_mcp.replay.signals.window import Window

_INCREMENTAL = b'{"type":3,"data":{"source":%d,"'
_DOWN = b"17"  # a mouse button, a finger
_CUSTOM = b'{"type":5,"data":{"tag":"%s",'


def _move(window: Window, at: float, _line: bytes) -> None:
    window.activity.touch(at)


def _pointer(window: Window, at: float, line: bytes) -> None:
    """Take a press or its end; the digit after `"type":` tells which."""
    window.activity.touch(at)
    if line[len(window.prefix) + HEAD_BYTES + len(b'type":')] in _DOWN:
        window.pointer.press()


def _change(window: Window, at: float, line: bytes) -> None:
    window.mirror.change_later(line)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)


def _pass_over(_window: Window, _at: float, _line: bytes) -> None:
    """Take an event that says nothing to a reader."""


def _incremental(source: int) -> bytes:
    return (_INCREMENTAL % source)[:HEAD_BYTES]


def _quiet() -> dict[bytes, Shortcut]:
    rests: dict[bytes, list[bytes]] = {}
    for tag in sorted(QUIET_TAGS):
        whole = _CUSTOM % tag.encode()
        rests.setdefault(whole[:HEAD_BYTES], []).append(whole[HEAD_BYTES:])
    return {head: Shortcut(tuple(rest), _pass_over) for head, rest in rests.items()}


_IGNORED = Shortcut(None, _pass_over)
_MOVED = Shortcut(None, _move)

_SHORTCUTS: Final[dict[bytes, Shortcut]] = {
    _incremental(0): Shortcut(None, _change),
    _incremental(1): _MOVED,
    _incremental(2): Shortcut(tuple(b'type":%d,' % kind for kind in (0, 1, 7, 9)), _pointer),
    _incremental(6): _MOVED,
    _incremental(8): _IGNORED,
    _incremental(12): _MOVED,
    _incremental(13): _IGNORED,
    _incremental(15): _IGNORED,
    **_quiet(),
}
"""What to do about lines of a page that had its full snapshot, by the first bytes of their event."""


def shortcuts(window: Window) -> dict[bytes, Shortcut]:
    """Give what to do about a window's lines once it had a full snapshot, by their first bytes."""
    return {window.prefix + head: shortcut for head, shortcut in _SHORTCUTS.items()}
