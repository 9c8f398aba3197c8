"""A recording of one click on a checkout page, line by line."""

import json
from typing import Any

from tests.sandbox.shop import NOW, Event, Recording, milliseconds

START = milliseconds(NOW) - 3_600_000


def line(after: float, kind: int, data: object) -> str:
    """One line of a recording, some seconds after its start."""
    return json.dumps(["tab", {"type": kind, "data": data, "timestamp": START + int(after * 1000)}])


def element(number: int, tag: str, *children: dict[str, Any], **attributes: str) -> dict[str, Any]:
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def words(number: int, text: str) -> dict[str, Any]:
    return {"type": 3, "id": number, "textContent": text}


BUTTON = element(4, "button", words(5, "Pay now"))


DOCUMENT = {"type": 0, "id": 1, "childNodes": [element(2, "html", element(3, "body", BUTTON))]}


PAGE = [
    line(0, 4, {"href": "http://shop.example/checkout", "width": 1280, "height": 720}),
    line(0, 2, {"node": DOCUMENT, "initialOffset": {"left": 0, "top": 0}}),
]


CLICK = line(5, 3, {"source": 2, "type": 2, "id": 4, "x": 10, "y": 10})


CHECKOUT = Recording("checkout", lines=[*PAGE, CLICK], events=[Event("order paid", after=6)])
