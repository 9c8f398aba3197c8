"""A digest as fields of a result, each marked as trusted or untrusted."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from recordings_mcp import replay
from recordings_mcp.tools._result import CountsByName, Trusted

if TYPE_CHECKING:
    from recordings_mcp.replay import Chapter, Evidence, Moment, Target

LinkTo = Callable[[float], str]
"""Returns the link to a moment, given in seconds from the recording's start."""


class _Field(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class EvidenceField(_Field):
    """A moment that an outcome is based on: what it shows, in our words, and the recorded text."""

    t: float
    link: Annotated[str, Trusted()]
    says: Annotated[str, Trusted()]
    recorded: str

    @classmethod
    def of(cls, evidence: "Evidence", link_to: LinkTo) -> Self:
        """Return the fields of a piece of evidence."""
        return cls(t=evidence.t, link=link_to(evidence.t), says=evidence.says, recorded=evidence.recorded)


class MomentField(_Field):
    """A moment that may matter: what happened, in our words, its evidence, its score (0 to 100) and why."""

    t: float
    until: float
    times: list[float]
    link: Annotated[str, Trusted()]
    count: int
    signals: Annotated[list[str], Trusted()]
    says: Annotated[str, Trusted()]
    page: str | None
    target: str | None
    evidence: str
    score: int
    reason: Annotated[str, Trusted()]

    @classmethod
    def of(cls, moment: "Moment", link_to: LinkTo) -> Self:
        """Return the fields of a moment."""
        return cls(
            t=moment.t,
            until=moment.until,
            times=list(moment.times),
            link=link_to(moment.t),
            count=moment.count,
            signals=list(moment.signals),
            says=moment.says,
            page=moment.page,
            target=replay.target_text(moment.target) or None,
            evidence=moment.evidence,
            score=moment.score,
            reason=moment.reason,
        )


class ChapterField(_Field):
    """A visit to a page and what was done there; clicks and events with their counts. Times are seconds.

    `clicked` and `filled_in` are `clicks` and `fields` with shorter names.
    """

    page: str | None
    title: str | None
    window: int
    start: float
    end: float
    loads: int
    clicks: Annotated[dict[str, int], CountsByName()]
    fields: list[str]
    events: Annotated[dict[str, int], CountsByName()]
    errors: int
    friction: int
    idle: float
    active: float | None
    scrolled_to_end: bool
    clicked: Annotated[list[tuple[str, int]], Field(exclude=True)]
    filled_in: Annotated[list[str], Field(exclude=True)]

    @classmethod
    def of(cls, chapter: "Chapter") -> Self:
        """Return the fields of a chapter."""
        return cls(
            page=chapter.page,
            title=chapter.title,
            window=chapter.window,
            start=chapter.start,
            end=chapter.end,
            loads=chapter.loads,
            clicks={_named(target, "something"): count for target, count in chapter.clicks.items()},
            fields=[_named(target, "a field") for target in chapter.fields],
            clicked=[
                (_named(target and replace(target, attribute=None), "something"), count)
                for target, count in chapter.clicks.items()
            ],
            filled_in=[_quoted_name(target) for target in chapter.fields],
            events=dict(chapter.events),
            errors=chapter.errors,
            friction=chapter.friction,
            idle=chapter.idle,
            active=chapter.active,
            scrolled_to_end=chapter.scrolled_to_end,
        )


def _named(target: "Target | None", otherwise: str) -> str:
    return replay.target_text(target) or otherwise


def _quoted_name(target: "Target | None") -> str:
    """Return the name of a field in quotes, or else its role."""
    if target is None:
        return "a field"
    return f'"{target.name}"' if target.name else _named(replace(target, attribute=None), "a field")
