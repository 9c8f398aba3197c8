"""The person's journey through the pages: visits, and the actions in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

from recordings_mcp.replay.digest.control import Control, control_of
from recordings_mcp.replay.digest.vocabulary import SUBMITTING
from recordings_mcp.replay.kinds import ACTS, CLICKS
from recordings_mcp.replay.model import Input, Observation, Page, Request, Target

_SHORT_NAME = 3
"""An element without a role may be a button if its name has at most this many words: `div "Place order"`."""

_SENT_BY_KEYBOARD = 5.0
"""If the next page follows within this many seconds of the last key, Enter submitted the form."""

_TWO = 2

Place = tuple[str, Target | None]
"""A page and a target on it."""


@dataclass(slots=True, eq=False)
class Visit:
    """A stay on one page in one window.

    Attributes:
        window: The tab.
        place: The page's path without its query; with its host unless that is the first page's.
        address: The first address observed; None before any page was observed.
        title: The page's title.
        start: Seconds from the recording's start.
        end: Seconds to when the window showed another page, or the recording ended.
        loads: How often it was loaded or its query changed, at least 1.
        observations: What happened there, without the observations of pages.
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

    @property
    def has_actions(self) -> bool:
        """Whether the person clicked or filled in anything."""
        return any(seen.kind in ACTS for seen in self.observations)


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """A click, press, typing or choice on a control.

    Attributes:
        t: Seconds from the recording's start to the first time.
        last: Seconds to the last time, when it was repeated in a row.
        observation: The observation of it.
        control: The control it was done to.
        visit: The visit in which it was done.
        submits: Whether it looks like a submit: a button whose name says so, or one pressed after typing.
    """

    t: float
    last: float
    observation: Observation
    control: Control
    visit: Visit
    submits: bool

    @property
    def is_click(self) -> bool:
        """Whether it is a click or press rather than typing or choosing."""
        return self.observation.kind in CLICKS

    @property
    def place(self) -> "Place":
        """The page and the target, the same for one control in every window."""
        return self.visit.place, self.observation.target


@dataclass(frozen=True, eq=False)
class Journey:
    """A recording's observations as visits and actions. Made by `Journey.of`.

    Attributes:
        observations: Sorted by time.
        visits: Sorted by their start.
        duration: The recording's length in seconds.
        end: Seconds to the end of the last observation; analytics events may come after the recording.
        shows_failed_requests: Whether a failed request would have been recorded.
    """

    observations: Sequence[Observation]
    visits: Sequence[Visit]
    duration: float
    end: float
    shows_failed_requests: bool = True

    @classmethod
    def of(
        cls, observations: Iterable[Observation], duration: float, *, shows_failed_requests: bool = True
    ) -> "Journey":
        """Build a journey from observations in any order, without those whose time is not finite."""
        ordered = sorted((seen for seen in observations if isfinite(seen.t)), key=lambda seen: seen.t)
        known = duration if isfinite(duration) else 0.0
        end = max([known, *(end_of(seen) for seen in ordered)])
        return cls(ordered, _visits(ordered, end), known or end, end, shows_failed_requests)

    @cached_property
    def actions(self) -> Sequence[Action]:
        """All clicks, presses, typing and choices, sorted by time."""
        controls: dict[Target | None, Control] = {}
        found = (action for visit in self.visits for action in _actions(visit, controls))
        return sorted(found, key=lambda action: action.t)

    @cached_property
    def clicks(self) -> Sequence[Action]:
        """All clicks and presses, sorted by time."""
        return [action for action in self.actions if action.is_click]

    @cached_property
    def home(self) -> str | None:
        """The host of the first page."""
        return _home(self.observations)


def place_of(address: str, home: str | None) -> str:
    """Return an address without its query and without the host `home`; a fragment is kept if it is a path."""
    if home and address.startswith(f"{home}/"):
        address = address[len(home) :]
    path, _, fragment = address.partition("#")
    path = path.partition("?")[0]
    return f"{path}#{fragment.partition('?')[0]}" if fragment.startswith(("/", "!")) else path


def _home(observations: Iterable[Observation]) -> str | None:
    first = next((seen.url for seen in observations if seen.kind == "page" and seen.url), "")
    host, slash, _ = first.partition("/")
    return host if slash and host else None


def _visits(observations: Sequence[Observation], end: float) -> list[Visit]:
    home = _home(observations)
    current: dict[str, Visit] = {}
    visits: list[Visit] = []
    for seen in observations:
        visit = current.get(seen.window)
        if not isinstance(seen.facts, Page):
            if visit is None:
                visit = current[seen.window] = Visit(seen.window, "", None, None, seen.t, end)
                visits.append(visit)
            visit.observations.append(seen)
            continue
        page = seen.facts
        place = place_of(page.url, home)
        if visit is not None and visit.address is None and not visit.has_actions:
            visit.place, visit.address, visit.title = place, page.url, page.title
        elif visit is not None and visit.place == place:
            visit.loads += seen.count
        else:
            current[seen.window] = _next(visit, seen, page, place, end)
            visits.append(current[seen.window])
    return visits


def _next(visit: Visit | None, seen: Observation, page: Page, place: str, end: float) -> Visit:
    following = Visit(seen.window, place, page.url, page.title, seen.t, end, loads=seen.count)
    if visit is not None:
        visit.end, visit.next = seen.t, following
    return following


def _actions(visit: Visit, controls: dict[Target | None, Control]) -> Iterable[Action]:
    typed = False
    for seen in visit.observations:
        if seen.kind not in ACTS:
            continue
        control = controls.get(seen.target)
        if control is None:
            control = controls[seen.target] = control_of(seen.target)
        typed = typed or (is_typing(seen) and control.role == "field")
        submits = seen.kind == "click" and _submits(control, typed=typed)
        yield Action(seen.t, end_of(seen), seen, control, visit, submits)


def _submits(control: Control, *, typed: bool) -> bool:
    if control.is_secondary:
        return False
    if control.role == "button":
        return typed or control.purpose in SUBMITTING
    named = control.role == "element" and control.purpose in SUBMITTING
    return named and len((control.name or "").split()) <= _SHORT_NAME


def sent_by_keyboard(visit: Visit, typing: Observation) -> bool:
    """Return whether the next page appeared right after the last key, as it does after Enter."""
    return visit.next is not None and 0 <= visit.next.start - end_of(typing) <= _SENT_BY_KEYBOARD


def end_of(seen: Observation) -> float:
    """Return when the last of what an observation counts ended, ignoring an infinite end."""
    last = seen.last
    return seen.t if last is None or not isfinite(last) else max(seen.t, last)


def is_typing(seen: Observation) -> bool:
    """Return whether text was typed into a field, rather than a box checked or an option chosen."""
    return isinstance(seen.facts, Input) and seen.facts.change in ("typed", "typed_then_emptied")


def is_other_site(seen: Observation, home: str | None) -> bool:
    """Return whether a request went to another site than the host `home`.

    Hosts belong to one site if their last two labels are equal, or the last three under a suffix such as
    `co.uk`. An address without a host belongs to `home`; if `home` is unknown, no request is to another site.
    """
    url = seen.facts.url if isinstance(seen.facts, Request) else None
    host = (url or "").partition("/")[0]
    return bool(home and host) and _site(host) != _site(home or "")


def _site(host: str) -> list[str]:
    names = host.partition(":")[0].lower().split(".")
    of_country = len(names) > _TWO and len(names[-1]) == _TWO and len(names[-2]) <= _TWO + 1
    return names[-3:] if of_country else names[-2:]
