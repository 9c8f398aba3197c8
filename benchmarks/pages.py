"""Pages of other kinds than the sandbox's, recorded as posthog-js would record them, without end.

Each page is written by a generator of events, a second of the person's time after the other.
"""

import gzip
from collections.abc import Iterator
from itertools import count
from typing import Any

import orjson

Event = dict[str, Any]

_START = 1_795_000_000_000
_WINDOW = "01a20888-0000-7000-8000-000000000000"
_STEP_MS = 40
_STYLE_SHEETS = 12
_RULES = 1500
_CARDS = 300
_TABLE_ROWS = 12_000
_EVENTS_BETWEEN_SNAPSHOTS = 1500
_ROWS_AT_A_TIME = 40
_MOST_ROWS = 3000
_KEYS_IN_A_PARAGRAPH = 120
_PARAGRAPHS = 60


def element(node_id: int, tag: str, *children: Event, **attributes: str) -> Event:
    """Return a node of a page."""
    return {
        "type": 2,
        "tagName": tag,
        "attributes": attributes,
        "childNodes": list(children),
        "id": node_id,
    }


def text(node_id: int, content: str) -> Event:
    """Return a text node."""
    return {"type": 3, "textContent": content, "id": node_id}


def as_lines(events: Iterator[Event]) -> Iterator[bytes]:
    """Yield events as lines of the snapshots API, at even times."""
    for number, event in enumerate(events):
        mark = {"cv": event["cv"]} if "cv" in event else {}
        usual = {"type": event["type"], "data": event["data"], "timestamp": _START + _STEP_MS * number}
        yield orjson.dumps([_WINDOW, usual | mark])


def page_with_large_style_sheets() -> Iterator[Event]:
    """Yield a shop with 2 MB of style sheets, compressed field by field, whose cards change their class."""
    sheets = [
        element(10 + number, "style", _cssText=_css(number), id=f"sheet-{number}")
        for number in range(_STYLE_SHEETS)
    ]
    cards = [
        element(
            at,
            "div",
            element(at + 1, "h3", text(at + 2, f"Tea {at}")),
            element(at + 3, "button", text(at + 4, "Add")),
        )
        for at in range(1000, 1000 + 5 * _CARDS, 5)
    ]
    while True:
        yield _meta("/shop")
        yield _compressed_whole(_document(sheets, cards))
        for number in range(_EVENTS_BETWEEN_SNAPSHOTS):
            card = 1000 + 5 * (number * 7 % _CARDS)
            if number % 25 == 0:
                yield from _click(card + 4)
            elif number % 3:
                yield _move(card)
            else:
                yield _compressed_change([{"id": card, "attributes": {"class": f"card hover-{number}"}}])


def huge_page() -> Iterator[Event]:
    """Yield a table of 96,000 nodes, compressed as a whole."""
    while True:
        yield _meta("/table")
        yield _compressed_whole(_document([], [element(5, "table", *map(_table_row, range(_TABLE_ROWS)))]))
        for number in range(300):
            button = 17 + 10 * (number * 37 % _TABLE_ROWS)
            if number % 25 == 0:
                yield from _click(button)
            else:
                yield _move(button)


def _table_row(number: int) -> Event:
    first = 10 + 10 * number
    link = element(first + 2, "a", text(first + 3, f"Order {number}"), href=f"/orders/{number}")
    button = element(first + 7, "button", text(first + 8, "Open"), type="button")
    cells = (
        element(first + 1, "td", link),
        element(first + 4, "td", text(first + 5, "12.00")),
        element(first + 6, "td", button),
    )
    return element(first, "tr", *cells)


def editor() -> Iterator[Event]:
    """Yield a document that is typed: a change of text for each key, a paragraph for each line break."""
    while True:
        yield _meta("/document")
        area = element(100, "div", element(101, "p", text(102, "")), contenteditable="true", id="body")
        toolbar = [element(200 + 2 * n, "button", text(201 + 2 * n, f"Style {n}")) for n in range(8)]
        yield _event(2, {"node": _document([], [element(90, "div", *toolbar), area]), "initialOffset": {}})
        yield _event(3, {"source": 2, "type": 5, "id": 100})
        for paragraph in range(_PARAGRAPHS):
            at = 1000 + 2 * paragraph
            yield _change(
                adds=[
                    {"parentId": 100, "nextId": None, "node": element(at, "p")},
                    {"parentId": at, "nextId": None, "node": text(at + 1, "")},
                ]
            )
            for key in range(_KEYS_IN_A_PARAGRAPH):
                yield _change(texts=[{"id": at + 1, "value": ("the quick brown fox jumps " * 5)[:key]}])
                yield _event(
                    3,
                    {
                        "source": 14,
                        "ranges": [{"start": at + 1, "startOffset": key, "end": at + 1, "endOffset": key}],
                    },
                )
            yield from _click(201 + 2 * (paragraph % 8))
            yield from _click(at + 1)


def long_list() -> Iterator[Event]:
    """Yield a list that grows while the person scrolls, and rows that are clicked."""
    ids = count(1000, 6)
    while True:
        yield _meta("/orders")
        yield _event(2, {"node": _document([], [element(100, "ul")]), "initialOffset": {}})
        rows: list[int] = []
        while len(rows) < _MOST_ROWS:
            added = [next(ids) for _ in range(_ROWS_AT_A_TIME)]
            rows += added
            yield _event(3, {"source": 3, "id": 1, "x": 0, "y": 30 * len(rows)})
            yield _change(adds=[entry for row in reversed(added) for entry in _row(row, added)])
            for number in range(20):
                yield _move(rows[-1 - number])
            yield from _click(rows[len(rows) * 2 // 3] + 5)


def _row(row: int, added: list[int]) -> list[Event]:
    """Return the additions of a row, each before the one after it, as rrweb writes them."""
    after = row + 6 if row != added[-1] else None
    return [
        {"parentId": 100, "nextId": after, "node": element(row, "li", class_="row")},
        {"parentId": row, "nextId": None, "node": element(row + 4, "button", type="button")},
        {"parentId": row + 4, "nextId": None, "node": text(row + 5, "Open")},
        {"parentId": row, "nextId": row + 4, "node": element(row + 1, "a", href=f"/orders/{row}")},
        {"parentId": row + 1, "nextId": None, "node": text(row + 2, f"Order {row}")},
    ]


def _css(number: int) -> str:
    rules = (
        f".c{number}-{rule} > .t{rule * 7 % 97}:hover{{margin:{rule % 13}px;"
        f"color:#{rule * 2654435761 % 2**24:06x};background:url(/i/{rule}.svg) no-repeat}}"
        for rule in range(_RULES)
    )
    return "".join(rules)


def _document(head: list[Event], body: list[Event]) -> Event:
    html = element(2, "html", element(3, "head", *head), element(4, "body", *body))
    return {"type": 0, "childNodes": [html], "id": 1}


def _event(kind: int, data: Event) -> Event:
    return {"type": kind, "data": data}


def _meta(path: str) -> Event:
    return _event(4, {"href": "https://shop.example" + path, "width": 1280, "height": 800})


def _move(node_id: int) -> Event:
    positions = [{"x": 10 * n, "y": 7 * n, "id": node_id, "timeOffset": -50 * n} for n in range(10)]
    return _event(3, {"source": 1, "positions": positions})


def _click(node_id: int) -> Iterator[Event]:
    for kind in (1, 0, 2):
        yield _event(3, {"source": 2, "type": kind, "id": node_id, "x": 10, "y": 10, "pointerType": 0})


def _change(**parts: list[Event]) -> Event:
    nothing: dict[str, list[Event]] = {"texts": [], "attributes": [], "removes": [], "adds": []}
    return _event(3, {"source": 0, **nothing, **parts})


def _compressed_change(attributes: list[Event]) -> Event:
    change = _change(attributes=attributes)
    parts = {
        name: value if name == "source" else _compressed(value) for name, value in change["data"].items()
    }
    return {"type": 3, "data": parts, "cv": "2024-10"}


def _compressed_whole(root: Event) -> Event:
    return {
        "type": 2,
        "data": _compressed({"node": root, "initialOffset": {"left": 0, "top": 0}}),
        "cv": "2024-10",
    }


def _compressed(value: object) -> str:
    return gzip.compress(orjson.dumps(value), 6, mtime=0).decode("latin-1")
