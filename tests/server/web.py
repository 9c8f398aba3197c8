"""The server on a port of this machine, in the test's own event loop, and clients of both eras before it."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitRequestFormParams, ElicitRequestParams, ElicitResult

from recordings_mcp.client import Transport
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.http.application import create_http_application
from recordings_mcp.server.http.web_server import EndsListening, open_listener, web_server
from tests.mcp_client import Era
from tests.tools.confirmation.world import Answer

SECRET = "a bearer for tests, of 32 letters"  # with spaces, as a person may choose one


def web_configuration(**settings: Any) -> Configuration:
    """A server on loopback before the sandbox."""
    return Configuration.model_validate(
        {"sandbox": True, "http": "127.0.0.1:0", "http_secret": SECRET} | settings
    )


def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the settings of whoever runs the tests."""
    for variable in [name for name in os.environ if name.startswith(("POSTHOG_", "RECORDINGS_MCP_"))]:
        monkeypatch.delenv(variable)


@dataclass(frozen=True)
class Web:
    """A server that listens."""

    address: str
    server: uvicorn.Server

    def stop(self) -> None:
        """What a signal does."""
        self.server.should_exit = True

    @asynccontextmanager
    async def open(
        self, era: Era, answer: Answer | None = None, bearer: str = SECRET
    ) -> AsyncGenerator[Client]:
        """A client; with an answer, one that can be asked."""

        async def asked(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
            del context
            assert isinstance(params, ElicitRequestFormParams)
            assert answer is not None
            said = answer(params.message)
            return said if isinstance(said, ElicitResult) else await said

        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {bearer}"}, timeout=60) as http:
            transport = streamable_http_client(f"{self.address}/mcp", http_client=http)
            async with Client(transport, mode=era, elicitation_callback=asked if answer else None) as client:
                yield client


@asynccontextmanager
async def serving(transport: Transport | None = None, **settings: Any) -> AsyncGenerator[Web]:
    """Serve; connections made before the start wait for it. The end of the block stops the server."""
    application = create_http_application(web_configuration(**settings), transport=transport)
    async with serving_application(application) as web:
        yield web


@asynccontextmanager
async def serving_application(application: EndsListening) -> AsyncGenerator[Web]:
    """The same for an application that is built already."""
    server = web_server(application)
    with open_listener("127.0.0.1", 0) as listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            web = Web(f"http://127.0.0.1:{listener.getsockname()[1]}", server)
            try:
                yield web
            finally:
                web.stop()
