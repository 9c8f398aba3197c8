"""A recording that is not what its script did is refused."""

from typing import Any

import pytest

from recorder._confirm import confirm_recording
from recorder._posts import Message
from recorder._truth import Action, ConsoleLine, FailedRequest, PageVisit, ThrownException, Truth
from recorder._witness import ScriptFailedError, Witness

WINDOW = "window-1"
CLICK = {"type": 3, "timestamp": 10, "data": {"source": 2, "type": 2, "id": 7}}


def test_a_recording_of_what_the_script_did_is_confirmed() -> None:
    confirm_recording(_truth(), _messages())


def test_an_event_sent_twice_counts_once() -> None:
    confirm_recording(_truth(), [*_messages(), _snapshots([CLICK])])


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        ("actions", "clicks: the script meant 0, posthog-js recorded 1."),
        ("pages", "pages: "),
        ("console", "console.warn: the script meant 0, posthog-js recorded 1."),
        ("failed_requests", "failed requests: "),
        ("exceptions", "console.error and exceptions: "),
    ],
)
def test_an_event_that_is_not_in_the_script_is_refused(unknown: str, said: str) -> None:
    truth = _truth()
    getattr(truth, unknown).clear()

    with pytest.raises(ScriptFailedError, match=said):
        confirm_recording(truth, _messages())


def test_a_missing_dead_click_is_refused_and_one_too_many_is_not() -> None:
    truth = _truth()
    truth.dead_clicks = 1
    with pytest.raises(ScriptFailedError, match="1 dead clicks, but 0 were seen"):
        confirm_recording(truth, _messages())

    dead = [_event("$dead_click"), _event("$dead_click")]
    confirm_recording(truth, [*_messages(), *dead])


def test_a_rage_click_that_is_not_in_the_script_is_refused() -> None:
    with pytest.raises(ScriptFailedError, match=r"\$rageclick: the script meant 0, posthog-js recorded 1"):
        confirm_recording(_truth(), [*_messages(), _event("$rageclick")])


def test_the_browser_has_to_have_seen_what_the_script_provoked() -> None:
    witness = Witness(
        failures=[("POST", "/api/payments", 402)], exceptions=["broken"], console=[("warn", "declined")]
    )
    witness.confirm(_truth())

    witness.console.append(("error", "something else"))
    with pytest.raises(ScriptFailedError, match="something else"):
        witness.confirm(_truth())


def _truth() -> Truth:
    truth = Truth("visit", "A visit.")
    truth.actions.append(Action(t=10, action="click", window=WINDOW, role="button", target="Pay now"))
    truth.pages.append(PageVisit(t=0, window=WINDOW, path="/checkout"))
    truth.failed_requests.append(FailedRequest(t=10, method="POST", path="/api/payments", status=402))
    truth.exceptions.append(ThrownException(t=11, message="broken"))
    truth.console.append(ConsoleLine(t=12, level="warn", text="declined"))
    return truth


def _messages() -> list[Message]:
    requests = [
        {"name": "http://shop.example/api/payments", "initiatorType": "fetch", "responseStatus": 402},
        {"name": "http://shop.example/static/shop.css", "initiatorType": "link", "responseStatus": 200},
    ]
    stream = [
        CLICK,
        _plugin("rrweb/network@1", {"requests": requests}),
        _plugin("rrweb/console@1", {"level": "warn", "payload": ['"declined"']}),
        _plugin("rrweb/console@1", {"level": "error", "payload": ['"Uncaught Error: broken"']}),
    ]
    return [_event("$pageview", **{"$pathname": "/checkout"}), _snapshots(stream), _event("$exception")]


def _plugin(name: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"type": 6, "timestamp": 12, "data": {"plugin": name, "payload": payload}}


def _snapshots(stream: list[dict[str, Any]]) -> Message:
    return _event("$snapshot", **{"$window_id": WINDOW, "$snapshot_data": stream})


def _event(name: str, **properties: Any) -> Message:
    return Message({"event": name, "properties": properties}, arrived=0)
