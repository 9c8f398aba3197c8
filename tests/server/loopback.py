"""An application on a port of this machine, while a test runs."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn

from recordings_mcp.server.http.web_server import open_listener


@contextmanager
def listening(application: Any) -> Generator[str]:
    """Serve an application. Gives its address; connections made before it has started wait for it."""
    bound = open_listener("127.0.0.1", 0)
    config = uvicorn.Config(application, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
