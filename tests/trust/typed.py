"""Recordings of an application that masks nothing, with a marker in everything that a person types.

A marker begins with `qzt`, and is typed letter by letter, so that any part of it is found. What the page
repeats elsewhere begins with `qzr` and is typed as well.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.replay._building import Json, Recording, element, text
from tests.sandbox.shop import Event, milliseconds
from tests.sandbox.shop import Recording as Stored

TYPED = re.compile(r"qzt[a-z]*", re.IGNORECASE)
REPEATED = re.compile(r"qzr[a-z]*")
RECORDED = Path(__file__).parents[2] / "sandbox" / "recordings"

_FIELDS: dict[str, Json] = {
    "text": {},
    "type text": {"type": "text", "name": "diagnosis"},
    "type in capitals": {"type": "TEXT"},
    "email": {"type": "email"},
    "search": {"type": "search", "name": "q"},
    "number": {"type": "number"},
    "date": {"type": "date"},
    "password": {"type": "password"},
    "combobox": {"role": "combobox", "aria-expanded": "true"},
    "value in the page": {"type": "text", "value": "qztvalue"},
    "button that is none": {"type": "text", "value": "qztvalue", "class": "button"},
    "range": {"type": "range"},
    "file": {"type": "file"},
    "no type that there is": {"type": "ssn"},
}
_EDITORS: dict[str, Json] = {
    "contenteditable": {"contenteditable": "true"},
    "contenteditable without a value": {"contenteditable": ""},
    "plain text only": {"contenteditable": "plaintext-only", "class": "cm-content"},
    "in capitals": {"contenteditable": "TRUE"},
    "with a role": {"contenteditable": "true", "role": "textbox", "class": "ProseMirror"},
    "by its role": {"role": "textbox"},
    "Quill": {"contenteditable": "true", "class": "ql-editor"},
    "labelled": {"contenteditable": "true", "aria-label": "Notes", "aria-multiline": "true"},
    "marked for tests": {"contenteditable": "true", "data-testid": "notes"},
    "Monaco": {"class": "monaco-editor", "role": "code"},
    "CodeMirror 5": {"class": "CodeMirror cm-s-default"},
    "Ace": {"class": "ace_editor ace-tm"},
}
_HOW_FOCUSED: dict[str, Callable[[Recording, int], Recording]] = {
    "a press": lambda recording, node: recording.click(node).focus(node),
    "only a click": lambda recording, node: recording.click(node),
    "the Tab key": lambda recording, node: recording.focus(2).blur(2).focus(node),
    "the page": lambda recording, node: recording.focus(node),
    "nothing": lambda recording, _: recording,
    "a node without an id": lambda recording, _: recording.focus(-1),
}


def stored() -> list[Stored]:
    """Every recording that people typed into, as PostHog stores it."""
    made = [*_fields(), *_editors(), *_others(), *_recorded()]
    return [_stored(f"typed-{number}", recording) for number, recording in enumerate(made)]


def repeated() -> Stored:
    """A recording whose page repeats what was typed, in each of the ways that there are."""
    words = {
        name: f"qzr{name.replace(' ', '')}"
        for name in ("path", "title", "log", "error", "request", "label", "id")
    }
    recording = Recording().open("/", element(10, "input", aria_label="Name"), title="Shop").click(10)
    for word in words.values():
        recording.input(10, word)
    recording.console("log", f"saved {words['log']}").console("error", f"Uncaught Error: {words['error']}")
    recording.request(f"/search/{words['request']}", status=500)
    button = element(20, "button", text(21, f"Remove {words['label']}"))
    recording.open(f"/{words['path']}", button, element(22, "button", id=words["id"]), title=words["title"])
    recording.click(20).click(22).tag("saved", {"name": "qzrpayload"})
    events = [
        Event("search", {"term": "qzrproperty"}, after=1),
        Event("$rageclick", {"$el_text": "qzrclick"}, after=15),
        Event("$exception", {"$exception_list": [{"type": "Error", "value": "qzrthrown"}]}, after=3),
        Event("$pageview", {"$current_url": "http://shop.example/qzrview"}, after=20),
    ]
    return _stored("repeated", recording, *events)


def _fields() -> Iterator[Recording]:
    """Each kind of field in each way to come into it, and everything that may happen to it then."""
    for attributes in _FIELDS.values():
        recording = Recording()
        for how in _HOW_FOCUSED.values():
            recording.open(
                "/form",
                element(2, "a", href="#"),
                _with(element(10, "input"), attributes),
                element(12, "label", text(13, "Message"), element(14, "textarea", text(15, "qztdefault"))),
                element(16, "button", text(17, "Send"), aria_labelledby="none"),
            )
            for field in (10, 14):
                _type(how(recording, field), field)
                _everything(recording, field)
            recording.mutate(attributes=[(10, {"value": "qztvaluechanged"})], texts=[(15, "qztchanged")])
            _everything(recording, 10)
            recording.input(14, "qztpaste", checked=False).click(17)
        yield recording


def _editors() -> Iterator[Recording]:
    for attributes in _EDITORS.values():
        recording = Recording()
        for how in _HOW_FOCUSED.values():
            recording.open("/editor", *_editor(attributes))
            how(recording, 10)
            for length in range(3, 9):
                recording.mutate(texts=[(12, "qztedited"[:length]), (51, "qztwithin"[:length])])
            recording.mutate(
                adds=[(10, element(60, "p")), (60, element(61, "b")), (61, text(62, "qztadded"))]
            )
            recording.mutate(attributes=[(63, {"alt": "qztalternative"})], removes=[(11, 12)])
            _type(recording, 44)
            for node in (10, 11, 30, 31, 33, 35, 40, 50, 60, 61, 63, 70, 80):
                _everything(recording, node)
            recording.blur(10).snapshot(*_editor(attributes)).click(11).at(recording.now + 40).click(80)
        yield recording


def _editor(attributes: Json) -> list[Json]:
    """An editor with all that may be in one, in a label and beside a button that it labels."""
    inside = [
        element(11, "p", text(12, "qztparagraph")),
        element(30, "h1", element(31, "a", text(32, "qztlink"), href="#", title="qzttitle"), id="heading"),
        element(33, "ul", element(34, "li", element(35, "button", text(36, "qztchip")), role="option")),
        element(40, "table", element(41, "tr", element(42, "td", text(43, "qztcell"), role="gridcell"))),
        element(44, "textarea", aria_hidden="true"),
        element(50, "pre", element(52, "span", text(51, "qztcode"), role="presentation")),
        element(63, "img", alt="qztpicture", src="data:"),
    ]
    editor = _with(element(10, "div", *inside), attributes)
    return [
        element(2, "a", href="#"),
        element(70, "label", text(71, "Notes"), editor),
        element(80, "button", aria_labelledby="heading"),
    ]


def _others() -> Iterator[Recording]:
    yield _frame_that_is_an_editor()
    yield _list_whose_value_is_no_option()
    yield _phone()


def _frame_that_is_an_editor() -> Recording:
    """An editor that makes the whole body of a frame editable, as mail programs do."""
    body = element(43, "body", element(44, "p", text(45, "qztframe")), contenteditable="true")
    frame = {"type": 0, "childNodes": [element(41, "html", element(42, "head"), body)], "id": 40}
    recording = Recording().open("/mail", element(30, "iframe"))
    recording.mutate(adds=[(30, frame)], isAttachIframe=True).click(44).focus(43)
    recording.mutate(texts=[(45, "qztframechanged")])
    _everything(recording, 44)
    return recording


def _list_whose_value_is_no_option() -> Recording:
    options = element(11, "option", text(12, "France"), value="fr")
    return Recording().open("/", element(10, "select", options)).click(10).focus(10).input(10, "qztother")


def _phone() -> Recording:
    """A native app, where a field is a box with a value."""

    def field(value: str) -> Json:
        box = {"x": 0, "y": 50, "width": 300, "height": 50, "type": "input", "inputType": "text_area"}
        return {**box, "id": 5, "value": value, "text": value}

    recording = Recording().add(4, {"href": "Checkout", "width": 400, "height": 800})
    recording.add(2, {"wireframes": [field("")], "initialOffset": {"top": 0, "left": 0}})
    recording.tag("keyboard", {"open": True, "height": 300})
    for length in range(3, 9):
        recording.change(0, updates=[{"parentId": None, "wireframe": field("qztphone"[:length])}])
    for kind in (7, 9):
        recording.interact(kind, 0, x=20, y=70, pointerType=2)
    return recording


def _recorded() -> Iterator[Recording]:
    """Some recordings of the demo shop, as if its recorder had masked nothing."""
    for name in (
        "signup",
        "card_declined",
        "gave_up_form",
        "search_no_result",
        "phone_purchase",
        "question_dialog",
    ):
        with gzip.open(RECORDED / name / "snapshots.jsonl.gz", "rt", encoding="utf-8") as lines:
            recording = Recording()
            for line in lines:
                recording.window, event = json.loads(line)
                data: Json = event["data"] if event["type"] == 3 else {}
                if data.get("source") == 5 and "*" in data["text"]:
                    data["text"] = ("qzt" + "recorded" * 9)[: 2 + len(data["text"])]
                recording.events.append(event)
        yield recording


def _type(recording: Recording, node: int) -> None:
    for length in range(3, 13):
        recording.at(recording.now + 0.1 * (length % 3)).input(node, "qztypedletters"[:length])


def _everything(recording: Recording, node: int) -> None:
    """Do everything to a node that gives a line with its name."""
    for _ in range(4):
        recording.click(node, x=50, y=50)
    recording.interact(4, node, x=50, y=50).interact(3, node, x=50, y=50).scroll(node, 90)
    recording.at(recording.now + 4).interact(1, node, x=50, y=50).interact(0, node, x=150, y=90)
    recording.interact(7, node, x=50, y=50, pointerType=2).interact(9, node, x=50, y=50, pointerType=2)
    recording.at(recording.now + 4).interact(2, node, x=0, y=0)


def _with(node: Json, attributes: Json) -> Json:
    node["attributes"] |= attributes
    return node


def _stored(name: str, recording: Recording, *events: Event) -> Stored:
    first = min(event["timestamp"] for event in recording.events)
    shift = milliseconds(Stored(name).start) - first
    lines = [
        json.dumps([recording.window, {**event, "timestamp": event["timestamp"] + shift}])
        for event in recording.events
    ]
    return Stored(name, lines=lines, events=events)
