"""Publishes the prompts of the prompts room."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from mcp.server.mcpserver.prompts import Prompt
from pydantic import AfterValidator, Field

from recordings_mcp.prompts import read_prompt

_LONGEST = 2_000


def _readable(text: str) -> str:
    """Return the text without invisible characters: someone other than the user may have written it."""
    from recordings_mcp.privacy import clean  # noqa: PLC0415 - a start need not wait for it

    return clean(text[:_LONGEST])


Words = Annotated[str, AfterValidator(_readable)]
RecordingText = Annotated[Words, Field(description="Recording id, replay URL or shared URL")]


async def _investigate_recording(
    recording: RecordingText,
    question: Annotated[Words, Field(description="What you want to know")] = "What happened, and why?",
) -> str:
    return read_prompt("investigate_recording").fill(recording=recording, question=question)


async def _find_recordings_worth_watching(
    topic: Annotated[Words, Field(description="A problem, a page or a feature")],
    since: Annotated[Words, Field(description='How far back, e.g. "-7d"')] = "-3d",
) -> str:
    return read_prompt("find_recordings_worth_watching").fill(topic=topic, since=since)


async def _write_bug_report(
    recording: RecordingText,
    problem: Annotated[Words, Field(description="What you already know about it")] = "",
) -> str:
    return read_prompt("write_bug_report").fill(recording=recording, problem=problem)


def published_prompts() -> list[Prompt]:
    """Return every prompt, ready to be added to a server."""
    functions = (_investigate_recording, _find_recordings_worth_watching, _write_bug_report)
    return [_published(function) for function in functions]


def _published(function: Callable[..., Awaitable[str]]) -> Prompt:
    text = read_prompt(function.__name__.removeprefix("_"))
    return Prompt.from_function(function, name=text.name, title=text.title, description=text.description)
