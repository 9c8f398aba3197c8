"""What a script did: the expected result of replaying its recording."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act: `role` and `target` are the accessible role and name the script meant."""

    t: float
    action: str
    window: str
    role: str | None = None
    target: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit:
    """A page that came up in a window, by a full load or by history.pushState."""

    t: float
    window: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRequest:
    """A request that failed; `status` 0 means that no response came."""

    t: float
    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownException:
    """An uncaught exception."""

    t: float
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleLine:
    """A line the page wrote to its console."""

    t: float
    level: str
    text: str


@dataclass(slots=True)
class Truth:
    """The truth of one session; times are milliseconds since the epoch, on the browser's clock."""

    name: str
    fate: str
    actions: list[Action] = field(default_factory=list[Action])
    pages: list[PageVisit] = field(default_factory=list[PageVisit])
    failed_requests: list[FailedRequest] = field(default_factory=list[FailedRequest])
    exceptions: list[ThrownException] = field(default_factory=list[ThrownException])
    console: list[ConsoleLine] = field(default_factory=list[ConsoleLine])
    rage_clicks: int = 0
    dead_clicks: int = 0

    def clicks(self) -> int:
        """Return how many clicks the browser saw: a tap is one, a double click is two."""
        return sum(_CLICKS.get(action.action, 0) for action in self.actions)

    def as_json(self) -> dict[str, Any]:
        """Return the content of truth.json."""
        return asdict(self)


_CLICKS = {"click": 1, "tap": 1, "double_click": 2}


def now() -> float:
    """Return the current time in milliseconds since the epoch."""
    return round(time.time() * 1000)
