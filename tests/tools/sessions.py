"""Sessions of the hand-written shop, for the tools that say what a recording comes down to."""

import json
from collections.abc import Sequence
from typing import Any, cast

from tests.replay._building import START, element, text
from tests.replay._building import Recording as Session
from tests.sandbox.shop import NOW, Event, Recording, milliseconds

PERSON: dict[str, Any] = {
    "uuid": "73e5a989-111a-5eb7-bea4-a1b4d8845da4",
    "name": "jane@example.com",
    "created_at": "2026-01-01T08:00:00Z",
    "distinct_ids": ["jane"],
    "properties": {
        "email": "jane@example.com",
        "name": "Jane Miller",
        "$device_type": "Desktop",
        "$browser": "Firefox",
        "$os": "Linux",
        "$geoip_country_code": "DE",
    },
}
MOST_TOKENS = 1_200
"""Of a summary, as the project estimates tokens: three bytes each."""

_SHIFT = milliseconds(NOW) - 3_600_000 - START


def shop_recording(recording_id: str, session: Session, *events: Event, **metadata: Any) -> Recording:
    """A session as the sandbox serves it, an hour before now."""
    lines = [json.dumps(_shifted(json.loads(line))) for line in session.lines()]
    seconds = round(session.now)
    return Recording(
        recording_id,
        lines=lines,
        events=events,
        person=PERSON,
        metadata={"recording_duration": seconds, **metadata},
    )


def _shifted(value: Any) -> Any:
    """The same with every timestamp moved to where the sandbox's recordings are."""
    if isinstance(value, list):
        return [_shifted(item) for item in cast("Sequence[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, Any]", value)
    return {key: item + _SHIFT if key == "timestamp" else _shifted(item) for key, item in fields.items()}


def checkout() -> Session:
    """A checkout page with a field and a button, after a cart."""
    session = Session().open(
        "/cart", element(20, "a", text(21, "To the checkout"), href="/checkout"), title="Cart"
    )
    session.at(4).click(20)
    return session.at(5).open(
        "/checkout",
        element(30, "label", text(31, "E-mail"), for_="email"),
        element(32, "input", id="email", type="email"),
        element(33, "label", text(34, "Full name"), for_="name"),
        element(35, "input", id="name", type="text"),
        element(36, "button", text(37, "Pay now"), data_attr="pay"),
        title="Checkout",
    )


def fill_in(session: Session, at: float) -> Session:
    """Fill in both fields, masked as recorders do."""
    for number, node in enumerate((32, 35)):
        session.at(at + 2 * number).click(node)
        session.focus(node).input(node, "****").input(node, "*****").blur(node)
    return session


def declined(*, times: int = 2) -> Session:
    """The card is declined, and the person leaves."""
    session = fill_in(checkout(), 7)
    for attempt in range(times):
        session.at(12 + 4 * attempt).click(36)
        session.at(13 + 4 * attempt).request(
            "/api/payments",
            method="POST",
            status=402,
            responseStatus=402,
            initiatorType="fetch",
            duration=900,
            timestamp=START + 12_100 + 4_000 * attempt,
        )
    return session.at(25).open("/contact", element(40, "h1", text(41, "Contact")), title="Contact")


def paid() -> Session:
    """All goes well."""
    session = fill_in(checkout(), 7)
    session.at(12).click(36)
    return session.at(13).open("/thanks", element(40, "h1", text(41, "Thank you")), title="Thank you")


def given_up() -> Session:
    """The form is filled in and left."""
    return fill_in(checkout(), 7).at(20).open("/journal", title="Journal")
