"""Trace spans name the tool and its outcome, without arguments and recorded text."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from recordings_mcp.tools import TOOLS
from tests.mcp_client import Connect
from tests.server.canary import CANARY, WRONG_CALLS, ask_wrongly, call_tools, call_wrongly
from tests.trust.planting import MARK, planted_all

pytestmark = pytest.mark.anyio


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


async def test_every_call_is_a_span_without_arguments_or_recorded_text(
    connect: Connect, spans: InMemorySpanExporter
) -> None:
    recording = planted_all()[0].recording
    async with connect(recording) as client:
        answers = await call_tools(client, [tool.name for tool in TOOLS], recording.id)

    assert MARK.search(answers)
    named = [(span.name, (span.attributes or {}).get("gen_ai.tool.name")) for span in of_the_server(spans)]
    assert [pair for pair in named if pair[1]] == [(f"tools/call {tool.name}", tool.name) for tool in TOOLS]
    assert CANARY not in shown(spans)
    assert MARK.search(shown(spans)) is None


async def test_a_call_that_fails_is_a_failed_span_that_does_not_say_why(
    connect: Connect, spans: InMemorySpanExporter
) -> None:
    async with connect() as client:
        await call_wrongly(client)

    calls = [span for span in of_the_server(spans) if span.name.startswith("tools/call")]
    assert [span.status.status_code for span in calls] == [StatusCode.ERROR] * len(WRONG_CALLS)
    assert [(span.attributes or {}).get("error.type") for span in calls] == ["tool_error"] * len(WRONG_CALLS)
    assert CANARY not in shown(spans)


async def test_spans_of_other_requests_reveal_nothing_either(
    connect: Connect, spans: InMemorySpanExporter
) -> None:
    async with connect() as client:
        await ask_wrongly(client)

    names = [span.name for span in of_the_server(spans)]
    assert names[-7:] == [
        "completion/complete",
        *["prompts/get write_bug_report"],
        *["resources/read"] * 2,
        *["prompts/get write_bug_report"] * 2,
        "tools/list",
    ]
    assert CANARY not in shown(spans)
