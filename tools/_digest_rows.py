"""A digest as rows: as many moments and chapters as fit."""

from collections.abc import Sequence

from recordings_mcp import replay
from recordings_mcp.replay import clock
from recordings_mcp.tools._digest_fields import ChapterField, MomentField
from recordings_mcp.tools._result import Row, TrustedCell
from recordings_mcp.tools._wording import counted

_MOST_MOMENTS = 5
_MOST_NAMES = 4
_MOST_TIMES = 3
_LONG = 60.0
"""The active time on a page is shown only if the visit lasted at least this many seconds."""


def moment_row(moment: MomentField) -> Row:
    """Return when it happened, its score, what happened and the evidence."""
    times = list(dict.fromkeys(clock(t) for t in moment.times))
    more = f" and {len(times) - _MOST_TIMES} more" if len(times) > _MOST_TIMES else ""
    when = f"{', '.join(times[:_MOST_TIMES])}{more} ?t={int(moment.t)}"
    return [
        TrustedCell(when),
        TrustedCell(f"score {moment.score}"),
        TrustedCell(moment.says),
        moment.evidence,
    ]


def chapter_row(chapter: ChapterField, *, windows: int) -> Row:
    """Return when, on which page, and what was done there."""
    tab = f" w{chapter.window}" if windows > 1 else ""
    loads = f" ×{chapter.loads}" if chapter.loads > 1 else ""  # noqa: RUF001 - as the timeline writes it
    done = [
        _list("filled in", chapter.filled_in),
        _list("clicked", [_times(name, count) for name, count in chapter.clicked]),
        _list("events", [_times(event, count) for event, count in chapter.events.items()]),
        counted(chapter.errors, "error") if chapter.errors else "",
        "scrolled to the end" if chapter.scrolled_to_end else "",
        _pause(chapter),
    ]
    when = f"{clock(chapter.start)}-{clock(chapter.end)}{tab}"
    return [f"{when} {chapter.page or 'before any page'}{loads}", "; ".join(filter(None, done)) or "looked"]


def fitting(
    moments: Sequence[MomentField], chapters: Sequence[ChapterField], *, windows: int, space: int
) -> tuple[list[Row], list[Row]]:
    """Return the rows that fit into `space` tokens: moments first, then the most important chapters."""
    found: list[Row] = []
    for row in [moment_row(moment) for moment in moments[:_MOST_MOMENTS]]:
        space -= _tokens(row)
        if space < 0 and found:
            break
        found.append(row)
    rows = [chapter_row(chapter, windows=windows) for chapter in chapters]
    kept: set[int] = set()
    for index in sorted(range(len(rows)), key=lambda index: _rank(chapters[index], index, len(rows))):
        if _tokens(rows[index]) <= space:
            space -= _tokens(rows[index])
            kept.add(index)
    return found, [row for index, row in enumerate(rows) if index in kept]


def _rank(chapter: ChapterField, index: int, total: int) -> tuple[bool, bool, int, int]:
    """Return a sort key: chapters with errors or friction, then the first and last one, then the busiest."""
    trouble = chapter.errors + chapter.friction > 0
    at_an_end = index in (0, total - 1)
    return not trouble, not at_an_end, -len(chapter.clicks) - len(chapter.fields), index


def _tokens(row: Row) -> int:
    return replay.estimate_tokens(" | ".join(str(cell) for cell in row)) + 1


def _pause(chapter: ChapterField) -> str:
    """Return the idle time, and the active time if the person was passive for most of the visit."""
    active = chapter.active
    mostly_passive = active is not None and chapter.end - chapter.start >= max(_LONG, 2 * active)
    said = [f"idle {clock(chapter.idle)}" if chapter.idle else ""]
    said += [f"active {clock(active)}" if active is not None and mostly_passive else ""]
    return ", ".join(filter(None, said))


def _list(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{what} {', '.join(names[:_MOST_NAMES])}{more}"


def _times(name: str, count: int) -> str:
    return f"{name} ×{count}" if count > 1 else name  # noqa: RUF001 - as the timeline writes it
