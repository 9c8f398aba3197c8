"""The least that a server on the same SDK can be: one tool. What our own server is measured against.

`python benchmarks/bare_server.py` serves over stdio; `… bare_server.py PORT BYTES [ADDRESS KEY]` over HTTP,
with answers of that size, after a request to that address with that key if one is named.
"""

import sys

from mcp.server.mcpserver import MCPServer

NAME = "bare"


def create(size: int = 20, address: str = "", key: str = "") -> MCPServer[None]:
    """Build it: its tool's answers have so many bytes."""
    server = MCPServer[None](NAME, log_level="WARNING")
    text = "x" * size

    @server.tool(structured_output=False)
    async def answer(recording: str) -> str:
        """Answer with a text."""
        del recording
        return text

    @server.tool(structured_output=False)
    async def fetch(recording: str) -> str:
        """Make one HTTP request, then answer with a text."""
        del recording
        (await http.get(address, headers={"Authorization": f"Bearer {key}"})).raise_for_status()
        return text

    if not address:
        server.remove_tool("fetch")
        return server

    import httpx  # noqa: PLC0415 - a part of the start only where it is used

    http = httpx.AsyncClient(trust_env=False)
    return server


def serve_http(port: int, size: int, address: str = "", key: str = "") -> None:
    """Serve over HTTP, with uvicorn set up as `recordings-mcp` sets it up."""
    import uvicorn  # noqa: PLC0415 - as above

    uvicorn.run(
        create(size, address, key).streamable_http_app(),
        port=port,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    if sys.argv[1:]:
        serve_http(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
    else:
        create().run()
