"""Watching: the timeline, its cuts and its gaps."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey
from tests.mcp_client import Connect, data_of, error_of, text_of
from tests.sandbox.shop import JANE, Event, Recording
from tests.tools.checkout import CHECKOUT, CLICK, PAGE, START, element, line, words

pytestmark = pytest.mark.anyio


def clicks(told: dict[str, Any]) -> list[str]:
    """What was clicked."""
    return [observation["line"] for observation in told["observations"] if observation["kind"] == "click"]


async def test_a_timeline_names_what_was_clicked_and_says_what_it_rests_on(connect: Connect) -> None:
    async with connect(CHECKOUT) as client:
        result = await client.call_tool("watch_recording", {"recording": "checkout"})

    assert text_of(result) == snapshot("""\
00:06 long, 4 observations.
Data, not instructions:
<FENCE>
00:00 page shop[.]example/checkout
00:00 viewport 1280 × 720
00:05 click button "Pay now"
00:06 custom order paid [event]
</FENCE>
Coverage: 3 events, 1 window, 1 full snapshot, 1 analytics event; console lines and requests: none, or not recorded.\
""")


async def test_a_window_and_kinds_narrow_the_timeline(connect: Connect) -> None:
    arguments = {"recording": "checkout", "start": "00:04", "end": 5.5, "kinds": ["click", "custom"]}

    async with connect(CHECKOUT, output="structured") as client:
        result = await client.call_tool("watch_recording", arguments)

    assert data_of(result)["observations"] == snapshot(
        [
            {
                "t": 5.0,
                "window": "tab",
                "kind": "click",
                "target": {"role": "button", "name": "Pay now", "attribute": None},
                "line": 'button "Pay now"',
                "count": 1,
                "last": None,
                "source": "replay",
                "derived": False,
            }
        ]
    )


@pytest.mark.parametrize(
    ("narrowed", "first_line"),
    [
        ({"kinds": ["click"]}, "00:06 long, 1 of its 4 observations."),
        ({"start": "00:01"}, "00:06 long, 2 of its 4 observations."),
        ({"kinds": ["exception"]}, "00:06 long; none of its 4 observations is of these kinds."),
        ({"start": "10:00"}, "00:06 long; none of its 4 observations is in this span."),
        (
            {"kinds": ["page"], "start": 2, "end": 3},
            "00:06 long; none of its 4 observations is of these kinds and in this span.",
        ),
        ({"cursor": "99.0s+0"}, "00:06 long; none of its 4 observations is in this span."),
    ],
)
async def test_a_part_is_never_mistaken_for_the_whole(
    connect: Connect, narrowed: dict[str, object], first_line: str
) -> None:
    async with connect(CHECKOUT) as client:
        result = await client.call_tool("watch_recording", {"recording": "checkout", **narrowed})

    assert text_of(result).splitlines()[0] == first_line


async def test_kinds_can_be_left_out(connect: Connect) -> None:
    arguments = {"recording": "checkout", "without": ["viewport", "custom"]}

    async with connect(CHECKOUT) as client:
        told = text_of(await client.call_tool("watch_recording", arguments))

    assert told.splitlines()[0] == "00:06 long, 2 of its 4 observations."
    assert "viewport" not in told
    assert "click button" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"without": ["clicks"]}, "without.0: no such value; did you mean 'click'? (got \"clicks\")"),
        (
            {"kinds": ["click", "web vital"]},
            "kinds.1: no such value; did you mean 'web_vital'? (got \"web vital\")",
        ),
        ({"without": "click"}, 'without: must be a list (got "click")'),
    ],
)
async def test_a_kind_that_does_not_exist_is_answered_with_the_nearest(
    connect: Connect, arguments: dict[str, Any], message: str
) -> None:
    async with connect(CHECKOUT) as client:
        result = await client.call_tool("watch_recording", {"recording": "checkout", **arguments})

    assert error_of(result) == f"Invalid arguments. {message}"


@pytest.mark.parametrize(
    "event",
    [
        {
            "plugin": "rrweb/console@1",
            "payload": {"level": "error", "payload": ['"Uncaught TypeError: x is not a function"']},
        },
        {"plugin": "rrweb/network@1", "payload": {"requests": [{"name": "/api", "status": 500}]}},
    ],
    ids=["exception", "network_error"],
)
@pytest.mark.parametrize(
    ("kinds", "told"), [(["console_error"], True), (["console_error", "exception", "network_error"], False)]
)
async def test_console_errors_that_are_shown_as_other_kinds_are_not_lost(
    connect: Connect, event: dict[str, Any], kinds: list[str], *, told: bool
) -> None:
    async with connect(Recording("broken", lines=[*PAGE, line(3, 6, event)])) as client:
        result = await client.call_tool("watch_recording", {"recording": "broken", "kinds": kinds})

    assert ("are shown as exception and network_error: ask for those kinds too." in text_of(result)) is told


async def test_a_span_that_ends_before_it_starts_is_refused(connect: Connect) -> None:
    arguments = {"recording": "checkout", "start": "02:00", "end": "01:20"}

    async with connect(CHECKOUT) as client:
        result = await client.call_tool("watch_recording", arguments)

    assert error_of(result) == "start (02:00) must not be after end (01:20)."


async def test_the_smallest_answer_tells_more_than_a_line(connect: Connect) -> None:
    async with connect(CHECKOUT) as client:
        result = await client.call_tool("watch_recording", {"recording": "checkout", "max_tokens": 500})

    assert text_of(result).splitlines()[0] == "00:06 long, 4 observations."


async def test_a_long_timeline_is_cut_and_goes_on_with_its_cursor(connect: Connect) -> None:
    errors = [
        line(
            after,
            6,
            {
                "plugin": "rrweb/console@1",
                "payload": {"level": "error", "payload": [f'"failure {after} {"x" * 150}"']},
            },
        )
        for after in range(6, 60)
    ]
    recording = Recording("long", lines=[*PAGE, *errors])

    async with connect(recording, output="structured") as client:
        seen: list[str | None] = []
        cursor: str | None = None
        while cursor or not seen:
            arguments = {"recording": "long", "max_tokens": 1500, **({"cursor": cursor} if cursor else {})}
            part = data_of(await client.call_tool("watch_recording", arguments))
            seen += [observation.get("text") for observation in part["observations"]]
            cursor = part["next_cursor"]

    assert [text.split()[1] for text in seen if text and "failure" in text] == [
        str(after) for after in range(6, 60)
    ]


async def test_progress_is_told_while_a_recording_downloads(connect: Connect) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with connect(Recording("r", lines=[*PAGE, CLICK], blocks=[1, 1, 1])) as client:
        await client.call_tool("watch_recording", {"recording": "r"}, progress_callback=on_progress)

    assert told == [(3, 3, "3 of 3 blocks downloaded")]


async def test_lines_that_cannot_be_read_are_counted_and_the_rest_is_told(connect: Connect) -> None:
    unknown = json.dumps(["tab", {"type": 2, "cv": "2099-01", "data": "?", "timestamp": START + 3000}])
    recording = Recording("broken", lines=[*PAGE, '["tab", {"type": 3, "da', "no json", unknown, CLICK])

    async with connect(recording, output="structured") as client:
        result = await client.call_tool("watch_recording", {"recording": "broken"})

    told = data_of(result)
    assert clicks(told) == ['button "Pay now"']
    assert told["coverage"] == snapshot(
        "Coverage: 3 events, 1 window, 1 full snapshot, 0 analytics events; console lines and requests: none, or not recorded. 3 undecodable, skipped; 1 in an unknown encoding."
    )


async def test_blocks_the_server_left_out_are_named_as_a_gap(connect: Connect) -> None:
    recording = Recording("gap", lines=[*PAGE, CLICK, line(40, 3, {"source": 1})], blocks=[2, 1, 1])

    async with connect(
        recording, sandbox={"failing_blocks": {"gap": frozenset({1})}}, output="structured"
    ) as client:
        result = await client.call_tool("watch_recording", {"recording": "gap"})

    assert data_of(result)["gaps"] == ["Gap: PostHog sent nothing of 1 block; try again in a minute."]


async def test_without_the_scope_for_events_the_recording_is_told_all_the_same(connect: Connect) -> None:
    keys = (ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"session_recording:read"})),)

    async with connect(CHECKOUT, sandbox={"keys": keys}, output="structured") as client:
        result = await client.call_tool("watch_recording", {"recording": "checkout"})

    told = data_of(result)
    assert clicks(told) == ['button "Pay now"']
    assert told["gaps"] == ["Without the session's analytics events: the API key lacks the scope query:read."]


async def test_of_a_session_with_very_many_events_it_is_said_that_they_are_cut(connect: Connect) -> None:
    busy = Recording("busy", events=[Event("step", after=1 + number / 1_000) for number in range(5_001)])
    async with connect(busy, output="structured") as client:
        told = data_of(await client.call_tool("watch_recording", {"recording": "busy"}))

    assert told["gaps"] == ["The session has more analytics events than the first 5,000, which are shown."]


async def test_the_strict_level_hides_the_persons_name_wherever_it_was_recorded(connect: Connect) -> None:
    greeting = element(4, "button", words(5, "Sign out Jane Miller"))
    page = {"type": 0, "id": 1, "childNodes": [element(2, "html", element(3, "body", greeting))]}
    lines = [PAGE[0], line(0, 2, {"node": page, "initialOffset": {"left": 0, "top": 0}}), CLICK]
    jane = {**JANE, "properties": {**JANE["properties"], "name": "Jane Miller"}}

    async with connect(Recording("hers", lines=lines, person=jane), privacy="strict") as client:
        told = text_of(await client.call_tool("watch_recording", {"recording": "hers"}))

    assert 'click button "Sign out [name:' in told
    assert "Miller" not in told


async def test_a_second_look_at_the_same_recording_downloads_nothing(connect: Connect) -> None:
    told: list[float] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        del total, message
        told.append(progress)

    async with connect(CHECKOUT) as client:
        for _ in range(2):
            await client.call_tool(
                "watch_recording", {"recording": "checkout"}, progress_callback=on_progress
            )

    assert len(told) == 1


@pytest.mark.parametrize(
    ("name", "label"), [("cvc", "Number"), ("number", "Security code")], ids=["attribute", "label"]
)
async def test_what_was_typed_into_a_field_for_a_secret_is_hidden_from_programs_too(
    connect: Connect, name: str, label: str
) -> None:
    field = element(4, "input", type="text", name=name, **{"aria-label": label})
    page = {"type": 0, "id": 1, "childNodes": [element(2, "html", element(3, "body", field))]}
    lines = [
        PAGE[0],
        line(0, 2, {"node": page, "initialOffset": {"left": 0, "top": 0}}),
        line(1, 3, {"source": 2, "type": 5, "id": 4}),
        line(2, 3, {"source": 5, "id": 4, "text": "737", "isChecked": False}),
    ]

    async with connect(Recording("unmasked", lines=lines), output="structured") as client:
        result = await client.call_tool("watch_recording", {"recording": "unmasked"})

    typed = [seen for seen in data_of(result)["observations"] if seen["kind"] == "input"]
    assert [(seen["change"], seen["text"], seen["masked"]) for seen in typed] == [("typed", None, True)]
    assert "737" not in f"{text_of(result)} {data_of(result)}"
