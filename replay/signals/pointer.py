"""What the mouse, the fingers and the keyboard did in one tab: presses, typing, scrolling and the focus."""

from dataclasses import dataclass, field
from typing import Final

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.model import Change, Input, Target
from recordings_mcp.replay.page.mirror import Mirror, Node
from recordings_mcp.replay.signals.draft import Draft

_NEVER: Final = float("-inf")
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
