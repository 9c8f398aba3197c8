"""Recordings written event by event, the way rrweb and posthog-js write them."""

import gzip
from collections.abc import Iterable
from typing import Any, Self

import orjson

from recordings_mcp.replay import (
    KINDS,
    AnalyticsEvent,
    Observation,
    Timeline,
    digest_timeline,
    read_timeline,
    render,
    timeline_as_dict,
)
from recordings_mcp.replay.text.line import detail_of, subject_of

START = 1_795_000_000_000
HOST = "https://shop.example"

Json = dict[str, Any]


def element(node_id: int, tag: str, *children: Json, **attributes: Any) -> Json:
    """A node of a page; underscores in attribute names are replaced by hyphens."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return {"type": 2, "tagName": tag, "attributes": named, "childNodes": list(children), "id": node_id}


def text(node_id: int, content: str) -> Json:
    return {"type": 3, "textContent": content, "id": node_id}


def document(*body: Json, title: str = "", first_id: int = 1) -> Json:
    head = element(first_id + 2, "head")
    if title:
        head["childNodes"].append(element(first_id + 3, "title", text(first_id + 4, title)))
    html = element(first_id + 1, "html", head, element(first_id + 5, "body", *body))
    return {"type": 0, "childNodes": [html], "id": first_id}


def compress(value: object) -> str:
    return gzip.compress(orjson.dumps(value), mtime=0).decode("latin-1")


class Recording:
    """One window's events, each 0.1 seconds after the one before unless `at` moves the clock."""

    def __init__(self, window: str = "tab") -> None:
        self.window = window
        self.events: list[Json] = []
        self.now = 0.0

    def at(self, seconds: float) -> Self:
        self.now = seconds
        return self

    def add(self, kind: int, data: object, **more: Any) -> Self:
        self.events.append({"type": kind, "data": data, "timestamp": START + round(self.now * 1000), **more})
        self.now += 0.1
        return self

    def change(self, source: int, **data: Any) -> Self:
        return self.add(3, {"source": source, **data})

    def open(self, path: str, *body: Json, title: str = "") -> Self:
        self.add(4, {"href": HOST + path, "width": 1280, "height": 720})
        return self.snapshot(*body, title=title)

    def snapshot(self, *body: Json, title: str = "") -> Self:
        return self.add(2, {"node": document(*body, title=title), "initialOffset": {"top": 0, "left": 0}})

    def mutate(
        self,
        *,
        adds: Iterable[tuple[int, Json] | tuple[int, Json, int | None]] = (),
        removes: Iterable[tuple[int, int]] = (),
        texts: Iterable[tuple[int, str]] = (),
        attributes: Iterable[tuple[int, Json]] = (),
        **more: Any,
    ) -> Self:
        return self.change(
            0,
            adds=[
                {"parentId": add[0], "nextId": add[2] if len(add) > 2 else None, "node": add[1]}
                for add in adds
            ],
            removes=[{"parentId": parent, "id": node_id} for parent, node_id in removes],
            texts=[{"id": node_id, "value": value} for node_id, value in texts],
            attributes=[{"id": node_id, "attributes": changes} for node_id, changes in attributes],
            **more,
        )

    def interact(self, kind: int, node_id: int, **more: Any) -> Self:
        return self.change(2, type=kind, id=node_id, **more)

    def click(self, node_id: int, x: float = 10, y: float = 10) -> Self:
        """A press, its release and the click, in the same moment."""
        moment = self.now
        for kind in (1, 0, 2):
            self.at(moment).interact(kind, node_id, x=x, y=y)
        return self

    def focus(self, node_id: int) -> Self:
        return self.interact(5, node_id)

    def blur(self, node_id: int) -> Self:
        return self.interact(6, node_id)

    def input(self, node_id: int, value: str, *, checked: bool = False) -> Self:
        return self.change(5, id=node_id, text=value, isChecked=checked)

    def scroll(self, node_id: int, y: float) -> Self:
        return self.change(3, id=node_id, x=0, y=y)

    def console(self, level: str, *arguments: object) -> Self:
        payload = [orjson.dumps(argument).decode() for argument in arguments]
        return self.add(
            6, {"plugin": "rrweb/console@1", "payload": {"level": level, "trace": [], "payload": payload}}
        )

    def request(self, path: str, **fields: Any) -> Self:
        url = path if "://" in path else HOST + path
        entry = {"name": url, "timestamp": START + round(self.now * 1000), "duration": 12.5, **fields}
        return self.add(6, {"plugin": "rrweb/network@1", "payload": {"requests": [entry]}})

    def tag(self, tag: str, payload: Json | None = None) -> Self:
        return self.add(5, {"tag": tag, "payload": payload or {}})

    def lines(self) -> list[bytes]:
        return [orjson.dumps([self.window, event]) for event in self.events]

    def timeline(self, *events: AnalyticsEvent) -> Timeline:
        return read_timeline(self.lines(), events)

    def sentences(self, *kinds: str, events: Iterable[AnalyticsEvent] = ()) -> list[str]:
        return sentences(self.timeline(*events), *kinds)


def event(name: str, seconds: float, **properties: Any) -> AnalyticsEvent:
    """An analytics event; a leading `dollar_` in a property's name is replaced by `$`."""
    named = {key.replace("dollar_", "$"): value for key, value in properties.items()}
    return AnalyticsEvent(name, START + seconds * 1000, {"$window_id": "tab", **named})


def sentences(timeline: Timeline, *kinds: str) -> list[str]:
    """The observations of some kinds, or of all but `viewport`, as short sentences."""
    return [
        sentence(observation)
        for observation in timeline.observations
        if (observation.kind in kinds if kinds else observation.kind != "viewport")
    ]


def sentence(observation: Observation) -> str:
    detail = detail_of(observation)
    parts = [observation.kind, subject_of(observation), f"({detail})" if detail else ""]
    if observation.count > 1:
        parts.append(f"x{observation.count}")
    return " ".join(part for part in parts if part)


def form(recording: Recording | None = None) -> Recording:
    """Open a checkout page with a field of each kind."""
    return (recording or Recording()).open(
        "/checkout",
        element(
            10,
            "form",
            element(11, "label", text(12, "E-mail"), for_="email"),
            element(13, "input", type="email", id="email"),
            element(
                14,
                "label",
                element(15, "input", type="checkbox", name="terms"),
                text(16, "I accept the terms"),
            ),
            element(17, "input", type="radio", name="size", value="s", aria_label="Small"),
            element(18, "input", type="radio", name="size", value="m", aria_label="Medium"),
            element(
                20, "select", element(21, "option", text(22, "Germany"), value="de"), aria_label="Country"
            ),
            element(23, "button", text(24, "Pay now")),
        ),
    )


def visit() -> Recording:
    """Click a button, and click it again under its new name."""
    return (
        Recording()
        .open("/cart", element(10, "button", text(11, "Pay now"), id="pay"), title="Cart")
        .at(1)
        .click(11)
        .mutate(texts=[(11, "Paying")])
        .at(2)
        .click(11)
    )


def check(timeline: Timeline) -> None:
    """Assert what holds for every timeline."""
    assert timeline.duration >= 0
    times = [found.t for found in timeline.observations]
    assert times == sorted(times)
    for found in timeline.observations:
        assert 0 <= found.t <= timeline.duration + 0.001 or found.source == "event"
        assert found.count >= 1
        assert found.last is None or found.last >= found.t
        assert found.kind in KINDS
        assert len(subject_of(found)) <= 270
        assert len(detail_of(found)) <= 260
    orjson.dumps(timeline_as_dict(timeline))
    for budget in (50, 500, 8000):
        render(timeline, max_tokens=budget)
    digest_timeline(timeline)


def busy() -> Recording:
    """Do a little of everything."""
    recording = Recording().open(
        "/", element(10, "form", element(11, "button", text(12, "Pay")), element(13, "input"))
    )
    recording.click(12).focus(13).input(13, "*").mutate(
        adds=[(10, element(20, "p", text(21, "No")))], removes=[(10, 11)]
    )
    recording.console("error", "Uncaught Error: x").request("/api", status=500).tag("sessionIdle", {})
    return recording.scroll(1, 100).open("/next", element(10, "p"))
