"""The digest of a recording, and its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.signals import SignalName, Signature
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Observation, Target

OutcomeStatus = Literal["reached", "blocked", "gave_up", "unclear"]

DeviceClass = Literal["phone", "tablet", "desktop"]
"""Derived from the width of the viewport alone."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Basic facts about a recording.

    Attributes:
        duration: Seconds from the first event to the last.
        active: Seconds in which the person was active; None if unknown.
        pages: Addresses in the order they were shown, with repetitions. Untrusted texts.
        windows: The number of browser tabs with observations.
        viewport: Width and height of the first window, in CSS pixels.
        device: The kind of device that has a viewport of this width.
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
    """What happened during one visit to a page.

    Attributes:
        page: The address; None before any page was shown. Untrusted text.
        title: The page's title. Untrusted text.
        window: The number of the window, from 1.
        start: Seconds from the recording's start.
        end: Seconds from the recording's start to when another page was shown.
        loads: How often the page was loaded or its query changed.
        clicks: How often each target was clicked or pressed, without fields that were filled in; None is an
            unknown target.
        fields: The targets that were filled in or chosen; None is an unknown target.
        events: How often each of the application's own events occurred, by name. Untrusted texts.
        errors: The number of exceptions, failed requests and console errors.
        friction: The number of rage clicks, dead clicks and quick backs.
        idle: Seconds in long pauses.
        active: Seconds in which the person was active there; None if unknown.
        scrolled_to_end: Whether the page was scrolled to its end; False also if its height is unknown.
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
    """Something that may matter to a person who fixes the product.

    Attributes:
        t: Seconds from the recording's start to where it begins.
        until: Seconds from the recording's start to its end.
        times: The times of its occurrences, as far as they are known.
        count: How often it happened.
        signals: The names of the signals found there, the heaviest first.
        says: What happened, in this project's own words, without untrusted text.
        page: The page's address. Untrusted text.
        place: The page's path, without query and host. Untrusted text.
        target: The target of the action.
        evidence: The recorded texts that show it. Untrusted text.
        score: How much it may matter, 0 to 100.
        reason: The parts of the score, in this project's own words.
        signatures: By what it is recognised in another recording, with this project's words for it.
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
    """A moment that an outcome is based on.

    Attributes:
        t: Seconds from the recording's start.
        says: What it shows, in this project's own words, without untrusted text.
        recorded: The same as recorded, possibly empty. Untrusted text.
    """

    t: float
    says: str
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the session ended for the person, as far as the recording shows.

    Attributes:
        status: `reached` if there is a sign of completion and nothing failed after it; `blocked` if the last
            attempt failed and nothing was completed after it; `gave_up` if a form or a cart was started and
            abandoned; else `unclear`.
        evidence: The moments it is based on, sorted by time.
    """

    status: OutcomeStatus
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Digest:
    """A summary of a recording.

    Attributes:
        finding: The summary in one sentence, in this project's own words, without untrusted text.
        overview: Duration, pages, windows, viewport and counts.
        chapters: The visits to pages, in order.
        moments: The moments that may matter, the heaviest first.
        outcome: How the session ended.
        path: The pages' paths in order, without queries, each once where it repeats in a row. Untrusted
            texts.
        console: The first of each different warning and error on the console. Untrusted texts.
    """

    finding: str
    overview: Overview
    chapters: Sequence[Chapter]
    moments: Sequence[Moment]
    outcome: Outcome
    path: Sequence[str]
    console: Mapping[Signature, Observation]
