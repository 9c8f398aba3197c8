"""The health check of the container: `python -m recordings_mcp.server.http.health`.

It reads the server's environment variables and imports nothing else of this package, since it runs every half
minute. A server over stdio is healthy as long as its process lives.
"""

import http.client
import os
import sys
from collections.abc import Mapping

_SECONDS = 3
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}  # noqa: S104 - only asked, not listened on


def main(environment: Mapping[str, str]) -> int:
    """Return 0 when the server answers or speaks over stdio, else 1."""
    host, _, port = environment.get("RECORDINGS_MCP_HTTP", "").rpartition(":")
    if not port:
        return 0
    host = _EVERY_ADDRESS.get(host, host).strip("[]")
    # The server answers only under its own names.
    name = environment.get("RECORDINGS_MCP_ALLOWED_HOSTS", "").split(",")[0].strip()
    connection = http.client.HTTPConnection(host, int(port), timeout=_SECONDS)
    try:
        connection.request("GET", "/health", headers={"Host": name} if name else {})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"no answer: {error}\n")
        return 1
    finally:
        connection.close()
    sys.stderr.write(f"status {status}\n")
    return 0 if status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
