"""The server as it is built and served over HTTP, with the primitives that the conformance suite asks for.

`python -m tests.conformance.fixture_server` serves it on a port that the system chooses.
"""

import os
import socket
import sys

from recordings_mcp.server.application import build_server, prepare_guard
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.http.application import MCP_PATH, behind_door
from recordings_mcp.server.http.settings import read_http_settings
from recordings_mcp.server.http.web_server import EndsListening, web_server
from tests.conformance.asking_fixtures import add_asking_fixtures
from tests.conformance.content_fixtures import add_content_fixtures
from tests.conformance.protocol_fixtures import add_protocol_fixtures
from tests.conformance.round_fixtures import add_round_fixtures


def create_fixture_application(configuration: Configuration) -> EndsListening:
    """What `create_http_application` builds, and the fixtures."""
    guard = prepare_guard(configuration)
    server = build_server(configuration, guard, None)
    for add in (add_content_fixtures, add_asking_fixtures, add_round_fixtures, add_protocol_fixtures):
        add(server)
    return behind_door(server, configuration, read_http_settings(configuration), guard)


def main() -> int:
    """Serve until told to stop."""
    configuration = Configuration.load({"sandbox": True, "http": "127.0.0.1:0"}, os.environ)
    application = create_fixture_application(configuration)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stderr.write(
            f"the server with fixtures at http://127.0.0.1:{listener.getsockname()[1]}{MCP_PATH}\n"
        )
        sys.stderr.flush()
        web_server(application).run([listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
