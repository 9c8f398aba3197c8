"""The person's way through the pages: visits, and what was done in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

from recordings_mcp.replay.digest.reading import Control, control_of, is_typing, last_of, title_of
from recordings_mcp.replay.digest.vocabulary import SUBMITTING, page_kind
from recordings_mcp.replay.model import Observation

_SHORT_NAME = 3
"""Words in the name of something that is no button and still is one: `div "Place order"`."""

_SENT_BY_KEYBOARD = 5.0
"""Seconds from the last key to the next page when Enter sent the form."""


@dataclass(slots=True, eq=False)
class Visit:
    """A stay on one page in one window.

    Attributes:
        window: The tab.
        place: The page's path, without query; with its host when that is not the first page's.
        address: The address as it was told first; None before any page was told.
        title: The page's title.
        start: Seconds from the recording's start.
        end: When the window showed another page, or the recording ended.
        loads: How often it was loaded or its query changed, 1 for once.
        observations: What happened, without the pages themselves.
        next: The window's next visit.
    """

    window: str
    place: str
    address: str | None
    title: str | None
    start: float
    end: float
    loads: int = 1
    observations: list[Observation] = field(default_factory=list[Observation])
    next: "Visit | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """Something the person did to a control.

    Attributes:
        t: Seconds from the recording's start to the first time.
        last: To the last time, when the same was done several times in a row.
        observation: What tells it.
        control: What it was done to.
        visit: Where.
        submits: Whether it looks like sending something off: a button named so, or one pressed after typing.
    """

    t: float
    last: float
    observation: Observation
    control: Control
    visit: Visit
    submits: bool

    @property
    def is_click(self) -> bool:
        """Whether it is a click rather than typing or choosing."""
        return self.observation.kind == "click"

    @property
    def target(self) -> tuple[str, str]:
        """What it was done to: page and target, the same for the same control in every window."""
        return self.visit.place, self.observation.target or ""


@dataclass(frozen=True, eq=False)
class Journey:
    """A recording's observations as visits and actions. Made by `Journey.of`.

    Attributes:
        observations: Sorted by time.
        visits: In order of their start.
        duration: Seconds of the recording.
        end: Seconds at which the last thing ended; analytics events may come after the recording.
    """

    observations: Sequence[Observation]
    visits: Sequence[Visit]
    duration: float
    end: float

    @classmethod
    def of(cls, observations: Iterable[Observation], duration: float) -> "Journey":
        """Read observations, in any order; one whose time is no number is left out."""
        ordered = sorted((seen for seen in observations if isfinite(seen.t)), key=lambda seen: seen.t)
        known = duration if isfinite(duration) else 0.0
        end = max([known, *(last_of(seen) for seen in ordered)])
        return cls(ordered, _visits(ordered, end), known or end, end)

    @cached_property
    def actions(self) -> Sequence[Action]:
        """All that was clicked, typed and chosen, in order."""
        controls: dict[str | None, Control] = {}
        found = (action for visit in self.visits for action in _actions(visit, controls))
        return sorted(found, key=lambda action: action.t)

    @cached_property
    def clicks(self) -> Sequence[Action]:
        """All clicks, in order."""
        return [action for action in self.actions if action.is_click]

    @cached_property
    def home(self) -> str | None:
        """The host of the first page."""
        return _home(self.observations)


def place_of(address: str, home: str | None) -> str:
    """Give an address without its query and without the host `home`; a fragment stays if it is a path."""
    if home and address.startswith(f"{home}/"):
        address = address[len(home) :]
    path, _, fragment = address.partition("#")
    path = path.partition("?")[0]
    return f"{path}#{fragment.partition('?')[0]}" if fragment.startswith(("/", "!")) else path


def kind_words(visit: Visit) -> str:
    """Name a page in this project's words: `a checkout page`, `a page`."""
    kind = page_kind(visit.place, visit.title)
    words = f"{kind} page" if kind else "page"
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _home(observations: Iterable[Observation]) -> str | None:
    first = next((seen.target for seen in observations if seen.kind == "page" and seen.target), "")
    host, slash, _ = first.partition("/")
    return host if slash and host else None


def _visits(observations: Sequence[Observation], end: float) -> list[Visit]:
    home = _home(observations)
    current: dict[str, Visit] = {}
    visits: list[Visit] = []
    for seen in observations:
        visit = current.get(seen.window)
        if seen.kind != "page":
            if visit is None:
                visit = current[seen.window] = Visit(seen.window, "", None, None, seen.t, end)
                visits.append(visit)
            visit.observations.append(seen)
            continue
        place = place_of(seen.target or "", home)
        if visit is not None and visit.address is None and not _anything_done(visit):
            visit.place, visit.address, visit.title = place, seen.target or "", title_of(seen)
        elif visit is not None and visit.place == place:
            visit.loads += seen.count
        else:
            current[seen.window] = _next(visit, seen, place, end)
            visits.append(current[seen.window])
    return visits


def _next(visit: Visit | None, seen: Observation, place: str, end: float) -> Visit:
    following = Visit(seen.window, place, seen.target or "", title_of(seen), seen.t, end, loads=seen.count)
    if visit is not None:
        visit.end, visit.next = seen.t, following
    return following


def _anything_done(visit: Visit) -> bool:
    return any(seen.kind in ("click", "input", "select") for seen in visit.observations)


def _actions(visit: Visit, controls: dict[str | None, Control]) -> Iterable[Action]:
    typed = False
    for seen in visit.observations:
        if seen.kind not in ("click", "input", "select"):
            continue
        control = controls.get(seen.target)
        if control is None:
            control = controls[seen.target] = control_of(seen)
        typed = typed or (is_typing(seen) and control.role == "field")
        submits = seen.kind == "click" and _submits(control, typed=typed)
        yield Action(seen.t, last_of(seen), seen, control, visit, submits)


def _submits(control: Control, *, typed: bool) -> bool:
    if control.arranges:
        return False
    if control.role == "button":
        return typed or control.purpose in SUBMITTING
    named = control.role == "element" and control.purpose in SUBMITTING
    return named and len((control.name or "").split()) <= _SHORT_NAME


def sent_by_keyboard(visit: Visit, typing: Observation) -> bool:
    """Say whether the page that followed came right after the last key, as Enter makes it come."""
    return visit.next is not None and 0 <= visit.next.start - last_of(typing) <= _SENT_BY_KEYBOARD
