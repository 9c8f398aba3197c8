"""How a client program in Python is driven: JSON by line, the same for all.

The first line read is the order: `transport` (`stdio` or `http`), `command` or `url` and `headers`, and `asks`,
whether the client lets the server ask. The first line written says which `protocol` was agreed on, if the
client tells, and which `tools` it sees. Then each line read is a call (`tool`, `arguments`, and the `answer` to
give when asked), and each line written what came of it: `text`, `error`, `data` and the questions `asked`.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Outcome = dict[str, Any]
Call = Callable[[str, dict[str, Any]], Awaitable[Outcome]]


class Person:
    """Answers the server's questions as the call says."""

    def __init__(self) -> None:
        self.answer = "decline"
        self.asked: list[str] = []

    def hear(self, question: str) -> dict[str, Any] | None:
        """Note a question; the content of a yes, or None for a no."""
        self.asked.append(question)
        return {"approve": True} if self.answer == "accept" else None


def read_order() -> dict[str, Any]:
    """What to connect to, and how."""
    return json.loads(sys.stdin.readline())


async def converse(protocol: str | None, tools: list[str], person: Person, call: Call) -> None:
    """Say what was connected, then make the calls that are read."""
    _write({"protocol": protocol, "tools": tools})
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        person.answer, person.asked = order["answer"], []
        outcome = await call(order["tool"], order["arguments"])
        _write(outcome | {"asked": person.asked})


def _write(message: Outcome) -> None:
    print(json.dumps(message, default=str), flush=True)
