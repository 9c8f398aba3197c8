"""A minimal server on the same SDK, as the baseline for our own server.

`python benchmarks/bare_server.py` serves one tool over stdio; with `PORT BYTES [ADDRESS KEY]` it serves over
HTTP, with answers of that size, and adds a prompt of that size and a tool that first makes a request to that
address with that key.
"""

import sys

from mcp.server.mcpserver import MCPServer


def create(text: str = "x" * 20) -> MCPServer[None]:
    """Return a server whose tool answers with `text`."""
    server = MCPServer[None]("bare", log_level="WARNING")

    @server.tool(structured_output=False)
    async def answer(recording: str) -> str:
        """Answer with a text."""
        del recording
        return text

    return server


def serve_http(port: int, text: str, address: str = "", key: str = "") -> None:
    """Serve over HTTP, with uvicorn set up as `recordings-mcp` sets it up."""
    # Both are a part of the start only where they are used.
    import httpx  # noqa: PLC0415
    import uvicorn  # noqa: PLC0415

    server = create(text)
    http = httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, trust_env=False)

    @server.tool(structured_output=False)
    async def fetch(recording: str) -> str:
        """Make one HTTP request, then answer with a text."""
        del recording
        (await http.get(address)).raise_for_status()
        return text

    @server.prompt()
    async def question(recording: str) -> str:
        """Ask with a text."""
        del recording
        return text

    uvicorn.run(
        server.streamable_http_app(),
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
        serve_http(int(sys.argv[1]), "x" * int(sys.argv[2]), *sys.argv[3:])
    else:
        create().run()
