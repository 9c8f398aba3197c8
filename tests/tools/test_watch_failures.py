"""Watching: every way in which there is no timeline."""

from typing import Any

import httpx
import pytest
from inline_snapshot import snapshot
from mcp import Client

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey, Throttle
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Connect, Era, error_of
from tests.sandbox.shop import Recording
from tests.tools.checkout import CHECKOUT

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("recording", "sandbox", "message"),
    [
        (
            "unknown",
            {},
            snapshot(
                "This project has no recording with that id. It may have expired, been deleted, not been ingested yet, or belong to another project. Search for recordings to get ids that exist."
            ),
        ),
        (
            "empty",
            {},
            snapshot(
                "PostHog holds no snapshot data for this recording, so it cannot be watched. It may be too recent (try again in a few minutes) or its data has expired; its metadata and events may still exist."
            ),
        ),
        (
            "checkout",
            {"keys": (ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"query:read"})),)},
            snapshot(
                "The API key lacks the scope session_recording:read. Add it to the key in PostHog under Settings → Personal API keys, or use a key that has it."
            ),
        ),
        (
            "checkout",
            {"keys": (ApiKey(value="phx_of_another_region_0001"),)},
            snapshot(
                "PostHog does not know this API key. Check that it was not deleted or rolled, and that the host is the region where it was made: a key from us.posthog.com is unknown at eu.posthog.com."
            ),
        ),
        (
            "checkout",
            {"failing_blocks": {"checkout": frozenset({0})}},
            snapshot(
                "PostHog could not read the recording's data from its storage. Try again in a few minutes; the recording's metadata can still be read."
            ),
        ),
    ],
)
async def test_what_cannot_be_watched_is_explained(
    connect: Connect, recording: str, sandbox: dict[str, Any], message: str
) -> None:
    empty = Recording("empty", lines=[], blocks=[])

    async with connect(CHECKOUT, empty, sandbox=sandbox) as client:
        result = await client.call_tool("watch_recording", {"recording": recording})

    assert error_of(result) == message


async def test_a_throttled_call_says_how_long_to_wait(connect: Connect) -> None:
    async with connect(CHECKOUT, sandbox={"throttle": Throttle(plan="free")}) as client:
        results = [await client.call_tool("search_recordings", {"limit": n}) for n in range(1, 14)]

    assert [result.is_error for result in results] == [False] * 12 + [True]
    assert error_of(results[-1]) == snapshot(
        "PostHog's rate limit is reached for this API key. Try again in 60 seconds. Searches and downloads have the lowest limits."
    )


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            httpx.ConnectError("refused"),
            snapshot(
                "The host could not be reached. Check that it is up, the host setting and this machine's network."
            ),
        ),
        (
            httpx.ReadTimeout("slow"),
            snapshot(
                "PostHog did not answer in time. Try again; if it persists, ask for less or check PostHog's status."
            ),
        ),
    ],
)
async def test_a_server_that_is_down_is_told_in_our_words(
    era: Era, failure: httpx.TransportError, message: str
) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise failure

    server = create_server(Configuration(sandbox=True), transport=httpx.MockTransport(fail))
    async with Client(server, mode=era) as client:
        result = await client.call_tool("watch_recording", {"recording": "checkout"})

    assert error_of(result) == message
