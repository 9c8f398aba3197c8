"""Modules that a start does not import."""

import subprocess
import sys

PROGRAM = """
import sys
from recordings_mcp.server.commands.serve import create_server
from recordings_mcp.server.configuration import Configuration

create_server(Configuration.model_validate({settings}))
late = ("httpx", "h11", "cramjam", "uvicorn.protocols", "recordings_mcp.privacy",
        "recordings_mcp.sandbox", "recordings_mcp.server.http.application",
        "recordings_mcp.server.http.web_server", "recordings_mcp.client._http",
        "recordings_mcp.replay.engine", "recordings_mcp.replay.model", "recordings_mcp.replay.digest")
print([name for name in late if name in sys.modules])
"""


def imported(**settings: object) -> str:
    program = PROGRAM.format(settings=settings)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own


def test_a_server_is_built_without_importing_what_only_calls_need() -> None:
    assert imported(api_key="phx_0123456789", project="1") == "[]\n"


def test_a_server_with_the_embedded_sandbox_is_built_without_importing_it() -> None:
    assert imported(sandbox=True) == "[]\n"
