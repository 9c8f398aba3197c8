"""Conditions of a listing, as the API spells them."""

from datetime import timedelta
from typing import Any

CHECKOUT = "http://shop.example/checkout?step=1"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def event(key: str, value: Any = None, operator: str = "exact") -> dict[str, Any]:
    return {"type": "event", "key": key, "value": value, "operator": operator}


def person(key: str, value: Any = None, operator: str = "exact") -> dict[str, Any]:
    return {"type": "person", "key": key, "value": value, "operator": operator}


def metric(key: str, value: Any, operator: str = "exact") -> dict[str, Any]:
    return {"type": "recording", "key": key, "value": value, "operator": operator}


def log(key: str, value: Any, operator: str = "exact") -> dict[str, Any]:
    return {"type": "log_entry", "key": key, "value": value, "operator": operator}


def entity(name: str, *properties: dict[str, Any], kind: str = "events") -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "order": 0, "properties": list(properties)}
