"""Hostile shapes for `benchmarks.growth`: recordings of n acts, and pieces of text to repeat."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import orjson

Node = dict[str, Any]
Shape = Callable[[int], list[bytes]]

START = 1_795_000_000_000
_DOCUMENT, _ELEMENT, _TEXT = 0, 2, 3
_BODY = 5


def line(seconds: float, kind: int, data: object, window: str = "tab") -> bytes:
    """Return a line of a recording."""
    return orjson.dumps([window, {"type": kind, "timestamp": START + round(seconds * 1000), "data": data}])


def element(node_id: int, tag: str, *children: Node, **attributes: str) -> Node:
    """Return an element."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return {
        "type": _ELEMENT, "id": node_id, "tagName": tag, "attributes": named, "childNodes": list(children),
    }  # fmt: skip


def text(node_id: int, content: str) -> Node:
    """Return a text node."""
    return {"type": _TEXT, "id": node_id, "textContent": content}


def opened(seconds: float, *body: Node, path: str = "/", window: str = "tab") -> list[bytes]:
    """Return the lines of a page that is opened."""
    html = element(3, "html", element(4, "head"), element(_BODY, "body", *body))
    snapshot = {
        "node": {"type": _DOCUMENT, "id": 1, "childNodes": [html]},
        "initialOffset": {"left": 0, "top": 0},
    }
    meta = {"href": f"http://shop.example{path}", "width": 1280, "height": 720}
    return [line(seconds, 4, meta, window), line(seconds, 2, snapshot, window)]


def change(seconds: float, **changed: list[object]) -> bytes:
    """Return the line of a change of the page."""
    nothing: dict[str, list[object]] = {"adds": [], "removes": [], "texts": [], "attributes": []}
    return line(seconds, 3, {"source": 0, **nothing, **changed})


def add(seconds: float, parent: int, node: Node, before: int | None = None) -> bytes:
    """Return the line of an added node."""
    return change(seconds, adds=[{"parentId": parent, "nextId": before, "node": node}])


def click(seconds: float, node_id: int, window: str = "tab", x: int = 10) -> bytes:
    """Return the line of a click."""
    return line(seconds, 3, {"source": 2, "type": 2, "id": node_id, "x": x, "y": 10}, window)


def focus(seconds: float, node_id: int) -> bytes:
    """Return the line of a focus."""
    return line(seconds, 3, {"source": 2, "type": 5, "id": node_id})


def value(seconds: float, node_id: int, content: str) -> bytes:
    """Return the line of a field's new value."""
    return line(seconds, 3, {"source": 5, "id": node_id, "text": content, "isChecked": False})


def scroll(seconds: float, node_id: int, offset: int) -> bytes:
    """Return the line of a scroll position."""
    return line(seconds, 3, {"source": 3, "id": node_id, "x": 0, "y": offset})


def console(seconds: float, message: str, level: str = "error") -> bytes:
    """Return the line of a console message."""
    payload = {"level": level, "payload": [orjson.dumps(message).decode()]}
    return line(seconds, 6, {"plugin": "rrweb/console@1", "payload": payload})


def request(seconds: float, path: str, status: int = 500, duration: float = 5) -> bytes:
    """Return the line of a request."""
    entry = {
        "name": f"http://shop.example{path}", "method": "POST", "initiatorType": "fetch",
        "responseStatus": status, "duration": duration, "timestamp": START + seconds * 1000,
    }  # fmt: skip
    return line(seconds, 6, {"plugin": "rrweb/network@1", "payload": {"requests": [entry]}})


_PAY = element(10, "button", text(11, "Pay now"))


def _late_windows(n: int) -> list[bytes]:
    return [line(n - k / 1000, 3, {}, f"{k:x}") for k in range(n)]


def _overlapping_windows(n: int) -> list[bytes]:
    return [
        made
        for k in range(n)
        for made in (*opened(k / 100, _PAY, window=f"w{k}"), click(k / 100 + 0.5, 10, f"w{k}"))
    ]


def _alternating_windows(n: int) -> list[bytes]:
    pages = [*opened(0, _PAY, window="a"), *opened(0, _PAY, window="b")]
    return [*pages, *(click(1 + k, 10, "ab"[k % 2]) for k in range(n))]


def _backwards(n: int) -> list[bytes]:
    return [*opened(0, _PAY), *(click(n - k, 10) for k in range(n))]


def _twice(n: int) -> list[bytes]:
    lines = [*opened(0, _PAY), *(click(1 + k, 10) for k in range(n))]
    return [*lines, *lines]


def _clicks(n: int) -> list[bytes]:
    return [*opened(0, _PAY), *(click(1 + 4 * k, 10) for k in range(n))]


def _rage(n: int) -> list[bytes]:
    return [*opened(0, _PAY), *(click(1 + k / 5, 10) for k in range(n))]


def _same_moment(n: int) -> list[bytes]:
    return [*opened(0, _PAY), *(click(1, 10, x=k % 997) for k in range(n))]


def _targets(n: int) -> list[bytes]:
    buttons = [element(100 + 2 * k, "button", text(101 + 2 * k, f"Target {k}")) for k in range(n)]
    return [*opened(0, *buttons), *(click(1 + k, 100 + 2 * k) for k in range(n))]


def _labels(n: int) -> list[bytes]:
    pairs = [
        node
        for k in range(n)
        for node in (
            element(100 + 3 * k, "label", text(101 + 3 * k, f"Field {k}"), for_=f"f{n - k}"),
            element(102 + 3 * k, "input", id=f"f{k}"),
        )
    ]
    return [*opened(0, *pairs), *(click(1 + k, 102 + 3 * k) for k in range(n))]


def _changed_labels(n: int) -> list[bytes]:
    field = element(10, "input", id="field")
    labels = [element(100 + 2 * k, "label", text(101 + 2 * k, "x"), for_=f"q{k}") for k in range(2000)]
    acts = (made for k in range(n) for made in (_restyled(1 + k, 10, k), click(1 + k, 10)))
    return [*opened(0, field, *labels), *acts]


def _restyled(seconds: float, node_id: int, k: int) -> bytes:
    return change(seconds, attributes=[{"id": node_id, "attributes": {"class": f"c{k}"}}])


def _inserted(n: int) -> list[bytes]:
    fields = [element(100 + k, "input", id=f"i{k}") for k in range(2000)]
    acts = (
        made
        for k in range(n)
        for made in (add(1 + k, 20, element(10_000 + k, "input"), 1100), click(1 + k, 10_000 + k))
    )
    return [*opened(0, element(20, "div", *fields)), *acts]


def _prepended(n: int) -> list[bytes]:
    adds = [add(1 + k / 100, 20, element(100 + k, "p"), 99 + k if k else None) for k in range(n)]
    return [*opened(0, element(20, "div")), *adds, click(n, 100)]


def _chain(n: int) -> list[bytes]:
    adds = [add(1 + k / 100, 99 + k if k else 20, element(100 + k, "p")) for k in range(n)]
    return [*opened(0, element(20, "div")), *adds, click(n, 99 + n)]


def _churn(n: int) -> list[bytes]:
    acts = (
        made
        for k in range(n)
        for made in (
            add(1 + k, 20, element(100 + k, "p")),
            change(1 + k, removes=[{"parentId": 20, "id": 100 + k}]),
            click(1 + k, 100 + k),
        )
    )
    return [*opened(0, element(20, "div")), *acts]


def _one_large_change(n: int) -> list[bytes]:
    rows = [
        {"parentId": 20, "nextId": None, "node": element(100 + k, "p", text(50_000 + k, "row"))}
        for k in range(n)
    ]
    return [*opened(0, element(20, "div")), change(1, adds=list(rows)), click(2, 100)]


def _deep_page(n: int) -> list[bytes]:
    acts = (made for k in range(n) for made in (_restyled(1 + k, 10, k), click(1 + k, 10)))
    inner = element(10, "span", text(11, "x"))
    for depth in range(100):
        inner = element(100 + depth, "div", inner)
    return [*opened(0, inner), *acts]


def _blank_children(n: int) -> list[bytes]:
    identifiers = count(100)
    children = [element(next(identifiers), "b", text(next(identifiers), " ")) for _ in range(200)]
    acts = (made for k in range(n) for made in (_restyled(1 + k, 10, k), click(1 + k, 10)))
    return [*opened(0, element(10, "button", *children)), *acts]


def _blanks(identifiers: Iterator[int], number: int) -> list[Node]:
    return [text(next(identifiers), " ") for _ in range(number)]


def _select(n: int) -> list[bytes]:
    identifiers = count(100)
    options = [
        element(next(identifiers), "option", *_blanks(identifiers, 20), value=f"v{k}") for k in range(100)
    ]
    return [
        *opened(0, element(10, "select", *options)),
        focus(1, 10),
        *(value(2 + k, 10, f"x{k}") for k in range(n)),
    ]


def _changed_select(n: int) -> list[bytes]:
    meta, page, focused, *choices = _select(n)
    changes = (_restyled(2 + k, 10, k) for k in range(n))
    acts = (made for pair in zip(changes, choices, strict=True) for made in pair)
    return [meta, page, focused, *acts]


def _waiting_changes(n: int) -> list[bytes]:
    """Look for the label of a field in 6 MB of changes that are not yet read."""
    large = [
        change(1, attributes=[{"id": 9, "attributes": {"title": "x" * 1_000_000 + str(k)}}]) for k in range(6)
    ]
    acts = (made for k in range(n) for made in (_restyled(2 + k / 1000, 9, k), click(2 + k / 1000, 10)))
    return [*opened(0, element(10, "input", id="a")), *large, *acts]


def _taps(n: int) -> list[bytes]:
    boxes = [{"id": 100 + k, "type": "div", "x": 0, "y": 0, "width": 9, "height": 9} for k in range(4000)]
    meta = {"href": "Home", "width": 100, "height": 100}
    screen = {"wireframes": boxes, "initialOffset": {"left": 0, "top": 0}}
    touches = (
        line(1 + k + kind / 100, 3, {"source": 2, "type": kind, "id": 1, "x": 50, "y": 50})
        for k in range(n)
        for kind in (7, 9)
    )
    return [line(0, 4, meta), line(0, 2, screen), *touches]


def _typing(n: int) -> list[bytes]:
    return [
        *opened(0, element(10, "input", id="a")),
        focus(1, 10),
        *(value(2 + k, 10, "v" * (k % 50)) for k in range(n)),
    ]


def _two_fields(n: int) -> list[bytes]:
    fields = [element(10, "input", id="a"), element(11, "input", id="b")]
    acts = (made for k in range(n) for made in (focus(1 + k, 10 + k % 2), value(1 + k, 10 + k % 2, "v")))
    return [*opened(0, *fields), *acts]


def _scrolling(n: int) -> list[bytes]:
    areas = [element(100 + k, "div") for k in range(1000)]
    return [*opened(0, *areas), *(scroll(1 + k, 100 + k % 1000, k % 900) for k in range(n))]


def _snapshots(n: int) -> list[bytes]:
    return [made for k in range(n) for made in (*opened(k, _PAY), click(k + 0.5, 10))]


def _pages(n: int) -> list[bytes]:
    return [made for k in range(n) for made in opened(k, _PAY, path=f"/p/{k}")]


def _pages_with_pauses(n: int) -> list[bytes]:
    return [made for k in range(n) for made in (*opened(6 * k, _PAY, path=f"/p/{k}"), click(6 * k + 1, 10))]


def _fields_and_buttons(n: int) -> list[bytes]:
    fields = [element(100 + 3 * k, "input", **{"aria-label": f"Field {k}"}) for k in range(n)]
    buttons = [element(101 + 3 * k, "button", text(102 + 3 * k, f"Button {k}")) for k in range(n)]
    acts = (
        made
        for k in range(n)
        for made in (focus(k, 100 + 3 * k), value(k + 0.2, 100 + 3 * k, "v"), click(k + 0.4, 101 + 3 * k))
    )
    return [*opened(0, *fields, *buttons), *acts]


def _back_and_forth(n: int) -> list[bytes]:
    return [made for k in range(n) for made in opened(k / 2, _PAY, path=f"/p/{k % 2}")]


def _one_error(n: int) -> list[bytes]:
    return [
        *opened(0, _PAY),
        click(1, 10),
        *(console(1 + k / 1000, f"checkout failed {k}") for k in range(n)),
    ]


def _many_errors(n: int) -> list[bytes]:
    words = ("alpha", "beta", "gamma", "delta")
    named = (f"{words[k % 4]}{words[k // 4 % 4]}{'x' * (k % 120)} failed" for k in range(n))
    return [*opened(0, _PAY), *(console(1 + k, message) for k, message in enumerate(named))]


def _failed_requests(n: int) -> list[bytes]:
    return [*opened(0, _PAY), click(1, 10), *(request(1 + k / 1000, f"/api/{k}") for k in range(n))]


def _slow_requests(n: int) -> list[bytes]:
    return [*opened(0, _PAY), *(request(20 + k, f"/api/{k}", 200, 12_000) for k in range(n))]


def _attempts(n: int) -> list[bytes]:
    acts = (made for k in range(n) for made in (click(10 * k + 1, 10), request(10 * k + 2, "/api/pay", 402)))
    return [*opened(0, _PAY), *acts]


def _many_attempts(n: int) -> list[bytes]:
    buttons = [element(100 + 2 * k, "button", text(101 + 2 * k, f"Send {k}")) for k in range(n)]
    acts = (
        made for k in range(n) for made in (click(10 * k + 1, 100 + 2 * k), console(10 * k + 2, "it failed"))
    )
    return [*opened(0, *buttons), *acts]


RECORDINGS: Mapping[str, tuple[int, Shape]] = {
    "late lines of new windows": (4000, _late_windows),
    "windows at the same time": (400, _overlapping_windows),
    "two windows in turn": (4000, _alternating_windows),
    "lines backwards": (4000, _backwards),
    "every line twice": (4000, _twice),
    "clicks nobody answers": (4000, _clicks),
    "clicks in rage": (4000, _rage),
    "clicks at one moment": (4000, _same_moment),
    "a target for each click": (2000, _targets),
    "many fields and buttons": (1000, _fields_and_buttons),
    "pages with pauses": (1000, _pages_with_pauses),
    "labels far from their fields": (1000, _labels),
    "labels, changed again and again": (500, _changed_labels),
    "inserted into a long list": (300, _inserted),
    "prepended to a list": (2000, _prepended),
    "a chain of additions": (2000, _chain),
    "added and removed": (1000, _churn),
    "one large change": (4000, _one_large_change),
    "a deep page, changed": (500, _deep_page),
    "blank children, changed": (300, _blank_children),
    "a select of blank options": (300, _select),
    "a select, changed": (100, _changed_select),
    "labels sought in waiting changes": (100, _waiting_changes),
    "taps on many boxes": (50, _taps),
    "typing": (4000, _typing),
    "typing in two fields": (2000, _two_fields),
    "scrolling": (4000, _scrolling),
    "full snapshots": (1000, _snapshots),
    "pages": (1000, _pages),
    "pages back and forth": (1000, _back_and_forth),
    "one error": (4000, _one_error),
    "many errors": (4000, _many_errors),
    "failed requests": (4000, _failed_requests),
    "slow requests": (4000, _slow_requests),
    "one attempt again and again": (2000, _attempts),
    "many attempts": (2000, _many_attempts),
}
"""By name: n, and what makes the lines of a recording of n acts."""

TEXTS: Mapping[str, str] = {
    "at signs": "a@",
    "percent signs": "%40",
    "percent signs, encoded": "%2540",
    "key and colon": 'key":"',
    "keys": "sk-",
    "digits": "4111 ",
    "dots": "a.",
    "colons": "a:",
    "assignments": "password=x&",
    "addresses": "http://a@",
    "dashes between digits": "1\u2013",
    "labels of numbers": "SSN 12345678 phone: 61234567 ",
    "pairs of name and value": '"name":"password","value":"x1",',
    "tags": "<input value='x1' name=\"",
    "links": "/reset/ab1/join/",
    "passwords in sentences": "password (8): ab1 is ",
}
"""Pieces of text that a rule of redaction begins to match."""
