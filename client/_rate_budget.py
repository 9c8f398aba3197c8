"""Stay within PostHog's rate limits: every request waits for its turn, or is told when that will be.

A sliding log for each limit. A request may go when, in each window of each of its limits, fewer requests than
allowed were answered or are under way. A request counts from the moment it is sent, and stays in the window
until that much time has passed since its *answer*: the server counted it somewhere between the two, so its
own window can only be over earlier. That way no latency makes one request too many, and none is held back
longer than one answer takes.

The limits are those of the plan that the operator configured. Without a plan none is kept beforehand. In both
cases a request that PostHog refuses (429) pauses all requests of its kind for as long as PostHog says.
"""

import hashlib
import secrets
from bisect import bisect_right
from collections import Counter, OrderedDict, defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from pydantic import SecretStr

from recordings_mcp.client._clock import Clock, SystemClock
from recordings_mcp.client._deadline import Deadline
from recordings_mcp.client._errors import Unreachable
from recordings_mcp.client._rate_limits import (
    HOUR,
    MOST_IN_A_WINDOW,
    Limit,
    Limits,
    Plan,
    Window,
    describe,
    windows,
)
from recordings_mcp.client._refusals import Throttled

SHORTEST_PAUSE = 1.0
"""Seconds of pause after a 429 at least; doubled with each that follows: a server may say 0."""

LONGEST_PAUSE = HOUR
"""Seconds of pause after a 429 at most, the longest window there is: a server may say 1e9."""

_MOST_CALLERS = 1_000
_LONGEST_DOUBLED_PAUSE = 64.0
_MARGIN = 0.05
_TOLD_EVERY = 15.0
"""Seconds of a wait until it is told again: clients give up on calls that are silent for a minute."""

_NOTHING = 0.001


class RateBudget:
    """What callers have left of PostHog's rate limits; one for a process, passed to all of its clients.

    Clients with the same host and API key share one budget, since PostHog counts by key. Not for several
    threads.

    Args:
        plan: PostHog plan, whose limits are kept beforehand. None: keep none; wait when PostHog refuses.
        clock: Tells the time.
    """

    def __init__(self, *, plan: Plan | None = None, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self._plan: Plan | None = plan
        self._salt = secrets.token_bytes(16)
        self._callers: OrderedDict[bytes, CallerBudget] = OrderedDict()

    def of(self, origin: str, api_key: SecretStr) -> "CallerBudget":
        """Give the budget of a key at a host; that of the one not asked for longest is dropped over 1,000."""
        text = f"{origin}\n{api_key.get_secret_value()}".encode()
        caller = hashlib.blake2b(text, key=self._salt).digest()
        budget = self._callers.setdefault(caller, CallerBudget(self._plan, self.clock))
        self._callers.move_to_end(caller)
        if len(self._callers) > _MOST_CALLERS:
            self._callers.popitem(last=False)
        return budget


class _Wait(NamedTuple):
    seconds: float
    why: str


class CallerBudget:
    """The budget of one API key. See the module's text for how it counts."""

    def __init__(self, plan: Plan | None, clock: Clock) -> None:
        self._clock = clock
        self._plan: Plan | None = plan
        self._answered: defaultdict[Limit, list[float]] = defaultdict(list)
        self._under_way: Counter[Limit] = Counter()
        self._waiting: Counter[Limit] = Counter()
        self._paused_until: defaultdict[Limit, float] = defaultdict(float)
        self._refusals: Counter[Limit] = Counter()

    @asynccontextmanager
    async def turn(self, limits: Limits, deadline: Deadline) -> AsyncGenerator[None]:
        """Wait until a request may be sent; it is sent and answered within.

        Raises:
            Throttled: The turn would come after the deadline; `retry_after` says when.
        """
        await self._wait(limits, deadline)
        self._under_way.update(limits)
        counted = limits
        try:
            yield
            self._refusals[limits[-1]] = 0
        except Throttled as error:
            counted = limits[:-1]
            self._refused(limits[-1], error.retry_after)
            raise
        except Unreachable as error:
            counted = limits if error.may_have_arrived else ()
            raise
        finally:
            self._under_way.subtract(limits)
            for limit in counted:
                self._note(limit)

    async def _wait(self, limits: Limits, deadline: Deadline) -> None:
        before_this_one = self._waiting.copy()
        self._waiting.update(limits)
        try:
            while (wait := self._until_turn(limits, before_this_one)).seconds > _NOTHING:
                if wait.seconds > deadline.left():
                    raise Throttled(wait.seconds)
                await self._sleep(wait, deadline)
                before_this_one.clear()
        finally:
            self._waiting.subtract(limits)

    async def _sleep(self, wait: _Wait, deadline: Deadline) -> None:
        step = _TOLD_EVERY if deadline.on_wait else wait.seconds
        until = self._clock.now() + wait.seconds
        while (left := until - self._clock.now()) > _NOTHING:
            await deadline.tell_wait(left, wait.why)
            await self._clock.sleep(min(left, step))

    def _until_turn(self, limits: Limits, before_this_one: Counter[Limit]) -> _Wait:
        waits = [wait for limit in limits for wait in self._waits(limit, before_this_one[limit])]
        return max(waits, default=_Wait(0.0, ""))

    def _waits(self, limit: Limit, before_this_one: int) -> Iterator[_Wait]:
        now = self._clock.now()
        yield _Wait(self._paused_until[limit] - now, "PostHog asked to wait")
        for window in windows(limit, self._plan) if self._plan else ():
            answered = self._within(limit, window)
            over = len(answered) + self._under_way[limit] + before_this_one - window.requests
            if over >= 0:
                frees = answered[over] if over < len(answered) else now
                yield _Wait(frees + window.seconds + _MARGIN - now, describe(limit, window))

    def _within(self, limit: Limit, window: Window) -> list[float]:
        """Moments of the answers of a window, the oldest first."""
        log = self._answered[limit]
        return log[bisect_right(log, self._clock.now() - window.seconds - _MARGIN) :]

    def _note(self, limit: Limit) -> None:
        now = self._clock.now()
        log = self._answered[limit]
        del log[: max(bisect_right(log, now - HOUR - _MARGIN), len(log) - MOST_IN_A_WINDOW)]
        log.append(now)

    def _refused(self, limit: Limit, asked: float | None) -> None:
        now = self._clock.now()
        if now >= self._paused_until[limit]:
            self._refusals[limit] += 1
        least = min(_LONGEST_DOUBLED_PAUSE, SHORTEST_PAUSE * 2 ** (self._refusals[limit] - 1))
        pause = min(LONGEST_PAUSE, max(least, asked or 0.0))
        self._paused_until[limit] = max(self._paused_until[limit], now + pause)
