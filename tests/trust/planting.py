"""Recordings with a hostile text in every field that a stranger controls.

A recording has three visits, each of a window of its own, with a text in every field. Fields that a recording
has once hold three lines. At any one place every field holds another text, and over all recordings every
text stands in every field. A text begins with a mark that tells field and text, to see what reaches an answer.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from string import ascii_lowercase
from typing import Any

from recordings_mcp.client import InvalidInput, parse_recording_reference
from tests.privacy.hostile import Hostile, hostile_texts
from tests.sandbox.shop import NOW, Event, Recording, milliseconds

FIELDS = (
    "recording id", "distinct id", "person name", "person e-mail", "person property", "browser",
    "operating system", "device type", "country", "city", "first page", "source", "library",
    "page address", "page title", "button text", "aria-label", "test id", "option", "typed text",
    "console log", "console warning", "console error", "uncaught error", "request address", "request method",
    "custom tag", "custom payload", "window id",
    "event name", "event property", "event property name", "exception type", "exception message",
    "event page address", "event page title", "rage click text", "rating of a vital", "event device type",
)  # fmt: skip
"""Every text field of a recording, of its person and of its analytics events."""

OF_THE_PERSON = frozenset({"distinct id", "person name", "person e-mail"})
"""Fields whose personal data is shown at the privacy level `standard`: they say who it was."""

MARK = re.compile(r"zq[a-z]{4}")
_LETTERS = len(ascii_lowercase)
_VISITS = 3
_SECONDS = 10.0  # a visit lasts
_STRIDE = 7  # neighbours in one recording are of different styles
_LONGEST_ID = 200  # bytes; a folder is named after it
_LONGEST_NAME = 60  # a longer one is cut before it is redacted, and the rest of a secret may be left
_CONSOLE = {"log": "console log", "warn": "console warning", "error": "console error"}

Texts = Mapping[str, str]
Step = tuple[int, object]


@dataclass(frozen=True)
class Planted:
    """A recording, and the secrets in it that must not come out.

    Attributes:
        recording: The recording.
        needles: The secrets in all fields, and the personal data in all fields but those of the person.
        person_needles: The personal data in the fields of the person.
        secrets: The secrets in all fields.
    """

    recording: Recording
    needles: tuple[str, ...]
    person_needles: tuple[str, ...]
    secrets: tuple[str, ...]


@cache
def corpus() -> tuple[Hostile, ...]:
    """The hostile texts; halves of surrogate pairs are replaced, which no server hands on."""
    return tuple(
        replace(one, text=one.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        for one in hostile_texts()
    )


def field_of(mark: str) -> str:
    """The field that a mark was planted in."""
    return FIELDS[_number(mark[2:4])]


def planted_all() -> list[Planted]:
    """As many recordings as it takes for every text to stand in every field."""
    return [_planted(index) for index in range(-(-len(corpus()) // _VISITS))]


def _planted(index: int) -> Planted:
    places = [(_VISITS * index + visit) % len(corpus()) for visit in range(_VISITS)]
    planted = [(name in OF_THE_PERSON, _hostile(name, place)) for name in FIELDS for place in places]
    needles = [
        needle for of_the_person, one in planted for needle in (one.secrets if of_the_person else one.needles)
    ]
    shown = [needle for of_the_person, one in planted if of_the_person for needle in one.needles]
    secrets = tuple(needle for _, one in planted for needle in one.secrets)
    visits = [{name: _text(name, place) for name in FIELDS} for place in places]
    return Planted(_recording(index, visits), tuple(needles), tuple(shown), secrets)


def _hostile(field: str, place: int) -> Hostile:
    return corpus()[(place + _STRIDE * FIELDS.index(field)) % len(corpus())]


def _text(field: str, place: int) -> str:
    text = f"zq{_letters(FIELDS.index(field))}{_letters(place)} {_hostile(field, place).text}"
    too_long = field == "window id" and len(text) > _LONGEST_NAME
    return text[:_LONGEST_NAME].rpartition(" ")[0] if too_long else text


def _letters(number: int) -> str:
    return "".join(ascii_lowercase[digit] for digit in divmod(number, _LETTERS))


def _number(letters: str) -> int:
    return ascii_lowercase.index(letters[0]) * _LETTERS + ascii_lowercase.index(letters[1])


def _recording(index: int, visits: Sequence[Texts]) -> Recording:
    ago = timedelta(hours=1, minutes=index)
    whole = {name: "\n".join(visit[name] for visit in visits) for name in FIELDS}
    steps = [line for number, visit in enumerate(visits) for line in _visit(NOW - ago, number, visit)]
    return Recording(
        _legal_id([visit["recording id"] for visit in visits]) or f"recording-{index}",
        ago=ago,
        distinct_id=whole["distinct id"],
        person=_person(index, whole),
        events=[event for number, visit in enumerate(visits) for event in _events(number, visit)],
        lines=steps,
        metadata={
            "start_url": _address(whole["first page"], index),
            "snapshot_source": whole["source"],
            "snapshot_library": whole["library"],
            "recording_duration": 30,
        },
    )


def _legal_id(texts: Sequence[str]) -> str:
    """As many of the texts as a recording can be asked for by."""
    chosen = ""
    for text in texts:
        longer = f"{chosen} {text}".strip()
        try:
            if (
                len(longer.encode()) <= _LONGEST_ID
                and parse_recording_reference(longer).recording_id == longer
            ):
                chosen = longer
        except InvalidInput:
            continue
    return chosen


def _person(index: int, texts: Texts) -> dict[str, Any]:
    return {
        "uuid": f"00000000-0000-5000-8000-{index:012x}",
        "name": texts["person name"],
        "created_at": "2026-01-01T08:00:00Z",
        "distinct_ids": [texts["distinct id"]],
        "properties": {
            "name": texts["person name"],
            "email": texts["person e-mail"],
            "plan": texts["person property"],
            texts["person property"]: texts["person property"],
            "$browser": texts["browser"],
            "$os": texts["operating system"],
            "$device_type": texts["device type"],
            "$geoip_country_code": texts["country"],
            "$geoip_city_name": texts["city"],
        },
    }


def _events(number: int, texts: Texts) -> Iterator[Event]:
    device = dict.fromkeys(("$device_type", "$browser", "$os"), texts["event device type"])
    thrown = {"type": texts["exception type"], "value": texts["exception message"]}
    page = {
        "$current_url": _address(texts["event page address"], number),
        "title": texts["event page title"],
        "$window_id": texts["window id"],
    }
    after = number * _SECONDS
    yield Event("$pageview", page | device, after=after + 7)
    yield Event(
        texts["event name"],
        {texts["event property name"]: "a value", "coupon": texts["event property"]},
        after=after + 7.5,
    )
    yield Event("$exception", {"$exception_list": [thrown]}, after=after + 8)
    yield Event("$rageclick", {"$el_text": texts["rage click text"]}, after=after + 9)
    vital = {"value": 9_000, "rating": texts["rating of a vital"]}
    yield Event("$web_vitals", {"$web_vitals_LCP_event": vital}, after=after + 9.5)


def _visit(recorded: datetime, number: int, texts: Texts) -> Iterator[str]:
    start = milliseconds(recorded) + int(number * _SECONDS * 1000)
    for place, (kind, data) in enumerate(_steps(start, number, texts)):
        yield json.dumps([texts["window id"], {"type": kind, "data": data, "timestamp": start + 200 * place}])


def _steps(start: int, number: int, texts: Texts) -> Iterator[Step]:
    yield 4, {"href": "http://shop.example/cart", "width": 1280, "height": 720}
    yield 2, _page("Cart")
    yield 4, {"href": _address(texts["page address"], number), "width": 1280, "height": 720}
    yield 2, _page(texts["page title"], *_controls(texts))
    for control in (20, 22, 23):
        yield 3, {"source": 2, "type": 2, "id": control, "x": control, "y": 10}
    for control, value in ((24, texts["typed text"]), (25, "chosen")):
        yield 3, {"source": 2, "type": 5, "id": control}
        yield 3, {"source": 5, "id": control, "text": value, "isChecked": False}
    for level, name in _CONSOLE.items():
        yield _console(level, texts[name])
    yield _console("error", f"Uncaught {texts['uncaught error']}")
    yield from _requests(start, number, texts)
    yield 5, {"tag": texts["custom tag"], "payload": {"of": texts["custom payload"]}}
    yield 5, {"tag": "custom", "payload": {texts["custom payload"]: texts["custom payload"]}}


def _requests(start: int, number: int, texts: Texts) -> Iterator[Step]:
    common = {"timestamp": start, "duration": 3_000}
    failed = {"name": _address(texts["request address"], number), "responseStatus": 500, **common}
    slow = {"name": f"http://shop.example/{number}", "method": texts["request method"], **common}
    for request in (failed, {**slow, "responseStatus": 200}):
        yield 6, {"plugin": "rrweb/network@1", "payload": {"requests": [request]}}


def _console(level: str, message: str) -> Step:
    payload = {"level": level, "trace": [], "payload": [json.dumps(message)]}
    return 6, {"plugin": "rrweb/console@1", "payload": payload}


def _controls(texts: Texts) -> Sequence[dict[str, Any]]:
    return (
        _element(20, "button", _words(21, texts["button text"])),
        _element(22, "button", **{"aria-label": texts["aria-label"]}),
        _element(23, "button", **{"data-testid": texts["test id"]}),
        _element(24, "input", type="text", name="note"),
        _element(
            25, "select", _element(26, "option", _words(27, texts["option"]), value="chosen"), name="size"
        ),
    )


def _page(title: str, *body: dict[str, Any]) -> dict[str, Any]:
    head = _element(11, "head", _element(12, "title", _words(13, title)))
    document = {"type": 0, "id": 10, "childNodes": [_element(14, "html", head, _element(15, "body", *body))]}
    return {"node": document, "initialOffset": {"left": 0, "top": 0}}


def _element(number: int, tag: str, *children: dict[str, Any], **attributes: str) -> dict[str, Any]:
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def _words(number: int, text: str) -> dict[str, Any]:
    return {"type": 3, "id": number, "textContent": text}


def _address(text: str, number: int) -> str:
    """Alternately a path of the shop, and no address at all: whoever sends one sends what they like."""
    return f"http://shop.example/{text}" if number % 2 else text
