"""Observations written by hand, a line each."""

import re
from collections.abc import Iterable
from typing import Literal

from recordings_mcp.replay import Digest, Moment, Observation, Target, digest_observations
from recordings_mcp.replay.digest.signals import SignalName
from recordings_mcp.replay.model import Custom, Input, Log, Page, Request

PAY = 'button "Pay now" [pay]'
EMAIL = 'textbox "E-mail" [email]'
NAME = 'textbox "Full name" [full-name]'

_NOTATION = re.compile(r'([^"\[]*?) ?(?:"([^"]*)")? ?(?:\[([^\]]*)\])?')


def named(notation: str) -> Target:
    """Build a target from `role "Name" [attribute]`, the shorthand of these tests."""
    found = _NOTATION.fullmatch(notation)
    assert found is not None
    return Target(*(part or None for part in found.groups()))


def page(t: float, address: str, title: str | None = None, *, window: str = "w") -> Observation:
    return Observation(t, window, "page", facts=Page(address, title))


def click(
    t: float, target: str, *, count: int = 1, last: float | None = None, window: str = "w"
) -> Observation:
    return Observation(t, window, "click", named(target), count=count, last=last)


def typed(t: float, target: str, *, until: float | None = None, window: str = "w") -> Observation:
    return Observation(t, window, "input", named(target), Input("typed", masked=True), last=until)


def chose(t: float, target: str) -> Observation:
    return Observation(t, "w", "select", named(target), Input("chose", masked=True))


def checked(t: float, target: str) -> Observation:
    return Observation(t, "w", "input", named(target), Input("checked"))


def exception(t: float, message: str = "TypeError: x is undefined", *, window: str = "w") -> Observation:
    return Observation(t, window, "exception", facts=Log(message))


def console_error(t: float, message: str) -> Observation:
    return Observation(t, "w", "console_error", facts=Log(message))


def request(target: str, status: int | None, seconds: float | None) -> Request:
    """The facts of `POST /api/payments`."""
    method, _, url = target.rpartition(" ")
    return Request(url, method or None, status, seconds)


def failed_request(
    t: float, target: str = "POST /api/payments", status: int | None = 500, seconds: float | None = 0.09
) -> Observation:
    return Observation(t, "w", "network_error", facts=request(target, status, seconds))


def slow_request(t: float, seconds: float, target: str = "GET /api/orders") -> Observation:
    """A slow request that ended at `t`."""
    return Observation(t - seconds, "w", "slow_request", facts=request(target, None, seconds), last=t)


def event(t: float, name: str, **properties: str) -> Observation:
    return Observation(t, "w", "custom", facts=Custom(name, properties or None), source="event")


def dead_click(t: float, target: str, *, count: int = 1, last: float | None = None) -> Observation:
    return Observation(t, "w", "dead_click", named(target), count=count, last=last, source="event")


def rage_click(t: float, target: str) -> Observation:
    return Observation(t, "w", "rage_click", named(target), source="event")


def recorder(t: float, state: Literal["offline", "online"]) -> Observation:
    return Observation(t, "w", state)


def digest_of(*observations: Observation, until: float = 60) -> Digest:
    """The digest of a minute on a checkout page, unless a page is among the observations."""
    pages = [one for one in observations if one.kind == "page"]
    start = [] if pages else [page(0, "shop.example/checkout")]
    return digest_observations([*start, *observations], until)


def signals_of(*observations: Observation, until: float = 60) -> list[SignalName]:
    """The names of all signals of moments, those of the heaviest moment first."""
    return [name for moment in digest_of(*observations, until=until).moments for name in moment.signals]


def only_moment(observations: Iterable[Observation]) -> Moment:
    """The only moment of a digest."""
    moments = digest_of(*observations).moments
    assert len(moments) == 1, moments
    return moments[0]
