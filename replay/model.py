"""What a recording turns into: observations on one clock, and how much of it could be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal[
    "page",
    "click",
    "double_click",
    "context_menu",
    "input",
    "select",
    "scroll",
    "rage_click",
    "dead_click",
    "quick_back",
    "idle",
    "tab_hidden",
    "tab_visible",
    "console_error",
    "console_warn",
    "console_log",
    "network_error",
    "slow_request",
    "exception",
    "web_vital",
    "viewport",
    "media",
    "custom",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Source = Literal["replay", "event"]


@dataclass(slots=True)
class Observation:
    """One thing that happened.

    Attributes:
        t: seconds from the recording's start.
        window: id of the browser tab it happened in.
        kind: what happened.
        target: what it happened to, as role and name: `button "Pay now" [pay]`; a page's or request's
            address. detail: what else is known. count: how many times in a row. last: seconds from the
            start to the last of them, or to the end of something that lasts. source: `replay` when seen
            in the recording, `event` when an analytics event says it. derived: true when inferred from
            other observations.
    """

    t: float
    window: str
    kind: Kind
    target: str | None = None
    detail: str | None = None
    count: int = 1
    last: float | None = None
    source: Source = "replay"
    derived: bool = False


@dataclass(slots=True)
class AnalyticsEvent:
    """An analytics event of the same session.

    Attributes:
        event: its name, such as `$pageview`.
        timestamp: milliseconds since 1970 in UTC.
        properties: as captured; `$window_id` says in which tab.
        uuid: its id, if known.
    """

    event: str
    timestamp: float
    properties: Mapping[str, Any]
    uuid: str | None = None


@dataclass(slots=True)
class Coverage:
    """How much of a recording was there and could be read. Every number is a count.

    Attributes:
        lines: lines that are not blank.
        events: events that were read; duplicates and undecodable ones are not among them.
        duplicates: events left out because the same window had the same bytes at the same time.
        undecodable: lines, events or fields that could not be read.
        out_of_order: events that came after a later one of their window.
        windows: browser tabs.
        full_snapshots: complete pictures of a page.
        before_first_snapshot: changes and interactions seen before their window's first full snapshot.
        page_driven_inputs: input events that were no typing: the page set the value.
        masked_inputs: input events of the person whose value was masked.
        console: console messages.
        network: requests.
        synthetic_clicks: clicks the browser added to one of the person's, such as a label's for its checkbox.
        unknown_events: events of a type, source or plugin that is not known.
        unknown_encodings: events that name a compression that is not known.
        analytics_events: analytics events that were merged in.
        limits_reached: what was left out because a limit was reached, one sentence each.
    """

    lines: int = 0
    events: int = 0
    duplicates: int = 0
    undecodable: int = 0
    out_of_order: int = 0
    windows: int = 0
    full_snapshots: int = 0
    before_first_snapshot: int = 0
    page_driven_inputs: int = 0
    masked_inputs: int = 0
    console: int = 0
    network: int = 0
    synthetic_clicks: int = 0
    unknown_events: int = 0
    unknown_encodings: int = 0
    analytics_events: int = 0
    limits_reached: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class ActiveStretch:
    """A time during which the person was active.

    Attributes:
        window: id of the browser tab.
        start: seconds from the recording's start.
        end: seconds to the last thing done.
    """

    window: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Device:
    """What a session was recorded on, as its own analytics events say; None is not known. Strangers' texts.

    Attributes:
        kind: such as `Mobile`.
        browser: its name.
        system: the operating system's name.
    """

    kind: str | None = None
    browser: str | None = None
    system: str | None = None


@dataclass(slots=True)
class Timeline:
    """A recording as observations.

    Attributes:
        start: milliseconds since 1970 of the first event.
        duration: seconds from the first event to the last.
        observations: sorted by `t`.
        coverage: how much of the recording they rest on.
        activity: when the person was active, sorted by `start`.
        device: what it was recorded on.
    """

    start: float
    duration: float
    observations: list[Observation]
    coverage: Coverage
    activity: list[ActiveStretch] = field(default_factory=list[ActiveStretch])
    device: Device = field(default_factory=Device)
