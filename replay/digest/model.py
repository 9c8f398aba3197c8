"""What a recording comes down to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from recordings_mcp.replay.digest.signals import SignalName, Signature
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Target

OutcomeStatus = Literal["reached", "blocked", "gave_up", "unclear"]
OUTCOMES: tuple[OutcomeStatus, ...] = get_args(OutcomeStatus)

DeviceClass = Literal["phone", "tablet", "desktop"]
"""By the width of the viewport alone."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is simply so.

    Attributes:
        duration: Seconds from the first event to the last.
        active: Seconds of these in which the person did something; None when that is not known.
        pages: Addresses in the order they were shown, each as often as it was. Untrusted texts.
        windows: Browser tabs with observations.
        viewport: Width and height of the first window, in CSS pixels.
        device: What has a window of that width.
        counts: How often each kind of observation was made.
    """

    duration: float
    active: float | None
    pages: Sequence[str]
    windows: int
    viewport: tuple[int, int] | None
    device: DeviceClass | None
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was done on one page.

    Attributes:
        page: The address; None before any page was shown. Untrusted text.
        title: The page's title. Untrusted text.
        window: The number of the window, from 1.
        start: Seconds from the recording's start.
        end: Seconds to when another page was shown.
        loads: How often the page was loaded or its query changed.
        clicks: What was clicked and how often, without fields that were filled in; None is not known.
        fields: What was filled in or chosen; None is not known.
        events: Names of the application's own events. Untrusted texts.
        errors: Exceptions, failed requests and console errors.
        friction: Rage clicks, dead clicks and quick backs.
        idle: Seconds without anything done, where that was long.
        active: Seconds in which the person did something there; None when that is not known.
        scrolled_to_end: Whether the page was scrolled to its end; False also where its height is not known.
    """

    page: str | None
    title: str | None
    window: int
    start: float
    end: float
    loads: int
    clicks: Mapping[Target | None, int]
    fields: Sequence[Target | None]
    events: Mapping[str, int]
    errors: int
    friction: int
    idle: float
    active: float | None
    scrolled_to_end: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Something a person fixing the product would want to see.

    Attributes:
        t: Seconds from the recording's start to where to begin to look.
        until: Seconds to its end.
        times: When it happened, each time as far as that is known.
        count: How often it happened.
        signals: What was found there, the weightiest first.
        says: What happened, in this project's own words.
        page: Where. Untrusted text.
        place: The page's path, without query and host. Untrusted text.
        target: What the person did it to.
        evidence: What shows it. Untrusted texts.
        score: How much it would matter, 0 to 100.
        reason: What the score is made of, in this project's own words.
        signatures: What is the same in two recordings when the same went wrong in both, with this project's
            words for it.
    """

    t: float
    until: float
    times: Sequence[float]
    count: int
    signals: Sequence[SignalName]
    says: str
    page: str | None
    place: str
    target: Target | None
    evidence: str
    score: int
    reason: str
    signatures: Mapping[Signature, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A moment an outcome rests on.

    Attributes:
        t: Seconds from the recording's start.
        says: What it shows, in this project's own words.
        recorded: The same as recorded. Untrusted text, or empty.
    """

    t: float
    says: str
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended for the person, as far as the recording shows.

    Attributes:
        status: `reached`: a sign of completion, and nothing failed after it. `blocked`: what was tried last
            failed, and nothing was completed after. `gave_up`: a form or a cart was begun and left.
            `unclear`: none of these.
        evidence: What that rests on, in order of time.
    """

    status: OutcomeStatus
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Digest:
    """A recording in short.

    Attributes:
        finding: The one sentence, in this project's own words: no untrusted text is in it.
        overview: What is simply so.
        chapters: Page by page, in order.
        moments: What may matter, the weightiest first.
        outcome: How it ended.
        path: The pages' paths in order, without queries and without repetitions in a row. Untrusted texts.
    """

    finding: str
    overview: Overview
    chapters: Sequence[Chapter]
    moments: Sequence[Moment]
    outcome: Outcome
    path: Sequence[str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found that may matter."""
        return not self.moments
