"""How many requests PostHog takes from an API key.

As read in PostHog's source; the plans came with its pull requests 51173, 51445 and 51752 of March 2026. Its
documentation still gives only 240 a minute and 1,200 an hour for all requests about recordings.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Plan = Literal["free", "paid", "enterprise"]
"""The plan of the organization, which decides how many searches and downloads a key may make."""

Bucket = Literal["analytics", "list", "snapshots", "query", "other"]
"""One of PostHog's counters; a request may count in several."""

Buckets = tuple[Bucket, ...]
"""Where a request counts; the last one is the narrowest, to which a 429 is attributed."""

LISTING: Buckets = ("analytics", "list")
LISTING_BY_QUERY: Buckets = ("query", "list")
SNAPSHOTS: Buckets = ("analytics", "snapshots")
RECORDINGS: Buckets = ("analytics",)
QUERY: Buckets = ("query",)
OTHER: Buckets = ("other",)

MINUTE = 60.0
HOUR = 3600.0


class Window(NamedTuple):
    """So many requests in so many seconds."""

    requests: int
    seconds: float


_PLANS: Mapping[Plan, tuple[Window, Window]] = {
    "free": (Window(12, MINUTE), Window(60, HOUR)),
    "paid": (Window(60, MINUTE), Window(300, HOUR)),
    "enterprise": (Window(100, MINUTE), Window(400, HOUR)),
}
"""The windows of listings, and of snapshots on their own."""

_NAMES: Mapping[Bucket, str] = {
    "analytics": "requests about recordings",
    "list": "searches",
    "snapshots": "requests for recordings' data",
    "query": "queries",
    "other": "requests",
}


def windows(plan: Plan) -> Mapping[Bucket, tuple[Window, Window]]:
    """Return the windows of each bucket, a minute and an hour; the first two depend on the plan."""
    return {
        "list": _PLANS[plan],
        "snapshots": _PLANS[plan],
        "analytics": (Window(240, MINUTE), Window(1200, HOUR)),
        "query": (Window(240, MINUTE), Window(2400, HOUR)),
        "other": (Window(480, MINUTE), Window(4800, HOUR)),
    }


def describe(bucket: Bucket, window: Window) -> str:
    """Return a clause that says what a window allows."""
    span = "a minute" if window.seconds == MINUTE else "an hour"
    return f"PostHog allows {window.requests} {_NAMES[bucket]} {span}"
