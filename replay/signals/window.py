"""The state of one browser tab while its events are handled.

Each group of handlers owns a part of the state and changes no other: `Activity`, `Pointer`, `Answers`,
`Shown` and `App`. Other handlers change a part through its methods or its owner's functions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.intake.reader import Reader
from recordings_mcp.replay.intake.stream import Stream
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.limits import MAX_OBSERVATIONS, MAX_READ_CHILDREN
from recordings_mcp.replay.model import Facts, ShowTyping, Target
from recordings_mcp.replay.page.mirror import Mirror
from recordings_mcp.replay.page.screen import Screen
from recordings_mcp.replay.signals.activity import Activity
from recordings_mcp.replay.signals.draft import Draft
from recordings_mcp.replay.signals.pointer import Pointer
from recordings_mcp.replay.work import Work

_NEVER: Final = float("-inf")


@dataclass(slots=True)
class Session:
    """The state shared by the windows of a recording.

    Attributes:
        sources: The handlers of incremental events before a window's first full snapshot, by source.
        reader: Decodes deferred lines.
        coverage: The counts.
        work: What the walk may still visit.
        show_typing: Which typed text is kept; no other is ever stored.
        observations: The observations so far.
        inferred: The observations inferred from them.
        home: The host of the first page, which is left out of addresses.
        dropped: The number of observations beyond the limit.
        requests: The requests observed so far: a browser's list of requests may be recorded again.
        request_delay: The shortest time in milliseconds from the end of a request, by the request's own
            clock, to the event that reports it.
    """

    sources: "dict[int, Handler]"
    reader: Reader
    coverage: Coverage
    work: Work
    show_typing: ShowTyping = "none"
    observations: list[Draft] = field(default_factory=list[Draft])
    inferred: list[Draft] = field(default_factory=list[Draft])
    home: str | None = None
    dropped: int = 0
    requests: set[tuple[str, float, float]] = field(default_factory=set[tuple[str, float, float]])
    request_delay: float = float("inf")


@dataclass(slots=True, eq=False)
class Unanswered:
    """A click that nothing has answered yet.

    Attributes:
        at: Its time, in milliseconds since 1970.
        node_id: What was clicked.
        target: The same, as it was named then.
        draft: Its observation.
        run: The clicks on the same target that it is one of.
        still: How many milliseconds the mouse did not move after it, if that was long.
        dead: The dead click that it is.
    """

    at: float
    node_id: int
    target: Target | None
    draft: Draft
    run: "Clicks"
    still: float | None = None
    dead: Draft | None = None


@dataclass(slots=True)
class Resting:
    """The mouse after a click, until it moves: the click and its place."""

    click: Unanswered
    x: float
    y: float


@dataclass(slots=True, eq=False)
class Clicks:
    """Clicks on one target without another act between.

    Attributes:
        target: What was clicked.
        node: As in `Draft`.
        until: The time of the last one, in milliseconds since 1970.
        dead: The dead click that some of them are.
        refused: The last click for which the browser seems to have refused a form.
        submits: Whether they were on a button that submits a form.
    """

    target: Target | None
    node: int | None
    until: float
    dead: Draft | None = None
    refused: Draft | None = None
    submits: bool = False


@dataclass(slots=True)
class Clicked:
    """A click that the focus may follow: its time, node and observation."""

    at: float
    node_id: int
    draft: Draft


@dataclass(slots=True)
class ClickRow:
    """Clicks in a row, close together in time and place.

    Attributes:
        at: The time of the last one, in milliseconds since 1970.
        x: Its horizontal position.
        y: Its vertical position.
        length: How many there are.
        selected: Whether they selected text.
        rage: The rage click that they are.
    """

    at: float = _NEVER
    x: float = 0.0
    y: float = 0.0
    length: int = 0
    selected: bool = False
    rage: Draft | None = None


@dataclass(slots=True)
class Answers:
    """The page's responses to clicks, owned by `frustration`.

    Attributes:
        row: The current row of clicks.
        clicked: The last click.
        unanswered: The clicks that nothing has answered yet.
        waited_on: When a node's last click that an answer was waited for was made, answered or not.
        run: The last clicks on one target.
        resting: The mouse, if it has not moved since the last click.
        filled: Whether each field that changed has a value, by node id.
        visibility_changed_at: The time at which the tab was last left or entered.
    """

    row: ClickRow = field(default_factory=ClickRow)
    clicked: Clicked | None = None
    unanswered: list[Unanswered] = field(default_factory=list[Unanswered])
    waited_on: dict[int, float] = field(default_factory=dict[int, float])
    run: Clicks | None = None
    resting: Resting | None = None
    filled: dict[int, bool] = field(default_factory=dict[int, bool])
    visibility_changed_at: float = _NEVER


@dataclass(slots=True)
class Shown:
    """The page that a window shows, owned by `navigation`.

    Attributes:
        page: The page's address, as recorded.
        before: The address of the page before.
        draft: The observation of the page.
        loading: Whether a document was parsed since.
        viewport: The window's width and height, in CSS pixels.
        offline: Whether the browser said that there is no connection.
    """

    page: str | None = None
    before: str | None = None
    draft: Draft | None = None
    loading: bool = False
    viewport: tuple[float, float] | None = None
    offline: bool = False


@dataclass(slots=True)
class Finger:
    """A finger on the screen: the time and position at which it went down."""

    at: float
    x: float
    y: float


@dataclass(slots=True)
class App:
    """The state of a native mobile app, owned by `native`.

    Attributes:
        screen: The current screen; None in a browser.
        finger: The finger that is down, if any.
        keyboard_open: Whether the keyboard is open.
    """

    screen: Screen | None = None
    finger: Finger | None = None
    keyboard_open: bool = False

    def close_screen(self) -> None:
        """Forget the screen: the window shows a web page."""
        self.screen = None


class Window(Stream):
    """One browser tab, or one native app.

    Attributes:
        session: The state shared with the other windows.
        mirror: The rebuilt page.
        sources: The handlers of its incremental events, by source; owned by `dispatch`.
        activity: The times at which the person was active.
        pointer: Pointer and keyboard.
        answers: The page's responses to clicks.
        shown: The page that it shows.
        app: The state of the app, if it is a native app.
    """

    __slots__ = ("_last", "activity", "answers", "app", "mirror", "pointer", "session", "shown", "sources")

    def __init__(self, window_id: str, session: Session) -> None:
        super().__init__(window_id)
        self.session = session
        self.mirror = Mirror(session.reader.data_of, session.work)
        self.sources = session.sources
        self.activity = Activity()
        self.pointer = Pointer()
        self.answers = Answers()
        self.shown = Shown()
        self.app = App()
        self._last: Draft | None = None

    def observe(
        self,
        at: float,
        kind: Kind,
        target: Target | None = None,
        facts: Facts | None = None,
        node: int | None = None,
    ) -> Draft:
        """Record an observation; one that equals the window's last one is counted there."""
        last = self._last
        draft = Draft(at, self.id, kind, target, facts, node=node)
        if last is not None and draft.repeats(last):
            last.count += 1
            last.before_last, last.last = last.last, at
            return last
        self._last = draft
        self._add(draft)
        return draft

    def amend(self, draft: Draft, at: float, facts: Facts) -> Draft:
        """Give an observation's last repetition, at `at`, facts of its own; return its observation."""
        if draft.count == 1:
            draft.facts = facts
        elif draft.last == at:
            draft.count -= 1
            draft.last = draft.before_last
            own = Draft(at, self.id, draft.kind, draft.target, facts, node=draft.node)
            if self._last is draft:
                self._last = own
            self._add(own)
            return own
        return draft

    def _add(self, draft: Draft) -> None:
        session = self.session
        if len(session.observations) < MAX_OBSERVATIONS:
            session.observations.append(draft)
        else:
            session.dropped += 1

    def infer(self, at: float, kind: Kind, target: Target | None, facts: Facts | None = None) -> Draft:
        """Record an observation that was inferred from others."""
        draft = Draft(at, self.id, kind, target, facts, derived=True)
        if len(self.session.inferred) < MAX_OBSERVATIONS:
            self.session.inferred.append(draft)
        return draft

    def take_back(self, draft: Draft) -> None:
        """Forget the last occurrence of an observation that turned out to be none."""
        if draft.count > 1:
            draft.count -= 1
            return
        observations = self.session.observations
        for index in range(len(observations) - 1, -1, -1):
            if observations[index] is draft:
                del observations[index]
                break
        if self._last is draft:
            self._last = None

    def count_set_by_page(self, field_id: int) -> None:
        """Count a field whose value the page set, once: a count of changes could be a text's length."""
        known = self.pointer.set_by_page
        if field_id not in known and len(known) < MAX_READ_CHILDREN:
            known.add(field_id)
            self.session.coverage.page_driven_inputs += 1

    def is_last(self, draft: Draft) -> bool:
        """Return whether this is the window's last observation."""
        return self._last is draft


Handler = Callable[[Window, float, Any], None]
"""Handles an event, given its window, its time in milliseconds since 1970 and its data."""
