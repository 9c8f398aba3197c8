"""The engine's results: observations on one clock, and how much of the recording could be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.kinds import Kind

Source = Literal["replay", "event"]

ShowTyping = Literal["none", "search", "all"]
"""Which fields show what was typed into them: none, search fields, or all but those for secrets."""


@dataclass(frozen=True, slots=True)
class Target:
    """The element that something happened to, as it was named at that moment. Untrusted text.

    Attributes:
        role: The accessible role (`button`), or the tag if there is none.
        name: The accessible name, one line of at most 60 characters; `(masked)` if the recorder masked it.
        attribute: The element's `data-attr`, `data-testid`, `id` or `name`, by which developers find it.
    """

    role: str | None = None
    name: str | None = None
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a window shows from then on.

    Attributes:
        url: The address without its scheme, and without its host if that is the first page's.
        title: The page's title.
        reloaded: Whether the window already showed this address.
    """

    url: str
    title: str | None = None
    reloaded: bool = False


@dataclass(frozen=True, slots=True)
class Click:
    """How a click was made.

    Attributes:
        by_keyboard: Whether the keyboard or a script clicked, without a pointer.
        x: The horizontal position on a native app's screen, if nothing else is known.
        y: The vertical position, likewise.
        focus: The field to which the page or browser moved the focus at once.
        refused_for: The field because of which the browser did not send the form: it shows a bubble there,
            which is not recorded.
        dialog: How many seconds a native dialog was open: nothing was recorded, and then the pointer was
            elsewhere.
    """

    by_keyboard: bool = False
    x: float | None = None
    y: float | None = None
    focus: Target | None = None
    refused_for: Target | None = None
    dialog: float | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A mouse button or finger that went down and up, without a click.

    Attributes:
        pointer: What pressed.
        dragged: Whether it moved in between.
        dragged_to: What it was released on, if it moved to something else and that is known.
    """

    pointer: Literal["mouse", "touch"]
    dragged: bool = False
    dragged_to: Target | None = None


Change = Literal[
    "typed", "emptied", "typed_then_emptied", "set", "chose_file", "checked", "unchecked", "chose",
    "chose_unnamed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A change that the person made to a field.

    Attributes:
        change: The kind of change; `set` is one of a slider or a colour, `chose_unnamed` a choice that the
            recorded page has no words for.
        text: The label of the chosen option, or, where it was asked for, the typed text; None if it is
            masked, secret or empty.
        masked: Whether there is a text that is masked or secret.
    """

    change: Change
    text: str | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Scroll:
    """How far something was scrolled, in CSS pixels from its top.

    Attributes:
        lowest: The maximum.
        offset: The final value.
        page_seen: The share of the page's height that was seen, from 0 to 1; None unless the end was reached
            and the height is known.
    """

    lowest: float
    offset: float
    page_seen: float | None = None


@dataclass(frozen=True, slots=True)
class Swipe:
    """A swipe on the screen of a native app."""

    direction: Literal["up", "down", "left", "right"]


@dataclass(frozen=True, slots=True)
class ClickRun:
    """Clicks in a row, close together in time and place."""

    clicks: int


@dataclass(frozen=True, slots=True)
class Stillness:
    """How long the mouse did not move after a click that nothing answered.

    While a native dialog is open, nothing is recorded.

    Attributes:
        seconds: Its length.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class QuickBack:
    """A page that was left at once for the previous one.

    Attributes:
        url: The address of the page that was left.
        seconds: How long it was shown.
    """

    url: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """A period without a click or keypress.

    Attributes:
        seconds: Its length; None if only the recorder noticed it.
        moved: Whether the pointer moved or something was scrolled during it.
        recorder_paused: Whether the recorder also saw no activity and paused.
    """

    seconds: float | None = None
    moved: bool = False
    recorder_paused: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """A console message, or the message of an exception."""

    text: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A form's values that its own check rejected, reported as an exception. They are never kept.

    Attributes:
        fields: The names of the fields, at most five; empty if the exception does not say.
    """

    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A request that failed or was slow.

    Attributes:
        url: As in `Page`; None if unknown.
        method: The HTTP method, if recorded.
        status: The HTTP status; None if there was no response or none was recorded.
        seconds: The time from sending to the end of the response, if recorded.
    """

    url: str | None = None
    method: str | None = None
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class WebVital:
    """A web vital: a measurement of the page's speed or stability.

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
    """A change of a video or sound."""

    action: Literal["played", "paused", "jumped", "volume_changed", "speed_changed"]


@dataclass(frozen=True, slots=True)
class Custom:
    """An event named by the recorded application.

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
    """A state that the recorder reports about itself."""

    state: Literal["paused", "resumed", "session_ended"]


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The on-screen keyboard of a native app, opened or closed."""

    is_open: bool


Facts = (
    Page | Click | Press | Input | Scroll | Swipe | ClickRun | Stillness | QuickBack | Pause | Log |
    Rejection | Request | WebVital | Viewport | Media | Custom | Recorder | Keyboard
)  # fmt: skip
"""The details of an observation besides its time, kind and target; the type depends on the kind."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that happened.

    Attributes:
        t: Seconds from the recording's start.
        window: The id of the browser tab.
        kind: What happened.
        target: What it happened to; None if that is unknown.
        facts: The details; None if there are none.
        count: How many times it happened in a row.
        last: Seconds from the start to the last repetition, or to the end of something that lasts.
        source: `replay` if it is in the recording, `event` if only an analytics event reports it.
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
        """Seconds from the start to its end, repetitions included."""
        return self.t if self.last is None else max(self.t, self.last)

    @property
    def url(self) -> str | None:
        """The address of a page or request."""
        return self.facts.url if isinstance(self.facts, Page | Request | QuickBack) else None

    @property
    def text(self) -> str:
        """The message of a console line or exception, or an empty text."""
        return self.facts.text if isinstance(self.facts, Log) else ""

    @property
    def name(self) -> str | None:
        """The name of an event named by the application."""
        return self.facts.name if isinstance(self.facts, Custom) else None

    @property
    def status(self) -> int | None:
        """The HTTP status of a request; None if there was no response, or for other kinds."""
        return self.facts.status if isinstance(self.facts, Request) else None

    @property
    def seconds(self) -> float:
        """How long a request took; 0 if unknown."""
        return self.facts.seconds or 0.0 if isinstance(self.facts, Request) else 0.0


@dataclass(slots=True)
class AnalyticsEvent:
    """An analytics event of the same session.

    Attributes:
        event: Its name, such as `$pageview`.
        timestamp: Milliseconds since 1970 in UTC.
        properties: As captured; `$window_id` identifies the browser tab.
        uuid: Its id, if known.
    """

    event: str
    timestamp: float
    properties: Mapping[str, Any]
    uuid: str | None = None


@dataclass(frozen=True, slots=True)
class ActiveStretch:
    """A period during which the person was active.

    Attributes:
        window: The id of the browser tab.
        start: Seconds from the recording's start.
        end: Seconds from the recording's start to the last activity.
    """

    window: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Device:
    """The device of a session, as its own analytics events report it; None is unknown. Untrusted texts.

    Attributes:
        kind: The type, such as `Mobile`.
        browser: The browser's name.
        system: The operating system's name.
    """

    kind: str | None = None
    browser: str | None = None
    system: str | None = None


@dataclass(slots=True)
class Timeline:
    """The observations of a recording.

    Attributes:
        start: The time of the first event, in milliseconds since 1970.
        duration: Seconds from the first event to the last, or to the end of the last observation.
        observations: Sorted by `t`.
        coverage: How much of the recording could be read.
        activity: When the person was active, sorted by `start`.
        device: The device it was recorded on.
    """

    start: float
    duration: float
    observations: list[Observation]
    coverage: Coverage
    activity: list[ActiveStretch] = field(default_factory=list[ActiveStretch])
    device: Device = field(default_factory=Device)
