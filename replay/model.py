"""What a recording turns into: observations on one clock, and how much of it could be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from recordings_mcp.replay.kinds import Kind

Source = Literal["replay", "event"]


@dataclass(frozen=True, slots=True)
class Target:
    """What something happened to, as the page named it at that moment. Untrusted text.

    Attributes:
        role: The accessible role, or the tag where there is none: `button`.
        name: The accessible name, one line of at most 60 characters; `(masked)` where the recorder masked it.
        attribute: What developers search for: the element's `data-attr`, `data-testid`, `id` or `name`.
    """

    role: str | None = None
    name: str | None = None
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a window shows from now on.

    Attributes:
        url: The address without its scheme, and without its host where that is the first page's.
        title: The page's title.
        reloaded: Whether the window showed this address already.
    """

    url: str
    title: str | None = None
    reloaded: bool = False


@dataclass(frozen=True, slots=True)
class Click:
    """How a click was made.

    Attributes:
        by_keyboard: Whether no pointer was pressed: the keyboard or a script clicked.
        x: Where on a native app's screen, if that is all that is known.
        y: Likewise.
    """

    by_keyboard: bool = False
    x: float | None = None
    y: float | None = None


Change = Literal["typed", "emptied", "typed_then_emptied", "checked", "unchecked", "chose"]


@dataclass(frozen=True, slots=True)
class Input:
    """What the person did to a field.

    Attributes:
        change: What was done.
        text: The text typed, or the label of the option chosen; None where it is masked, secret or empty.
        masked: Whether there is a text that is not known.
    """

    change: Change
    text: str | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Scroll:
    """How far something was scrolled, in CSS pixels from its top.

    Attributes:
        lowest: The farthest place.
        offset: The last place.
        page_seen: The share of the page's height seen by then, from 0 to 1; None unless its end was reached
            and its height is known.
    """

    lowest: float
    offset: float
    page_seen: float | None = None


@dataclass(frozen=True, slots=True)
class Swipe:
    """A finger's way over the screen of a native app."""

    direction: Literal["up", "down", "left", "right"]


@dataclass(frozen=True, slots=True)
class ClickRun:
    """Clicks in a row, close together in time and place."""

    clicks: int


@dataclass(frozen=True, slots=True)
class Return:
    """A page left for the one before.

    Attributes:
        url: The page left.
        seconds: How long it was shown.
    """

    url: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """A time without a click or keypress.

    Attributes:
        seconds: Its length; None where only the recorder noticed it.
        moved: Whether the pointer moved or something was scrolled meanwhile.
        recorder_paused: Whether the recorder saw no activity either.
    """

    seconds: float | None = None
    moved: bool = False
    recorder_paused: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """What was written to the console, or the message of an exception."""

    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that failed or was slow.

    Attributes:
        url: As of `Page`; None where the recording does not say.
        method: The HTTP method, if recorded.
        status: The HTTP status; None when there was no answer or none was recorded.
        seconds: From sending to the end of the answer, if recorded.
    """

    url: str | None = None
    method: str | None = None
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class WebVital:
    """A measurement of how fast and steady the page was.

    Attributes:
        metric: `LCP`, `INP` or `FCP` in milliseconds; `CLS` without a unit.
        value: The measurement.
        rating: `good`, `needs-improvement` or `poor`, as the event says.
    """

    metric: str
    value: float
    rating: str | None = None


@dataclass(frozen=True, slots=True)
class Viewport:
    """The size of the window in CSS pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Media:
    """What happened to a video or sound."""

    action: Literal["played", "paused", "jumped", "volume_changed", "speed_changed"]


@dataclass(frozen=True, slots=True)
class Custom:
    """An event that the recorded application named itself.

    Attributes:
        name: The event's name.
        properties: An analytics event's own properties, at most five, each as text.
        payload: A recorded event's payload as JSON, one line.
    """

    name: str
    properties: Mapping[str, str] | None = None
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Recorder:
    """What the recorder says about itself and the browser."""

    state: Literal["paused", "resumed", "offline", "online", "session_ended"]


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The on-screen keyboard of a native app, opened or closed."""

    is_open: bool


Facts = (
    Page | Click | Input | Scroll | Swipe | ClickRun | Return | Pause | Log | Request | WebVital | Viewport |
    Media | Custom | Recorder | Keyboard
)  # fmt: skip
"""What is known of an observation besides its time, kind and target: a record of its kind."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that happened.

    Attributes:
        t: Seconds from the recording's start.
        window: The id of the browser tab.
        kind: What happened.
        target: What it happened to; None where nothing can be named.
        facts: What else is known; None where there is nothing more.
        count: How many times in a row.
        last: Seconds from the start to the last of them, or to the end of something that lasts.
        source: `replay` when seen in the recording, `event` when an analytics event says it.
        derived: Whether it was inferred from other observations.
    """

    t: float
    window: str
    kind: Kind
    target: Target | None = None
    facts: Facts | None = None
    count: int = 1
    last: float | None = None
    source: Source = "replay"
    derived: bool = False

    @property
    def until(self) -> float:
        """Seconds from the start to the end of the last of what it counts."""
        return self.t if self.last is None else max(self.t, self.last)

    @property
    def url(self) -> str | None:
        """The address of a page or request."""
        return self.facts.url if isinstance(self.facts, Page | Request | Return) else None

    @property
    def text(self) -> str:
        """The message of a console line or exception, or an empty text."""
        return self.facts.text if isinstance(self.facts, Log) else ""

    @property
    def name(self) -> str | None:
        """The name of an event that the application named itself."""
        return self.facts.name if isinstance(self.facts, Custom) else None

    @property
    def status(self) -> int | None:
        """The HTTP status of a request; None when there was no answer or it is no request."""
        return self.facts.status if isinstance(self.facts, Request) else None

    @property
    def seconds(self) -> float:
        """How long a request took; 0 when that is not known."""
        return self.facts.seconds or 0.0 if isinstance(self.facts, Request) else 0.0


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
