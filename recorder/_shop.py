"""The demo shop: pages, its API, and the ingestion endpoints that posthog-js posts to."""

import json
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from recorder._api import answer
from recorder._pages import find_document
from recorder._posts import Mailbox

# The response of PostHog's `/array/<token>/config` for a project that records sessions.
REMOTE_CONFIG: Mapping[str, Any] = {
    "supportedCompression": ["gzip", "gzip-js"],
    "hasFeatureFlags": False,
    "captureDeadClicks": True,
    "capturePerformance": {"network_timing": True, "web_vitals": True},
    "autocapture_opt_out": False,
    "autocaptureExceptions": True,
    "heatmaps": False,
    "surveys": False,
    "sessionRecording": {
        "endpoint": "/s/",
        "consoleLogRecordingEnabled": True,
        "recorderVersion": "v2",
        "sampleRate": None,
        "minimumDurationMilliseconds": None,
        "networkPayloadCapture": None,
        "masking": None,
        "canvas": None,
    },
}


class Shop(ThreadingHTTPServer):
    """The shop on a free port of the loopback interface."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, library: Path, mailbox: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.library = library
        self.mailbox = mailbox

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Ignore connections that a closing browser has cut; report other errors."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def open_shop(library: Path, mailbox: Mailbox) -> Generator[Shop]:
    """Serve the shop in a thread until the block ends; `library` is posthog-js's folder of scripts."""
    shop = Shop(library, mailbox)
    threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield shop
    finally:
        shop.shutdown()
        shop.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/api/"):
            self._answer_api("GET", path)
        elif path.startswith("/ingest/"):
            self._serve_library(path)
        else:
            self._serve_document(path)

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/api/"):
            self._answer_api("POST", path)
        else:
            self._shop().mailbox.receive(self._body())
            self._send(200, b'{"status": 1}')

    def do_PUT(self) -> None:
        self._answer_api("PUT", self.path)

    def _answer_api(self, method: str, path: str) -> None:
        found = answer(method, path, json.loads(self._body() or b"{}"))
        time.sleep(found.seconds)
        self._send(found.status, json.dumps(found.data).encode())

    def _serve_library(self, path: str) -> None:
        if path.endswith("/config"):
            self._send(200, json.dumps(REMOTE_CONFIG).encode())
        elif path.endswith("/config.js"):
            self._send(200, b"", "text/javascript")
        else:
            script = self._shop().library / Path(path).name
            self._send(200, script.read_bytes(), "text/javascript") if script.exists() else self._send(404)

    def _serve_document(self, path: str) -> None:
        document = find_document(path)
        if document is None:
            self._send(404, b"Not found", "text/plain")
            return
        time.sleep(document.seconds)
        self._send(200, document.body, document.content_type)

    def _shop(self) -> Shop:
        if not isinstance(self.server, Shop):
            raise TypeError("Only the shop is served by this handler.")
        return self.server

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _send(self, status: int, body: bytes = b"", content_type: str = "application/json") -> None:
        # Without the Date header: recordings carry response headers, and their time is shifted.
        self.send_response_only(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Log nothing: the command reports on sessions, not on requests."""
