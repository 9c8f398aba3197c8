"""Observations written by hand, a line each."""

from collections.abc import Iterable

from recordings_mcp.replay import Observation
from recordings_mcp.replay.digest import Digest, Moment, SignalName, digest_observations

PAY = 'button "Pay now" [pay]'
EMAIL = 'textbox "E-mail" [email]'
NAME = 'textbox "Full name" [full-name]'


def page(t: float, address: str, title: str | None = None, *, window: str = "w") -> Observation:
    return Observation(t, window, "page", address, f'titled "{title}"' if title else None)


def click(
    t: float, target: str, *, count: int = 1, last: float | None = None, window: str = "w"
) -> Observation:
    return Observation(t, window, "click", target, count=count, last=last)


def typed(t: float, target: str, *, until: float | None = None, window: str = "w") -> Observation:
    return Observation(t, window, "input", target, "typed (masked)", last=until)


def chose(t: float, target: str) -> Observation:
    return Observation(t, "w", "select", target, "chose (masked)")


def checked(t: float, target: str) -> Observation:
    return Observation(t, "w", "input", target, "checked")


def exception(t: float, message: str = "TypeError: x is undefined", *, window: str = "w") -> Observation:
    return Observation(t, window, "exception", None, message)


def console_error(t: float, message: str) -> Observation:
    return Observation(t, "w", "console_error", None, message)


def failed_request(t: float, target: str = "POST /api/payments", detail: str = "status 500 after 90 ms") -> Observation:  # fmt: skip
    return Observation(t, "w", "network_error", target, detail)


def slow_request(t: float, seconds: float, target: str = "GET /api/orders") -> Observation:
    return Observation(t, "w", "slow_request", target, f"after {seconds:.1f} s")


def event(t: float, name: str, detail: str | None = None) -> Observation:
    return Observation(t, "w", "custom", name, detail, source="event")


def dead_click(t: float, target: str, *, count: int = 1, last: float | None = None) -> Observation:
    return Observation(t, "w", "dead_click", target, count=count, last=last, source="event")


def rage_click(t: float, target: str) -> Observation:
    return Observation(t, "w", "rage_click", target, source="event")


def recorder(t: float, says: str) -> Observation:
    return Observation(t, "w", "custom", "recorder", says)


def digest_of(*observations: Observation, until: float = 60) -> Digest:
    """The digest of a minute on a checkout page, unless a page is among the observations."""
    pages = [one for one in observations if one.kind == "page"]
    start = [] if pages else [page(0, "shop.example/checkout")]
    return digest_observations([*start, *observations], until)


def signals_of(*observations: Observation, until: float = 60) -> list[SignalName]:
    """The names of all signals that matter, the weightiest moment's first."""
    return [name for moment in digest_of(*observations, until=until).moments for name in moment.signals]


def only_moment(observations: Iterable[Observation]) -> Moment:
    """The one moment there must be."""
    moments = digest_of(*observations).moments
    assert len(moments) == 1, moments
    return moments[0]
