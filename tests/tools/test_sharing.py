"""Public links: when they are shown, made, replaced and switched off."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.types import CallToolResult

from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import World, Write, client_of, yes

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "recordings", [Recording("one")])


async def share(client: Client, *, enabled: bool = True) -> CallToolResult:
    return await client.call_tool("set_recording_sharing", {"recording": "one", "enabled": enabled})


async def get(client: Client) -> CallToolResult:
    return await client.call_tool("get_recording_sharing", {"recording": "one"})


async def refresh(client: Client) -> CallToolResult:
    return await client.call_tool("refresh_recording_sharing", {"recording": "one"})


def without_tokens(result: CallToolResult) -> str:
    shown = re.sub(r"(/shared/)[\w-]{20,}", r"\1TOKEN", text_of(result))
    return re.sub(r"expires on 20\d\d-\d\d-\d\d", "expires on DAY", shown)


def link_in(result: CallToolResult) -> str:
    assert result.structured_content is not None
    link = result.structured_content["public_link"]
    assert isinstance(link, str)
    return link


async def test_sharing_from_its_beginning_to_its_end(world: World, era: Era) -> None:
    async with client_of(world.serve(), era, yes) as client:
        told = [
            without_tokens(await step)
            for step in (
                get(client),
                refresh(client),
                share(client),
                share(client),
                get(client),
                refresh(client),
                share(client, enabled=False),
                share(client, enabled=False),
                get(client),
                refresh(client),
            )
        ]

    assert told == snapshot(
        [
            """\
Not public: only people with access to this project in PostHog can watch it.
In PostHog: http://localhost:8000/project/1/replay/one\
""",
            "This recording was never public, so there is no link to replace; nothing was changed.",
            """\
Public now: http://localhost:8000/shared/TOKEN
Anyone who has it can watch, without an account, until it is switched off or the recording expires on DAY.\
""",
            """\
Public already: http://localhost:8000/shared/TOKEN
Anyone who has it can watch, without an account, until it is switched off or the recording expires on DAY.\
""",
            """\
Public: anyone who has this link can watch it. http://localhost:8000/shared/TOKEN
In PostHog: http://localhost:8000/project/1/replay/one\
""",
            """\
Replaced. New link: http://localhost:8000/shared/TOKEN
The old link works for 300 more seconds.\
""",
            """\
Not public any more.
The link no longer works. Sharing again may restore the same link; refresh_recording_sharing replaces it.\
""",
            "It is not public; nothing was changed.",
            """\
Not public: only people with access to this project in PostHog can watch it.
In PostHog: http://localhost:8000/project/1/replay/one\
""",
            """\
Replaced.
The recording is still not public: the new link works only after sharing is switched on.\
""",
        ]
    )
    assert world.writes == [
        Write("share", ("one",)),
        Write("renew", ("one",)),
        Write("unshare", ("one",)),
        Write("renew", ("one",)),
    ]


async def test_no_token_is_shown_while_sharing_is_off(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era, yes) as client:
        public = link_in(await share(client))
        await share(client, enabled=False)
        results = [await get(client), await refresh(client), await get(client)]

    token = public.rpartition("/")[2]
    for result in results:
        assert "/shared/" not in str(result.model_dump())
        assert token not in str(result.model_dump())


async def test_a_replaced_link_is_another_one(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era, yes) as client:
        links = [link_in(await share(client)), link_in(await refresh(client)), link_in(await get(client))]

    assert links[0] != links[1] == links[2]


async def test_switching_sharing_off_asks_nobody(world: World, era: Era) -> None:
    async with client_of(world.serve(), era, yes) as client:
        await share(client)
    async with client_of(world.serve(confirm="ask"), era) as client:
        result = await share(client, enabled=False)

    assert without_tokens(result).startswith("Not public any more.")
    assert world.writes[-1] == Write("unshare", ("one",))


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_recording_sharing", {}),
        ("set_recording_sharing", {"enabled": True}),
        ("set_recording_sharing", {"enabled": False}),
        ("refresh_recording_sharing", {}),
    ],
)
async def test_a_recording_that_is_not_there_has_no_sharing(
    world: World, era: Era, tool: str, arguments: dict[str, Any]
) -> None:
    async with client_of(world.serve(), era, yes) as client:
        refused = await client.call_tool(tool, {"recording": "never", **arguments})

    assert error_of(refused).startswith("This project has no recording with that id.")
    assert world.writes == []


async def test_an_organization_that_forbids_public_links_is_told(tmp_path: Path, era: Era) -> None:
    world = World(tmp_path / "recordings", [Recording("one")], public_sharing=False)
    async with client_of(world.serve(), era, yes) as client:
        refused = await share(client)

    assert error_of(refused) == snapshot(
        "Public sharing is disabled for this organization in PostHog. An administrator can allow it in the organization's security settings."
    )


async def test_a_missing_scope_is_told_before_anybody_is_asked(tmp_path: Path, era: Era) -> None:
    scopes = frozenset({"session_recording:write", "personal_api_key:read"})
    world = World(tmp_path / "recordings", [Recording("one")], scopes=scopes)
    async with client_of(world.serve(), era, yes) as client:
        refused = [error_of(await call(client)) for call in (get, share, refresh)]

    assert refused == snapshot(
        [
            "The API key lacks the scope sharing_configuration:read. Add it to the key in PostHog under Settings → Personal API keys, or use a key that has it.",
            "The API key lacks the scope sharing_configuration:write. Add it to the key in PostHog under Settings → Personal API keys, or use a key that has it.",
            "The API key lacks the scope sharing_configuration:write. Add it to the key in PostHog under Settings → Personal API keys, or use a key that has it.",
        ]
    )
    assert world.writes == []


async def test_when_the_answer_is_lost_the_link_is_looked_for(world: World, era: Era) -> None:
    world.transport.answer_to_writes = httpx.ReadError("the line went dead")
    async with client_of(world.serve(), era, yes) as client:
        shared, renewed = await share(client), await refresh(client)
        stopped = await share(client, enabled=False)

    assert [without_tokens(result).split(":")[0] for result in (shared, renewed, stopped)] == snapshot(
        [
            "Public now",
            "Replaced. New link",
            """\
Not public any more.
The link no longer works. Sharing again may restore the same link; refresh_recording_sharing replaces it.\
""",
        ]
    )
    assert world.writes == [Write("share", ("one",)), Write("renew", ("one",)), Write("unshare", ("one",))]


async def test_when_the_request_is_lost_it_is_said_that_nothing_happened(world: World, era: Era) -> None:
    world.transport.lose_writes = True
    async with client_of(world.serve(), era, yes) as client:
        refused = await share(client)

    assert error_of(refused) == snapshot(
        "The connection to PostHog broke before the answer was complete. Try again."
    )
    assert world.writes == [Write("share", ("one",))]
