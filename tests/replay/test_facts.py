"""An observation's facts: typed, one record for each kind, and one table that classifies the kinds."""

from typing import Any, get_args

import pytest

from recordings_mcp.replay import KINDS, AnalyticsEvent, Kind, observation_as_dict
from tests.replay._building import Recording, event, form


def facts_of(recording: Recording, kind: str, *events: AnalyticsEvent) -> dict[str, Any]:
    """The fields of the last observation of a kind, without those that all observations have."""
    found = [one for one in recording.timeline(*events).observations if one.kind == kind][-1]
    common = {"t", "window", "kind", "target", "count", "last", "source", "derived"}
    return {name: value for name, value in observation_as_dict(found).items() if name not in common}


def test_the_table_of_kinds_has_a_row_for_every_kind_and_no_other() -> None:
    assert list(KINDS) == list(get_args(Kind))


@pytest.mark.parametrize(
    ("recording", "kind", "facts"),
    [
        (
            Recording().open("/cart", title="Cart"),
            "page",
            {
                "url": "shop.example/cart",
                "title": "Cart",
                "reloaded": False,
                "line": 'shop.example/cart \N{EM DASH} titled "Cart"',
            },
        ),
        (
            form().focus(13).input(13, "**"),
            "input",
            {
                "change": "typed",
                "text": None,
                "masked": True,
                "line": 'textbox "E-mail" [email] \N{EM DASH} typed (masked)',
            },
        ),
        (
            form().request("/api/pay", status=402, method="POST", duration=907),
            "network_error",
            {
                "url": "/api/pay",
                "method": "POST",
                "status": 402,
                "seconds": 0.907,
                "line": "POST /api/pay \N{EM DASH} status 402 after 907 ms",
            },
        ),
        (
            form().console("error", "Uncaught TypeError: x is undefined"),
            "exception",
            {"text": "TypeError: x is undefined", "line": "TypeError: x is undefined"},
        ),
        (
            form().tag("recording paused", {}),
            "custom",
            {"state": "paused", "line": "recorder \N{EM DASH} the recorder paused"},
        ),
    ],
    ids=["page", "input", "request", "exception", "recorder"],
)
def test_a_program_gets_the_facts_of_a_kind_and_the_line_a_person_reads(
    recording: Recording, kind: str, facts: dict[str, Any]
) -> None:
    assert facts_of(recording, kind) == facts


def test_an_events_own_properties_are_an_object() -> None:
    paid = event("order paid", 1, total="12.50", dollar_lib="web")

    assert facts_of(form(), "custom", paid) == {
        "name": "order paid",
        "properties": {"total": "12.50"},
        "payload": None,
        "line": "order paid \N{EM DASH} total=12.50",
    }
