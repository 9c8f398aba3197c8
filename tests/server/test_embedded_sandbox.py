"""The sandbox inside the server's process."""

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from recordings_mcp.server.application import EMBEDDED_API_KEY, EMBEDDED_PROJECT


def test_the_server_knows_the_sandboxs_key_and_project_without_importing_it() -> None:
    assert (EMBEDDED_API_KEY, EMBEDDED_PROJECT) == (SANDBOX_API_KEY, SANDBOX_PROJECT_ID)
