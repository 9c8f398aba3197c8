"""A stand-in for the API of Claude's models: it replies with the calls it is given, one after the other."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

PROMPT = "Follow the script."
Block = dict[str, Any]


class StandInModel:
    """Puts calls into replies, and takes results out of requests.

    Attributes:
        calls: What to reply next: a tool and its arguments, or None to end the conversation.
        results: What came of each call: the block a model would read.
        tools: The names of the tools that the last request offered.
    """

    def __init__(self) -> None:
        self.calls: Queue[tuple[str, dict[str, Any]] | None] = Queue()
        self.results: Queue[Block] = Queue()
        self.tools: tuple[str, ...] = ()
        self._number = 0

    def reply(self, request: dict[str, Any]) -> Block:
        """The one block of the reply to a request."""
        if not request.get("tools") or PROMPT not in json.dumps(request["messages"]):
            return {"type": "text", "text": "Recordings"}  # a title for the session, or the like
        self.tools = tuple(tool["name"] for tool in request["tools"])
        for block in _blocks(request):
            if block.get("tool_use_id") == self._name:
                self.results.put(block)
        call = self.calls.get()
        if call is None:
            return {"type": "text", "text": "Done."}
        self._number += 1
        return {"type": "tool_use", "id": self._name, "name": call[0], "input": call[1]}

    @property
    def _name(self) -> str:
        return f"toolu_{self._number:04}"


def _blocks(request: dict[str, Any]) -> list[Block]:
    contents: list[str | list[Block]] = [message["content"] for message in request["messages"]]
    return [block for content in contents if not isinstance(content, str) for block in content]


def _events(block: Block, model: str) -> list[dict[str, Any]]:
    """The reply as the API streams it."""
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
    }
    usage = {"input_tokens": 1, "output_tokens": 1}
    if block["type"] == "text":
        start: Block = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": block["text"]}
    else:
        start = block | {"input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    stop = "end_turn" if block["type"] == "text" else "tool_use"
    return [
        {"type": "message_start", "message": message | {"stop_reason": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": start},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]


@contextmanager
def serving(model: StandInModel) -> Generator[str]:
    """Serve the stand-in on this machine, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(length))
            if not self.path.startswith("/v1/messages") or "count_tokens" in self.path:
                self._send("application/json", json.dumps({"input_tokens": 10}))
                return
            events = _events(model.reply(request), request["model"])
            lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
            self._send("text/event-stream", "".join(lines))

        def do_GET(self) -> None:
            self._send("application/json", "{}")

        def do_HEAD(self) -> None:
            self._send("application/json", "")

        def _send(self, kind: str, body: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            del format, args  # it keeps quiet

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
