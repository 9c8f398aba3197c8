"""A server before a sandbox, where every request that changes something is counted and time can be moved."""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import httpx
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.types import CallToolResult, ElicitRequestFormParams, ElicitRequestParams, ElicitResult

from recordings_mcp.client import Transport, application_transport
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.tools import Services
from tests.mcp_client import Era
from tests.sandbox.shop import NOW, Recording, write_recording

Answer = Callable[[str], ElicitResult | Awaitable[ElicitResult]]
"""What the person at the client says to a question."""


@dataclass(frozen=True)
class Write:
    """A request that changes something: what it does, and to which recordings."""

    does: str
    recordings: tuple[str, ...]


class Counted(httpx.AsyncBaseTransport):
    """Carries requests to the sandbox and keeps those that change something; may lose them or their answers."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.methods: set[str] = set()
        self.writes: list[Write] = []
        self.after_a_write: Callable[[], Awaitable[None]] | None = None
        self.answer_to_writes: Exception | None = None
        self.lose_writes = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.rstrip("/")
        is_query = request.method == "POST" and path.endswith("/query")
        self.methods.add("POST to the query endpoint" if is_query else request.method)
        if request.method == "GET" or is_query:
            return await self._inner.handle_async_request(request)
        self.writes.append(_write(request.method, path, request.content))
        if self.lose_writes:
            raise httpx.ReadError("lost on the way there")
        response = await self._inner.handle_async_request(request)
        if self.answer_to_writes is not None:
            raise self.answer_to_writes
        if self.after_a_write is not None:
            await self.after_a_write()
        return response


class Clock:
    """The time of day, which stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


class World:
    """A sandbox with recordings, and servers before it."""

    def __init__(self, directory: Path, recordings: Iterable[Recording], **sandbox: Any) -> None:
        directory.mkdir(exist_ok=True)
        for recording in recordings:
            write_recording(directory, recording)
        scopes = sandbox.pop("scopes", None)
        settings = {"recordings": directory, "keep_times": True, **sandbox}
        self.application = create_sandbox(
            SandboxSettings.model_validate(settings), scopes=scopes, clock=lambda: NOW
        )
        self.transport = Counted(application_transport(self.application))
        self.caller = "local"
        self.settings: dict[str, Any] = {}

    @property
    def writes(self) -> list[Write]:
        """Every request so far that changes something."""
        return self.transport.writes

    def serve(self, **settings: Any) -> MCPServer[Services]:
        """Start a server. Who calls it is what `caller` says at the time of the call."""
        configuration = Configuration(sandbox=True, **{**self.settings, **settings})
        server = create_server(configuration, transport=self.transport)
        server.middleware.append(self._named)
        return server

    def change(self, recording: str) -> None:
        """Somebody's browser sends more of a recording."""
        self._run("UPDATE recording SET click_count = click_count + 1 WHERE id = ?", recording)

    def remove(self, recording: str) -> None:
        """Somebody deletes a recording in PostHog."""
        self._run("UPDATE recording SET deleted_at = 1 WHERE id = ? AND deleted_at IS NULL", recording)

    def bring_back(self, recording: str) -> None:
        """What PostHog cannot do: a recording is there again, as it was."""
        self._run("UPDATE recording SET deleted_at = NULL WHERE id = ?", recording)

    def exists(self, recording: str) -> bool:
        """Whether a recording is still there."""
        return bool(
            self.application.state.sandbox.store.rows(
                "SELECT 1 FROM recording WHERE id = ? AND deleted_at IS NULL", (recording,)
            )
        )

    def _run(self, statement: str, recording: str) -> None:
        self.application.state.sandbox.store.run(statement, (recording,))

    async def _named(
        self,
        ctx: ServerRequestContext[Services, Any],
        call_next: Callable[[ServerRequestContext[Services, Any]], Awaitable[HandlerResult]],
    ) -> HandlerResult:
        services = replace(ctx.lifespan_context, caller=self.caller)
        return await call_next(replace(ctx, lifespan_context=services))


def client_of(server: MCPServer[Services], era: Era, answer: Answer | None = None) -> Client:
    """A client that can be asked and answers like this; without an answer, one that cannot be asked."""
    if answer is None:
        return Client(server, mode=era)

    async def asked(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        del context
        assert isinstance(params, ElicitRequestFormParams)
        said = answer(params.message)
        return said if isinstance(said, ElicitResult) else await said

    return Client(server, mode=era, elicitation_callback=asked)


def accepting(**content: str | float | bool | list[str] | None) -> Callable[[str], ElicitResult]:
    """A person, or a client, who sends this form back."""
    return lambda _question: ElicitResult(action="accept", content=dict(content))


def yes(question: str) -> ElicitResult:
    return accepting(approve=True)(question)


def no(question: str) -> ElicitResult:
    return accepting(approve=False)(question)


def decline(_question: str) -> ElicitResult:
    return ElicitResult(action="decline")


def cancel(_question: str) -> ElicitResult:
    return ElicitResult(action="cancel")


def token_in(result: CallToolResult) -> str:
    """The token of a preview."""
    assert not result.is_error
    assert result.structured_content is not None
    token = result.structured_content["confirmation"]
    assert isinstance(token, str)
    return token


def _write(method: str, path: str, content: bytes) -> Write:
    below = path.partition("/session_recordings/")[2].split("/")
    body = cast("dict[str, Any]", json.loads(content or b"{}"))
    if below == ["bulk_delete"]:
        return Write("delete", tuple(body["session_recording_ids"]))
    named = {"DELETE": "delete", "PATCH": "mark"} if len(below) == 1 else {"PATCH": "share", "POST": "renew"}
    does = "unshare" if body.get("enabled") is False else named[method]
    return Write(does, (below[0],))


async def delete(world: World, era: Era, answer: Answer, *recordings: str) -> CallToolResult:
    """Ask a server for a deletion, as a client that answers questions so."""
    async with client_of(world.serve(), era, answer) as client:
        return await client.call_tool("delete_recordings", {"recordings": list(recordings)})
