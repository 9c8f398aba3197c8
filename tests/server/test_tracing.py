"""Trace spans say which tool was called and how it ended, and nothing of what was asked or recorded."""

from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import ResourceTemplateReference
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from recordings_mcp.tools import TOOLS
from tests.mcp_client import Connect
from tests.trust.planting import MARK, planted_all

pytestmark = pytest.mark.anyio

CANARY = "canary-9f2c"
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("search_recordings", {"since": CANARY}),
    ("search_recordings", {CANARY: CANARY}),
    ("watch_recording", {"recording": f"https://us.posthog.com/replay/{CANARY}"}),
    ("watch_recording", {"recording": CANARY, "cursor": CANARY}),
    ("get_recording", {"recording": {"id": CANARY}}),
    ("summarize_recording", {"recording": CANARY}),
]


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    """Spans as an operator's own exporter gets them: it is enough to set a tracer provider."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    trace.set_tracer_provider(provider)
    yield memory
    provider.shutdown()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


def of_the_server(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]


def shown(spans: InMemorySpanExporter) -> str:
    """Everything that leaves: names, attributes, events, statuses."""
    return "\n".join(span.to_json() for span in of_the_server(spans))


def arguments_of(tool: str, recording: str) -> dict[str, Any]:
    """Arguments with which the tool has something to tell of this recording."""
    match tool:
        case "search_recordings":
            return {"person": CANARY, "url": CANARY, "match": "any", "since": "-30d"}
        case "compare_recordings":
            return {"recordings": [recording, recording]}
        case "delete_recordings":
            return {"recordings": [recording]}
        case "update_recording":
            return {"recording": recording, "viewed": True}
        case "set_recording_sharing":
            return {"recording": recording, "enabled": True}
        case _:
            return {"recording": recording}


async def test_every_call_is_a_span_without_its_arguments_or_what_was_recorded(
    connect: Connect, spans: InMemorySpanExporter
) -> None:
    recording = planted_all()[0].recording
    answers: list[str] = []
    async with connect(recording) as client:
        for tool in TOOLS:
            result = await client.call_tool(tool.name, arguments_of(tool.name, recording.id))
            answers.append(result.model_dump_json())

    assert MARK.search("".join(answers))
    named = [(span.name, (span.attributes or {}).get("gen_ai.tool.name")) for span in of_the_server(spans)]
    assert [pair for pair in named if pair[1]] == [(f"tools/call {tool.name}", tool.name) for tool in TOOLS]
    assert CANARY not in shown(spans)
    assert MARK.search(shown(spans)) is None


async def test_a_call_that_fails_is_a_failed_span_that_does_not_say_why(
    connect: Connect, spans: InMemorySpanExporter
) -> None:
    async with connect() as client:
        for name, arguments in WRONG:
            assert (await client.call_tool(name, arguments)).is_error

    calls = [span for span in of_the_server(spans) if span.name.startswith("tools/call")]
    assert [span.status.status_code for span in calls] == [StatusCode.ERROR] * len(WRONG)
    assert [(span.attributes or {}).get("error.type") for span in calls] == ["tool_error"] * len(WRONG)
    assert CANARY not in shown(spans)


async def fail(client: Client) -> None:
    """Everything that may go wrong outside of a tool."""
    reference = ResourceTemplateReference(type="ref/resource", uri="recording://{id}/timeline")
    await client.complete(reference, {"name": "id", "value": CANARY})
    await client.get_prompt("write_bug_report", {"recording": CANARY, "problem": CANARY})
    for request in (
        client.read_resource(f"recording://{CANARY}/timeline"),
        client.read_resource(f"{CANARY}://{CANARY}"),
        client.get_prompt("write_bug_report", {"problem": CANARY}),
        client.get_prompt("write_bug_report", {"recording": CANARY, CANARY: CANARY}),
        client.list_tools(cursor=CANARY),
    ):
        with pytest.raises(MCPError):
            await request


async def test_other_requests_tell_nothing_of_themselves_either(
    connect: Connect, spans: InMemorySpanExporter
) -> None:
    async with connect() as client:
        await fail(client)

    names = [span.name for span in of_the_server(spans)]
    assert names[-7:] == [
        "completion/complete",
        *["prompts/get write_bug_report"],
        *["resources/read"] * 2,
        *["prompts/get write_bug_report"] * 2,
        "tools/list",
    ]
    assert CANARY not in shown(spans)
