"""The answers of the shop's own API. Its failures are why sessions end differently."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One response of the API; `seconds` is the time the shop takes to answer."""

    status: int
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 0.15


def answer(method: str, path: str, body: Body) -> Answer:
    """Return the answer to a request; 404 for a path that the API does not have."""
    found = _ROUTES.get((method, path))
    return found(body) if found else Answer(404, {"message": "No such resource"})


def _add_to_cart(body: Body) -> Answer:
    if body["slug"] == "enamel-kettle":
        return Answer(500, {"message": "inventory: negative reservation"})
    return Answer(200, {"reserved": body["quantity"]})


def _apply_coupon(body: Body) -> Answer:
    if body["code"] == "WELCOME10":
        return Answer(200, {"discount": 0.1})
    return Answer(422, {"reason": "expired", "message": "This coupon expired on 31 August."})


def _pay(body: Body) -> Answer:
    if str(body["card_token"]).endswith("0002"):
        message = "Your card was declined. Try another card."
        return Answer(402, {"reason": "card_declined", "message": message}, seconds=0.9)
    return Answer(201, {"order": "LG-20417"}, seconds=0.7)


def _delivery_date(_: Body) -> Answer:
    return Answer(200, {"arrives": "on Thursday"}, seconds=3.4)


def _orders(_: Body) -> Answer:
    orders = [{"number": "LG-19877", "total": 113}, {"number": "LG-20102", "total": 48}]
    return Answer(200, {"orders": orders}, seconds=4.2)


def _question(_: Body) -> Answer:
    return Answer(202, {"message": "Thank you, we answer within a day."}, seconds=0.4)


def _contact(_: Body) -> Answer:
    return Answer(202, {"message": "Your message was sent."}, seconds=3.8)


def _sign_up(body: Body) -> Answer:
    return Answer(201, {"id": "customer-4413", "email": body["email"], "name": body["name"], "plan": "free"})


def _preferences(_: Body) -> Answer:
    return Answer(200, {"message": "Your preferences are saved."}, seconds=0.3)


_ROUTES: Mapping[tuple[str, str], Callable[[Body], Answer]] = {
    ("POST", "/api/cart"): _add_to_cart,
    ("POST", "/api/coupon"): _apply_coupon,
    ("POST", "/api/payments"): _pay,
    ("GET", "/api/delivery-date"): _delivery_date,
    ("GET", "/api/orders"): _orders,
    ("POST", "/api/questions"): _question,
    ("POST", "/api/contact"): _contact,
    ("POST", "/api/accounts"): _sign_up,
    ("PUT", "/api/preferences"): _preferences,
}
