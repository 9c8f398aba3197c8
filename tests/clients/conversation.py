"""What every client does with the server, and what must be in its answers."""

import re
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from recordings_mcp.tools import TOOLS

SEARCH = {"events": ["payment declined"]}
KNOWN_RECORDING = "01a208b9-23ff-7c21-8736-c7938c14cacc"
"""The sandbox's recording of a declined card."""
KNOWN_CLICK = 'button "Pay now" [pay]'
KNOWN_FINDING = "Blocked on a checkout page: 2 clicks on a payment button at 00:26 and 00:30"

_RECORDING_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOKEN = re.compile(r'confirmation="([0-9a-f]+)"')

Reply = Literal["accept", "decline"]


class Mismatch(Exception):
    """An answer is not what it must be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client made of a call.

    Attributes:
        text: The text its caller sees.
        error: Whether the call failed; None when the client does not tell.
        data: The structured content its caller sees.
        asked: What the server asked the person during the call.
    """

    text: str
    error: bool | None
    data: dict[str, Any] | None
    asked: tuple[str, ...] = ()


class ConnectedClient(Protocol):
    """A client that is connected to a server with the sandbox.

    Attributes:
        tools: The tools it sees.
        asks: Whether it lets the server ask the person.
        structured: Whether the server gives structured content, too.
    """

    tools: tuple[str, ...]
    asks: bool
    structured: bool

    async def call(self, tool: str, arguments: dict[str, Any], reply: Reply = "decline") -> Answer:
        """Call a tool; should the server ask, the person replies so."""
        ...


async def hold(client: ConnectedClient) -> str:
    """Have the whole conversation: list, search, watch, summarize, delete.

    Returns:
        What was done.

    Raises:
        Mismatch: The first thing that was not as it must be.
    """
    expected = {tool.name for tool in TOOLS}
    _expect("tools/list", set(client.tools) == expected, ", ".join(sorted(expected ^ set(client.tools))))
    recording = await _find(client)
    await _watch(client, recording)
    await _summarize(client, recording)
    confirmed = await (_delete_asked if client.asks else _delete_by_token)(client, recording)
    await _expect_gone(client, recording)
    return f"list, search, watch, summarize, {confirmed}, gone"


async def _find(client: ConnectedClient) -> str:
    answer = await client.call("search_recordings", SEARCH)
    found = _RECORDING_ID.search(answer.text or str(answer.data))
    _expect("search", found is not None and found[0] == KNOWN_RECORDING, answer)
    _expect_data("search", client, answer)
    return KNOWN_RECORDING


async def _watch(client: ConnectedClient, recording: str) -> None:
    answer = await client.call("watch_recording", {"recording": recording})
    _expect_data("watch", client, answer)
    _expect("watch", f"click {KNOWN_CLICK}" in answer.text or _clicks(answer.data), answer)


def _clicks(data: dict[str, Any] | None) -> bool:
    observations = (data or {}).get("observations", [])
    return any((seen["kind"], seen["line"]) == ("click", KNOWN_CLICK) for seen in observations)


async def _summarize(client: ConnectedClient, recording: str) -> None:
    answer = await client.call("summarize_recording", {"recording": recording})
    _expect_data("summarize", client, answer)
    _expect("summarize", KNOWN_FINDING in (answer.text or str(answer.data)), answer)


async def _delete_asked(client: ConnectedClient, recording: str) -> str:
    arguments = {"recordings": [recording]}
    declined = await client.call("delete_recordings", arguments, "decline")
    _expect("declined deletion", _said(declined, "Nothing was deleted"), declined)
    _expect("declined deletion, question", _asked_about(declined, recording), declined)
    await _expect_there(client, recording)
    accepted = await client.call("delete_recordings", arguments, "accept")
    _expect("approved deletion", _said(accepted, "1 deleted."), accepted)
    _expect("approved deletion, question", _asked_about(accepted, recording), accepted)
    return "delete (asked: declined, approved)"


async def _delete_by_token(client: ConnectedClient, recording: str) -> str:
    arguments = {"recordings": [recording]}
    await _preview(client, arguments)
    await _expect_there(client, recording)
    forged = await client.call("delete_recordings", arguments | {"confirmation": "0" * 32})
    _expect(
        "deletion with a forged token",
        _said(forged, "This confirmation token is not valid for this call"),
        forged,
    )
    await _expect_there(client, recording)
    confirmation = await _preview(client, arguments)
    deleted = await client.call("delete_recordings", arguments | {"confirmation": confirmation})
    _expect("deletion with the token", _said(deleted, "1 deleted."), deleted)
    return "delete (preview, forged token, token)"


async def _preview(client: ConnectedClient, arguments: dict[str, Any]) -> str:
    answer = await client.call("delete_recordings", arguments)
    token = _TOKEN.search(answer.text or str((answer.data or {}).get("advice")))
    _expect("preview", _said(answer, "Nothing happened yet") and token is not None, answer)
    return token[1] if token else ""


async def _expect_there(client: ConnectedClient, recording: str) -> None:
    answer = await client.call("get_recording", {"recording": recording})
    _expect("still there", not answer.error and _said(answer, "13 clicks", "'clicks': 13"), answer)


async def _expect_gone(client: ConnectedClient, recording: str) -> None:
    answer = await client.call("get_recording", {"recording": recording})
    _expect("gone", answer.error is not False and _said(answer, "no recording with that id"), answer)
    found = await client.call("search_recordings", SEARCH)
    _expect("not found any more", not found.error and recording not in f"{found.text} {found.data}", found)


def _said(answer: Answer, *words: str) -> bool:
    return any(word in (answer.text or str(answer.data)) for word in words)


def _asked_about(answer: Answer, recording: str) -> bool:
    return len(answer.asked) == 1 and recording in answer.asked[0]


def _expect_data(step: str, client: ConnectedClient, answer: Answer) -> None:
    _expect(f"{step}, structured content", client.structured == (answer.data is not None), answer)


def _expect(step: str, holds: bool, answer: object) -> None:  # noqa: FBT001 - it is what was found, not a mode
    if not holds:
        raise Mismatch(f"{step}: {answer}")
