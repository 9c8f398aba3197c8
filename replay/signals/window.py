"""The state of one browser tab while its events are handled.

Each group of handlers owns a part of the state and changes no other: `Activity`, `Pointer`, `Answers`,
`Shown` and `App`. Other handlers change a part through its methods or its owner's functions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from recordings_mcp.replay.intake.reader import Reader
from recordings_mcp.replay.intake.stream import Stream
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.limits import MAX_OBSERVATIONS, MAX_READ_CHILDREN
from recordings_mcp.replay.model import (
    Change,
    Coverage,
    Facts,
    Input,
    Observation,
    ShowTyping,
    Source,
    Target,
)
from recordings_mcp.replay.page.mirror import Mirror, Node
from recordings_mcp.replay.page.screen import Screen
from recordings_mcp.replay.signals.activity import Activity
from recordings_mcp.replay.work import Work

_NEVER: Final = float("-inf")


@dataclass(slots=True)
class Draft:
    """An observation that may still change: an `Observation` with times in milliseconds since 1970.

    Attributes:
        count: As in `Observation`; 0 if it was withdrawn.
        before_last: The time of the last repetition but one.
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
    before_last: float | None = None
    node: int | None = None  # the control, if its target has no name that tells it from others

    @property
    def until(self) -> float:
        """The end, repetitions included."""
        return self.t if self.last is None else self.last

    def repeats(self, other: "Draft") -> bool:
        """Return whether this is the same as another, at another time."""
        return (
            self.kind == other.kind
            and self.target == other.target
            and self.facts == other.facts
            and self.node == other.node
        )

    def finished(self, first: float) -> Observation:
        """Return the observation, with times in seconds from `first`, which is in milliseconds since 1970."""
        t = seconds_since(first, self.t)
        last = None if self.last is None else max(t, seconds_since(first, self.last))
        return Observation(
            t, self.window, self.kind, self.target, self.facts, self.count, last, self.source, self.derived
        )


BY_TIME = attrgetter("t")
"""The sort key of drafts and observations."""


def seconds_since(first: float, at: float) -> float:
    """Return the seconds between two times in milliseconds, 0 if the second is earlier."""
    return round(max(0.0, at - first) / 1000, 3)


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


_JUDGED_KEYS = 10
_HUMAN_GAP_MS = 20
_HUMAN_VARIATION_MS = 10


@dataclass(slots=True)
class Keys:
    """The rhythm of the changes of a field.

    Attributes:
        first: The time of the first, in milliseconds since 1970.
        newest: The time of the last.
        number: How many there are.
        shortest: The shortest time between two of them.
        longest: The longest.
    """

    first: float
    newest: float
    number: int = 1
    shortest: float = float("inf")
    longest: float = 0.0

    def add(self, at: float) -> bool:
        """Add one; return whether the first ten are faster, or more regular, than a person types.

        A fast typist takes 60 ms a key (Dhakal et al., Observations on Typing from 136 Million Keystrokes).
        """
        self.number += 1
        if self.number > _JUDGED_KEYS:
            return False
        gap, self.newest = at - self.newest, at
        self.shortest, self.longest = min(self.shortest, gap), max(self.longest, gap)
        if self.number < _JUDGED_KEYS:
            return False
        mean = (at - self.first) / (self.number - 1)
        return mean < _HUMAN_GAP_MS or self.longest - self.shortest < _HUMAN_VARIATION_MS


@dataclass(slots=True)
class Typing:
    """A stretch of typing into one field.

    Attributes:
        node_id: The field.
        draft: Its observation.
        keys: The rhythm of its changes.
        is_open: Whether the field still has the focus.
        secret: Whether the field holds a secret.
        shows_text: Whether its text is kept.
        change: What a change of it is: `typed`, or for example `set` for a slider.
        has_list: Whether the page suggests values for it.
        length: The length of its value, if so: a suggestion is longer by several characters. It is not shown.
        counted: Whether the coverage counts it as masked or unmasked.
    """

    node_id: int
    draft: Draft
    keys: Keys
    is_open: bool = True
    secret: bool = True
    shows_text: bool = False
    change: Change = "typed"
    has_list: bool = False
    length: int = 0
    counted: bool = False

    def update(self, at: float, change: Input, coverage: Coverage) -> None:
        """Record the field's next value. A field that is empty now was typed into, then emptied."""
        before = self.draft.facts
        self.draft.last = at
        if change.change == "emptied" and self.change == "typed" and before != change:
            change = Input("typed_then_emptied")
        self.draft.facts = change
        if not self.counted:
            self.count(coverage)

    def count(self, coverage: Coverage) -> None:
        """Count the stretch once it has text, once only: a count of its keys would be the text's length."""
        change = self.draft.facts
        if not self.counted and isinstance(change, Input) and change.change == self.change:
            self.counted = True
            self._add(coverage, 1)

    def uncount(self, coverage: Coverage) -> None:
        """Take the count back."""
        if self.counted:
            self._add(coverage, -1)

    def _add(self, coverage: Coverage, number: int) -> None:
        if isinstance(self.draft.facts, Input) and self.draft.facts.masked:
            coverage.masked_inputs += number
        else:
            coverage.unmasked_inputs += number


@dataclass(slots=True)
class Scrolling:
    """A stretch of scrolling of one element."""

    node_id: int
    draft: Draft
    lowest: float


@dataclass(slots=True)
class Held:
    """A press that no click has followed yet.

    Attributes:
        at: The time at which the pointer went down, in milliseconds since 1970.
        node_id: What it went down on.
        target: The same, as it was named then.
        x: The horizontal position.
        y: The vertical position.
        by_touch: Whether it is a finger.
        up_at: The time at which it went up.
        up_id: What it went up on.
        dropped_on: The same, as it was named then, if the pointer moved.
        moved: Whether it moved in between.
        selected: Whether it selected text.
    """

    at: float
    node_id: int
    target: Target | None
    x: float
    y: float
    by_touch: bool
    up_at: float | None = None
    up_id: int | None = None
    dropped_on: Target | None = None
    moved: bool = False
    selected: bool = False


@dataclass(slots=True)
class Pointer:
    """Pointer and keyboard, owned by `interaction` and, for apps, by `native`.

    Attributes:
        focus: The id of the node that has the focus.
        focused: That node as it was before the last full snapshot, to be compared with the node that has its
            id now.
        focused_at: The time at which it took the focus, in milliseconds since 1970.
        focused_by_person: Whether it took the focus by a press, or from a node that had it.
        blurred_at: The time at which a node last lost the focus.
        editor: The id of the editor that has the focus, or -1 while a node that is new has it.
        editor_texts: The ids of texts in it that were typed into, as they are in lines.
        tries: After so many changes of the page, the new node is no editor.
        disowned: The id of a field that the page focused and typed into.
        pressed: Whether the pointer went down since the last click.
        held: The last press, until a click follows.
        presses_seen: Whether this recording contains presses at all.
        pressed_at: The time at which it last went down, in milliseconds since 1970.
        clicked_at: The time of the last click, in milliseconds since 1970.
        clicked_id: The node of the last click, also of one that the browser added.
        typing: The current stretch of typing, or the last one.
        secrets: The fields that were known to hold a secret, as after a full snapshot they may not look so.
        scrolling: The current stretch of scrolling.
        offsets: The scroll offset of each element, by node id.
        set_by_page: The fields whose value the page set since the last full snapshot.
    """

    focus: int | None = None
    focused: Node | None = None
    focused_at: float = _NEVER
    focused_by_person: bool = False
    blurred_at: float = _NEVER
    editor: int | None = None
    editor_texts: set[bytes] = field(default_factory=set[bytes])
    tries: int = 0
    disowned: int | None = None
    pressed: bool = False
    held: Held | None = None
    presses_seen: bool = False
    pressed_at: float = _NEVER
    clicked_at: float = _NEVER
    clicked_id: int | None = None
    typing: Typing | None = None
    secrets: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    scrolling: Scrolling | None = None
    offsets: dict[int, float] = field(default_factory=dict[int, float])
    set_by_page: set[int] = field(default_factory=set[int])

    def press(self, at: float) -> None:
        """Record that a mouse button or finger went down."""
        self.pressed = self.presses_seen = True
        self.pressed_at = at

    def set_focus(self, node_id: int | None, at: float, *, by_person: bool = False) -> None:
        """Move the focus to a node."""
        self.focus, self.focused, self.focused_at = node_id, None, at
        self.focused_by_person = by_person
        self.editor = self.disowned = None

    def keep_focused(self, mirror: Mirror) -> None:
        """Remember the node that has the focus, before a full snapshot changes all ids."""
        self.editor, self.clicked_id = None, None
        if self.focus is not None and self.focused is None:
            self.focused = mirror.known(self.focus) or mirror.node(self.focus)

    def begin_page(self, root_id: int, offset: float) -> None:
        """Forget what belongs to node ids; the new page is scrolled to `offset`."""
        self.offsets = {root_id: offset}
        self.set_by_page.clear()

    def end_typing(self) -> None:
        """Record that the field that was typed into may have lost the focus."""
        if self.typing is not None:
            self.typing.is_open = False

    def end_stretches(self) -> None:
        """Start new observations with the next typing and scrolling."""
        self.typing = self.scrolling = None


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
