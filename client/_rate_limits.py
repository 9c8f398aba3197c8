"""How many requests PostHog takes from an API key.

As read in PostHog's source; the plans came with its pull requests 51173, 51445 and 51752 of March 2026. Its
documentation still gives only 240 a minute and 1,200 an hour for all requests about recordings.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Plan = Literal["free", "paid", "enterprise"]
"""What the organization pays for: decides how many searches and downloads a key may make."""

Limit = Literal["analytics", "list", "snapshots", "query", "other"]
"""One of PostHog's counters; a request may count in several."""

Limits = tuple[Limit, ...]
"""Where a request counts; the last one is the narrowest, which a refusal is put down to."""

LISTING: Limits = ("analytics", "list")
LISTING_BY_QUERY: Limits = ("query", "list")
SNAPSHOTS: Limits = ("analytics", "snapshots")
RECORDINGS: Limits = ("analytics",)
QUERY: Limits = ("query",)
OTHER: Limits = ("other",)

MINUTE = 60.0
HOUR = 3600.0


class Window(NamedTuple):
    """So many requests in so many seconds."""

    requests: int
    seconds: float


PLANS: Mapping[Plan, tuple[Window, Window]] = {
    "enterprise": (Window(100, MINUTE), Window(400, HOUR)),
    "paid": (Window(60, MINUTE), Window(300, HOUR)),
    "free": (Window(12, MINUTE), Window(60, HOUR)),
}
"""What listings have, and snapshots on their own."""

_SAME_FOR_ALL: Mapping[Limit, tuple[Window, Window]] = {
    "analytics": (Window(240, MINUTE), Window(1200, HOUR)),
    "query": (Window(240, MINUTE), Window(2400, HOUR)),
    "other": (Window(480, MINUTE), Window(4800, HOUR)),
}
MOST_IN_A_WINDOW = 4800
"""The largest of all of these."""

_NAMES: Mapping[Limit, str] = {
    "analytics": "requests about recordings",
    "list": "searches",
    "snapshots": "requests for recordings' data",
    "query": "queries",
    "other": "requests",
}


def windows(limit: Limit, plan: Plan) -> tuple[Window, Window]:
    """Give the windows in which a limit counts: a minute and an hour."""
    return _SAME_FOR_ALL.get(limit) or PLANS[plan]


def describe(limit: Limit, window: Window) -> str:
    """Say what a window allows."""
    span = "a minute" if window.seconds == MINUTE else "an hour"
    return f"PostHog allows {window.requests} {_NAMES[limit]} {span}"
