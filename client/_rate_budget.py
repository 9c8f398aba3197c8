"""Stay within PostHog's rate limits: every request waits for a slot, or fails with the time of the next one.

A sliding log for each limit. A request may go when, in each window of each of its buckets, fewer requests
than allowed were answered or are under way. A request counts from the moment it is sent, and stays in the
window until that much time has passed since its *answer*: the server counted it somewhere between the two, so
its own window can only be over earlier. That way no latency makes one request too many, and none is held
back longer than one answer takes.

The limits are those of the plan that the operator configured. Without a plan none is kept beforehand. In both
cases a request that PostHog refuses (429) pauses all requests of its bucket for as long as PostHog says.
"""

import hashlib
import secrets
from bisect import bisect_right
from collections import Counter, OrderedDict, defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from pydantic import SecretStr

from recordings_mcp.client._deadline import Clock, Deadline, SystemClock
from recordings_mcp.client._errors import Unreachable
from recordings_mcp.client._rate_limits import HOUR, Bucket, Buckets, Plan, Window, describe, windows
from recordings_mcp.client._refusals import Throttled

SHORTEST_PAUSE = 1.0
"""Seconds of pause after a 429 at least; doubled with each that follows: a server may say 0."""

LONGEST_PAUSE = HOUR
"""Seconds of pause after a 429 at most, the longest window there is: a server may say 1e9."""

_MOST_CALLERS = 1_000
_LONGEST_DOUBLED_PAUSE = 64.0
_MARGIN = 0.05
_REPORT_INTERVAL = 15.0
"""Seconds between progress reports while waiting: clients give up on calls that are silent for a minute."""

_NOTHING = 0.001


class RateBudget:
    """The rest of PostHog's rate limits for each caller; one per process, passed to all of its clients.

    Clients with the same host and API key share one budget, since PostHog counts by key. Not thread-safe.

    Args:
        plan: PostHog plan, whose limits are kept beforehand. None: keep none; wait when PostHog refuses.
        clock: The clock for waits, and for everything else of the clients.
    """

    def __init__(self, *, plan: Plan | None = None, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self._plan: Plan | None = plan
        self._salt = secrets.token_bytes(16)
        self._callers: OrderedDict[bytes, CallerBudget] = OrderedDict()

    def of(self, origin: str, api_key: SecretStr) -> "CallerBudget":
        """Return the budget of a key at a host. Beyond 1,000, the least recently used one is dropped."""
        text = f"{origin}\n{api_key.get_secret_value()}".encode()
        caller = hashlib.blake2b(text, key=self._salt).digest()
        budget = self._callers.setdefault(caller, CallerBudget(self._plan, self.clock))
        self._callers.move_to_end(caller)
        if len(self._callers) > _MOST_CALLERS:
            self._callers.popitem(last=False)
        return budget


class _Wait(NamedTuple):
    seconds: float
    reason: str


class CallerBudget:
    """The budget of one API key. The module's docstring explains how it counts."""

    def __init__(self, plan: Plan | None, clock: Clock) -> None:
        self._clock = clock
        self._windows: Mapping[Bucket, tuple[Window, Window]] = windows(plan) if plan else {}
        self._answered: defaultdict[Bucket, list[float]] = defaultdict(list)
        self._under_way: Counter[Bucket] = Counter()
        self._waiting: Counter[Bucket] = Counter()
        self._paused_until: defaultdict[Bucket, float] = defaultdict(float)
        self._refusals: Counter[Bucket] = Counter()

    @asynccontextmanager
    async def slot(self, buckets: Buckets, deadline: Deadline) -> AsyncGenerator[None]:
        """Wait until a request may be sent; it is sent and answered within.

        Raises:
            Throttled: The slot would come after the deadline; `retry_after` says when.
        """
        await self._wait(buckets, deadline)
        self._under_way.update(buckets)
        counted = buckets
        try:
            yield
            self._refusals[buckets[-1]] = 0
        except Throttled as error:
            counted = buckets[:-1]
            self._pause(buckets[-1], error.retry_after)
            raise
        except Unreachable as error:
            counted = buckets if error.may_have_arrived else ()
            raise
        finally:
            self._under_way.subtract(buckets)
            self._note_answer(counted)

    async def _wait(self, buckets: Buckets, deadline: Deadline) -> None:
        ahead = self._waiting.copy()
        self._waiting.update(buckets)
        try:
            while (wait := self._until_slot(buckets, ahead)).seconds > _NOTHING:
                if wait.seconds > deadline.left():
                    raise Throttled(wait.seconds)
                await self._sleep(wait, deadline)
                ahead.clear()
        finally:
            self._waiting.subtract(buckets)

    async def _sleep(self, wait: _Wait, deadline: Deadline) -> None:
        step = _REPORT_INTERVAL if deadline.on_wait else wait.seconds
        until = self._clock.now() + wait.seconds
        while (left := until - self._clock.now()) > _NOTHING:
            await deadline.report_wait(left, wait.reason)
            await self._clock.sleep(min(left, step))

    def _until_slot(self, buckets: Buckets, ahead: Counter[Bucket]) -> _Wait:
        """Return the longest of the waits that pauses and windows require.

        Args:
            buckets: Where the request counts.
            ahead: How many requests in each bucket wait since before this one.
        """
        now = self._clock.now()
        longest = _Wait(0.0, "")
        for bucket in buckets:
            longest = max(longest, _Wait(self._paused_until[bucket] - now, "PostHog asked to wait"))
            for window in self._windows.get(bucket, ()):
                log = self._answered[bucket]
                answered = log[bisect_right(log, now - window.seconds - _MARGIN) :]
                over = len(answered) + self._under_way[bucket] + ahead[bucket] - window.requests
                if over >= 0:
                    free_at = (answered[over] if over < len(answered) else now) + window.seconds + _MARGIN
                    longest = max(longest, _Wait(free_at - now, describe(bucket, window)))
        return longest

    def _note_answer(self, buckets: Buckets) -> None:
        now = self._clock.now()
        for bucket in buckets:
            if bucket in self._windows:
                log = self._answered[bucket]
                del log[: bisect_right(log, now - HOUR - _MARGIN)]
                log.append(now)

    def _pause(self, bucket: Bucket, retry_after: float | None) -> None:
        now = self._clock.now()
        if now >= self._paused_until[bucket]:
            self._refusals[bucket] += 1
        least = min(_LONGEST_DOUBLED_PAUSE, SHORTEST_PAUSE * 2 ** (self._refusals[bucket] - 1))
        pause = min(LONGEST_PAUSE, max(least, retry_after or 0.0))
        self._paused_until[bucket] = max(self._paused_until[bucket], now + pause)
