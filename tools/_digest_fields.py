"""A digest as fields of a result: which of them are our own words, and which a stranger may have written."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict

from recordings_mcp.tools._result import CountsByName, Trusted

if TYPE_CHECKING:
    from recordings_mcp.replay.digest import Chapter, Evidence, Moment

LinkTo = Callable[[float], str]
"""Gives the link to a moment, in seconds from the recording's start."""


class _Field(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class EvidenceField(_Field):
    """A moment an outcome rests on: what it shows in our words, and the same as recorded."""

    t: float
    link: Annotated[str, Trusted()]
    says: Annotated[str, Trusted()]
    recorded: str

    @classmethod
    def of(cls, evidence: "Evidence", link_to: LinkTo) -> Self:
        """The fields of a piece of evidence."""
        return cls(t=evidence.t, link=link_to(evidence.t), says=evidence.says, recorded=evidence.recorded)


class MomentField(_Field):
    """Something worth a look: what in our words, what shows it, how much it matters (0 to 100) and why."""

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
        """The fields of a moment."""
        return cls(
            t=moment.t,
            until=moment.until,
            times=list(moment.times),
            link=link_to(moment.t),
            count=moment.count,
            signals=list(moment.signals),
            says=moment.says,
            page=moment.page,
            target=moment.target,
            evidence=moment.evidence,
            score=moment.score,
            reason=moment.reason,
        )


class ChapterField(_Field):
    """One page and what was done there; clicks and events with how often. Times are seconds."""

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

    @classmethod
    def of(cls, chapter: "Chapter") -> Self:
        """The fields of a chapter."""
        return cls(
            page=chapter.page,
            title=chapter.title,
            window=chapter.window,
            start=chapter.start,
            end=chapter.end,
            loads=chapter.loads,
            clicks=dict(chapter.clicks),
            fields=list(chapter.fields),
            events=dict(chapter.events),
            errors=chapter.errors,
            friction=chapter.friction,
            idle=chapter.idle,
            active=chapter.active,
            scrolled_to_end=chapter.scrolled_to_end,
        )
