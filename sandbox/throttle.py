"""Rate limits of personal API keys: each bucket has one or more sliding windows."""

import math
import threading
from collections import deque
from collections.abc import Sequence
from typing import Literal

from recordings_mcp.sandbox.clock import Clock, milliseconds
from recordings_mcp.sandbox.errors import ApiError
from recordings_mcp.sandbox.settings import Throttle

Bucket = Literal["general", "clickhouse", "listing", "snapshots", "query"]
Window = tuple[int, int]
"""A number of requests and a number of seconds."""

_RATES: dict[str, Sequence[Window]] = {
    "general": ((480, 60), (4800, 3600)),
    "clickhouse": ((240, 60), (1200, 3600)),
    "query": ((240, 60), (2400, 3600)),
}
_PLANS: dict[str, Sequence[Window]] = {
    "free": ((12, 60), (60, 3600)),
    "paid": ((60, 60), (300, 3600)),
    "enterprise": ((100, 60), (400, 3600)),
}


class Throttles:
    """The requests of each key, counted by bucket."""

    def __init__(self, throttle: Throttle | None, clock: Clock) -> None:
        self._throttle = throttle
        self._clock = clock
        self._seen: dict[tuple[str, Bucket, Window], deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, key: str, buckets: Sequence[Bucket]) -> None:
        """Count a request.

        Raises:
            ApiError: 429, if it exceeds a limit.
        """
        seconds = self.wait(key, buckets)
        if self._throttle is None or seconds is None:
            return
        unit = "second" if seconds == 1 else "seconds"
        detail = f"Request was throttled. Expected available in {seconds} {unit}."
        header = {"Retry-After": str(seconds)} if self._throttle.retry_after else None
        raise ApiError(429, "throttled", detail, headers=header)

    def wait(self, key: str, buckets: Sequence[Bucket]) -> int | None:
        """Count a request. Return the seconds to wait if it exceeds a limit, else None."""
        if self._throttle is None:
            return None
        waits: list[int] = []
        with self._lock:
            now = milliseconds(self._clock()) / 1000
            for bucket in buckets:
                for count, seconds in _RATES.get(bucket) or _PLANS[self._throttle.plan]:
                    seen = self._seen.setdefault((key, bucket, (count, seconds)), deque())
                    while seen and seen[0] <= now - seconds:
                        seen.popleft()
                    if len(seen) >= count:
                        waits.append(max(1, math.ceil(seen[0] + seconds - now)))
                    else:
                        seen.append(now)
        return max(waits, default=None)
