"""Handlers of lines that need not be decoded, or not yet.

Most lines report that the pointer or the caret moved, or that the page changed in a way that is never needed.
As rrweb and posthog-js write them, their first bytes identify them and their last bytes hold the time. So
pointer positions are read only after a click that the mouse rested after, a selection only if it contains
something, and a change only when the page is needed. A line in any other form is decoded as usual. The price:
damage inside such a line is noticed only when it is read.
"""

import re
from typing import Final

from recordings_mcp.replay.intake.stream import HEAD_BYTES, Shortcut
from recordings_mcp.replay.shapes import fields_of
from recordings_mcp.replay.signals.editors import is_more_typing, on_change_in_focus
from recordings_mcp.replay.signals.frustration import (
    ANSWERED_BY_CHANGE_MS,
    answer,
    first_move,
    moves_on,
)
from recordings_mcp.replay.signals.interaction import move_caret, on_selection
from recordings_mcp.replay.signals.lifecycle import QUIET_TAGS
from recordings_mcp.replay.signals.window import Window

_INCREMENTAL = b'{"type":3,"data":{"source":%d,"'
_CUSTOM = b'{"type":5,"data":{"tag":"%s",'
_CARET = re.compile(
    rb'"ranges":\[(?:\{"start":(\d+),"startOffset":(\d+),"end":\1,"endOffset":\2\})?\]\},"timestamp":'
)


def _move(window: Window, at: float, line: bytes) -> None:
    window.activity.touch(at)
    if window.answers.resting is not None and not moves_on(window, at):
        first_move(window, at, fields_of(window.session.reader.data_of(line)))


def _change(window: Window, at: float, line: bytes) -> None:
    pointer = window.pointer
    if pointer.editor in (None, pointer.disowned) or is_more_typing(window, at, line):
        window.mirror.defer(line)
    elif (change := window.session.reader.data_of(line)) is not None:
        on_change_in_focus(window, at, change)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)


def _select(window: Window, at: float, line: bytes) -> None:
    if _CARET.match(line, len(window.prefix) + HEAD_BYTES):
        move_caret(window, at)
    elif (data := window.session.reader.data_of(line)) is not None:
        on_selection(window, at, fields_of(data))


def _ignore(_window: Window, _at: float, _line: bytes) -> None:
    """Ignore an event that is of no interest."""


def _incremental(source: int) -> bytes:
    return (_INCREMENTAL % source)[:HEAD_BYTES]


def _quiet() -> dict[bytes, Shortcut]:
    rests: dict[bytes, list[bytes]] = {}
    for tag in sorted(QUIET_TAGS):
        whole = _CUSTOM % tag.encode()
        rests.setdefault(whole[:HEAD_BYTES], []).append(whole[HEAD_BYTES:])
    return {head: Shortcut(tuple(rest), _ignore) for head, rest in rests.items()}


_IGNORED = Shortcut(None, _ignore)
_MOVED = Shortcut(None, _move)

_SHORTCUTS: Final[dict[bytes, Shortcut]] = {
    _incremental(0): Shortcut(None, _change),
    _incremental(1): _MOVED,
    _incremental(6): _MOVED,
    _incremental(8): _IGNORED,
    _incremental(13): _IGNORED,
    _incremental(14): Shortcut(None, _select),
    _incremental(15): _IGNORED,
    **_quiet(),
}
"""The shortcuts after a page's full snapshot, by the first bytes of the event."""


def shortcuts(window: Window) -> dict[bytes, Shortcut]:
    """Return the shortcuts of a window after its full snapshot, by the first bytes of the line."""
    return {window.prefix + head: shortcut for head, shortcut in _SHORTCUTS.items()}
