"""The ledger of open plans. A plan is in it or it is not; burning removes it, and only once.

Whatever goes wrong with a ledger (full, lost, restarted) makes plans disappear, so the user is asked again.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Clock = Callable[[], float]
"""Seconds since the epoch."""

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


def new_plan(now: float) -> OpenPlan:
    """Return a plan that opens now."""
    return OpenPlan(id=secrets.token_hex(8), expires_at=now + LIFETIME)


class MemoryLedger:
    """The ledger of a single process. A restart forgets every open plan."""

    def __init__(self, clock: Clock, most_open: int = MOST_OPEN) -> None:
        self._clock = clock
        self._most_open = most_open
        self._plans: OrderedDict[str, OpenPlan] = OrderedDict()

    async def open(self, subject: str) -> OpenPlan:
        """See `Ledger`."""
        found = await self.find(subject)
        if found is not None:
            return found
        self._plans.pop(subject, None)
        self._plans[subject] = opened = new_plan(self._clock())
        while len(self._plans) > self._most_open:
            self._plans.popitem(last=False)
        return opened

    async def find(self, subject: str) -> OpenPlan | None:
        """See `Ledger`."""
        plan = self._plans.get(subject)
        return plan if plan is not None and self._clock() < plan.expires_at else None

    async def burn(self, subject: str, plan_id: str) -> bool:
        """See `Ledger`. Nothing awaits between the look and the removal, so no other task comes between."""
        plan = await self.find(subject)
        if plan is None or plan.id != plan_id:
            return False
        return self._plans.pop(subject, None) is plan
