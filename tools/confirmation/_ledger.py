"""The ledger of open plans. A plan is in it or it is not; burning removes it, and only once.

Whatever goes wrong with a ledger (full, lost, restarted) makes plans disappear, so the user is asked again.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Clock = Callable[[], float]
"""Seconds since the epoch; a monotonic one, since any moment."""

LIFETIME = 600.0
"""Seconds a plan is open."""

MOST_OPEN = 1_000
"""Plans open at a time; the oldest is dropped."""


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """One line of the ledger.

    Attributes:
        id: Random, made when the plan was opened.
        expires_at: Seconds since the epoch.
    """

    id: str
    expires_at: float


class Ledger(Protocol):
    """Keeps at most one open plan for each subject."""

    async def open(self, subject: str) -> OpenPlan:
        """Return the open plan of a subject; a new one if there is none."""
        ...

    async def find(self, subject: str) -> OpenPlan | None:
        """Return the open plan of a subject, if there is one."""
        ...

    async def burn(self, subject: str, plan_id: str) -> bool:
        """Remove a plan. Return True for exactly one of any number of attempts, and only until it expires."""
        ...


class Lifetimes:
    """Opens plans and decides how long they are open.

    A wall clock can be set back; a monotonic one stops while the machine sleeps, and means nothing to another
    process. So a plan of this process ends by the clock by which it ends first. One of another process ends
    by the wall clock, and is refused if it lies in the future.

    Args:
        wall: Seconds since the epoch.
        monotonic: Seconds that nobody can set.
        most_open: Plans whose opening is remembered.
    """

    def __init__(self, wall: Clock, monotonic: Clock, most_open: int) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._most_open = most_open
        self._opened: OrderedDict[str, float] = OrderedDict()

    def new_plan(self) -> OpenPlan:
        """Return a plan that opens now."""
        plan = OpenPlan(id=secrets.token_hex(8), expires_at=self._wall() + LIFETIME)
        self._opened[plan.id] = self._monotonic()
        while len(self._opened) > self._most_open:
            self._opened.popitem(last=False)
        return plan

    def is_open(self, plan: OpenPlan) -> bool:
        """Return whether a plan may still be used."""
        before_expiry = plan.expires_at - self._wall()
        opened = self._opened.get(plan.id)
        if opened is None:
            return 0 < before_expiry <= LIFETIME
        return before_expiry > 0 and self._monotonic() - opened < LIFETIME


class MemoryLedger:
    """The ledger of a single process. A restart forgets every open plan."""

    def __init__(
        self, clock: Clock, most_open: int = MOST_OPEN, *, monotonic: Clock = time.monotonic
    ) -> None:
        self._lifetimes = Lifetimes(clock, monotonic, most_open)
        self._most_open = most_open
        self._plans: OrderedDict[str, OpenPlan] = OrderedDict()

    async def open(self, subject: str) -> OpenPlan:
        """See `Ledger`."""
        found = await self.find(subject)
        if found is not None:
            return found
        self._plans.pop(subject, None)
        self._plans[subject] = opened = self._lifetimes.new_plan()
        while len(self._plans) > self._most_open:
            self._plans.popitem(last=False)
        return opened

    async def find(self, subject: str) -> OpenPlan | None:
        """See `Ledger`."""
        plan = self._plans.get(subject)
        return plan if plan is not None and self._lifetimes.is_open(plan) else None

    async def burn(self, subject: str, plan_id: str) -> bool:
        """See `Ledger`. Nothing awaits between the look and the removal, so no other task comes between."""
        plan = await self.find(subject)
        if plan is None or plan.id != plan_id:
            return False
        return self._plans.pop(subject, None) is plan
