"""A preview's token: spent once, by its caller, for exactly what was shown. Nothing else opens anything."""

from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult

from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import Clock, World, Write, client_of, token_in, yes

pytestmark = pytest.mark.anyio

NOT_VALID = (
    "Nothing was deleted. This confirmation token is not valid for this call. It works once, within ten minutes, for the caller, "
    "tool, project and arguments it was issued for, and while the recordings are unchanged. "
    "Call again without confirmation for a new preview."
)


async def delete(client: Client, *recordings: str, confirmation: str | None = None) -> CallToolResult:
    arguments = {"recordings": list(recordings)} | ({"confirmation": confirmation} if confirmation else {})
    return await client.call_tool("delete_recordings", arguments)


async def test_the_token_of_a_preview_deletes_what_was_previewed(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one", "two"))
        assert world.writes == []

        deleted = await delete(client, "one", "two", confirmation=token)

    assert text_of(deleted).startswith("2 deleted.")
    assert world.writes == [Write("delete", ("one", "two"))]


async def test_the_same_recordings_in_another_order_or_as_links_are_the_same(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one", "two"))

        link = "http://localhost:8000/project/1/replay/two?t=3"
        deleted = await delete(client, link, "one", "two", confirmation=token)

    assert text_of(deleted).startswith("2 deleted.")


@pytest.mark.parametrize(
    "others", [["one"], ["one", "two", "three"], ["one", "three"]], ids=["fewer", "more", "others"]
)
async def test_the_token_of_other_arguments_does_not_fit(world: World, era: Era, others: list[str]) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one", "two"))

        assert error_of(await delete(client, *others, confirmation=token)) == NOT_VALID

    assert world.writes == []


async def test_the_token_of_a_list_with_one_that_is_not_there_fits_no_shorter_list(
    world: World, era: Era
) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one", "never"))

        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID

    assert world.writes == []


async def test_the_token_of_another_tool_does_not_fit(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        sharing = {"recording": "one", "enabled": True}
        token = token_in(await client.call_tool("set_recording_sharing", sharing))

        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID

    assert world.writes == []


async def test_the_token_to_make_public_does_not_replace_the_link(world: World, era: Era) -> None:
    async with client_of(world.serve(), era, yes) as person:
        await person.call_tool("set_recording_sharing", {"recording": "one", "enabled": True})
        await person.call_tool("set_recording_sharing", {"recording": "one", "enabled": False})
    before = list(world.writes)
    async with client_of(world.serve(output="structured"), era) as client:
        sharing = {"recording": "one", "enabled": True}
        token = token_in(await client.call_tool("set_recording_sharing", sharing))

        mistaken = {"recording": "one", "confirmation": token}
        refused = await client.call_tool("refresh_recording_sharing", mistaken)

    assert error_of(refused).startswith(
        "The link was not replaced. This confirmation token is not valid for this call."
    )
    assert world.writes == before


async def test_the_token_of_another_caller_does_not_fit_and_stays_its_owners(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        world.caller = "alice"
        token = token_in(await delete(client, "one"))
        world.caller = "bob"
        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID
        assert world.writes == []

        world.caller = "alice"
        assert not (await delete(client, "one", confirmation=token)).is_error


async def test_a_token_expires_after_ten_minutes(world: World, era: Era, clock: Clock) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one"))
        clock.now += 600
        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID
        assert world.writes == []

        assert token_in(await delete(client, "one")) != token


async def test_a_token_works_until_it_expires(world: World, era: Era, clock: Clock) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one"))
        clock.now += 599

        assert not (await delete(client, "one", confirmation=token)).is_error


async def test_a_used_token_is_used_up_even_if_nothing_changed(tmp_path: Path, era: Era) -> None:
    world = World(tmp_path / "recordings", [Recording("one")], failing_deletions=["one"])
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one"))
        assert text_of(await delete(client, "one", confirmation=token)).startswith("1 failed.")

        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID

    assert world.writes == [Write("delete", ("one",))]


@pytest.mark.parametrize("forged", ["x", "0" * 32, "é" * 32])
async def test_a_forged_token_does_not_fit(world: World, era: Era, forged: str) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        await delete(client, "one")

        assert error_of(await delete(client, "one", confirmation=forged)) == NOT_VALID

    assert world.writes == []


@pytest.mark.parametrize("cut", [slice(0, 16), slice(0, 31), slice(1, 32)])
async def test_a_cut_token_does_not_fit(world: World, era: Era, cut: slice) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one"))

        assert error_of(await delete(client, "one", confirmation=token[cut])) == NOT_VALID

    assert world.writes == []


async def test_a_token_does_not_fit_a_recording_that_changed(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one", "two"))
        world.change("two")

        assert error_of(await delete(client, "one", "two", confirmation=token)) == NOT_VALID

    assert world.writes == []


async def test_a_token_does_not_fit_when_a_recording_vanished(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one", "two"))
        world.remove("two")

        assert error_of(await delete(client, "one", "two", confirmation=token)) == NOT_VALID

    assert world.writes == []
    assert world.exists("one")


async def test_a_token_for_a_link_does_not_fit_once_the_link_was_replaced(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era, yes) as person:
        await person.call_tool("set_recording_sharing", {"recording": "one", "enabled": True})
    async with client_of(world.serve(output="structured", confirm="two-step"), era) as client:
        token = token_in(await client.call_tool("refresh_recording_sharing", {"recording": "one"}))
        async with client_of(world.serve(), era, yes) as person:
            await person.call_tool("refresh_recording_sharing", {"recording": "one"})

        late = {"recording": "one", "confirmation": token}
        refused = await client.call_tool("refresh_recording_sharing", late)

    assert error_of(refused).startswith(
        "The link was not replaced. This confirmation token is not valid for this call."
    )
    assert world.writes == [Write("share", ("one",)), Write("renew", ("one",))]


async def test_of_fifty_simultaneous_uses_one_deletes(world: World, era: Era) -> None:
    results: list[CallToolResult] = []
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one"))

        async def use() -> None:
            results.append(await delete(client, "one", confirmation=token))

        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(use)

    assert world.writes == [Write("delete", ("one",))]
    assert len([result for result in results if text_of(result).startswith("1 deleted.")]) == 1


async def test_a_restart_without_a_configured_secret_forgets_every_token(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured"), era) as client:
        token = token_in(await delete(client, "one"))
    async with client_of(world.serve(output="structured"), era) as client:
        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID

    assert world.writes == []


async def test_processes_that_share_secret_and_ledger_share_tokens_and_their_use(
    world: World, era: Era, tmp_path: Path
) -> None:
    shared = {"output": "structured", "secret": "s" * 32, "ledger": tmp_path / "ledger"}
    async with (
        client_of(world.serve(**shared), era) as one,
        client_of(world.serve(**shared), era) as other,
    ):
        token = token_in(await delete(one, "one"))

        async def use(client: Client) -> None:
            await delete(client, "one", confirmation=token)

        async with anyio.create_task_group() as tasks:
            for client in [one, other] * 10:
                tasks.start_soon(use, client)

    assert world.writes == [Write("delete", ("one",))]


async def test_processes_that_share_a_ledger_and_not_the_secret_share_no_tokens(
    world: World, era: Era, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    async with client_of(world.serve(output="structured", secret="s" * 32, ledger=ledger), era) as client:
        token = token_in(await delete(client, "one"))
    async with client_of(world.serve(secret="t" * 32, ledger=ledger), era) as client:
        assert error_of(await delete(client, "one", confirmation=token)) == NOT_VALID

    assert world.writes == []


async def test_a_server_that_dies_after_the_write_does_not_write_again_when_it_is_back(
    world: World, era: Era, tmp_path: Path
) -> None:
    shared = {"output": "structured", "secret": "s" * 32, "ledger": tmp_path / "ledger"}
    written = anyio.Event()

    async def die() -> None:
        written.set()
        await anyio.sleep_forever()

    world.transport.after_a_write = die
    async with client_of(world.serve(**shared), era) as client:
        token = token_in(await delete(client, "one", "two"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: delete(client, "one", "two", confirmation=token))
            await written.wait()
            tasks.cancel_scope.cancel()
    world.transport.after_a_write = None

    async with client_of(world.serve(**shared), era) as client:
        again = await delete(client, "one", "two", confirmation=token)

    assert text_of(again).startswith("Nothing was deleted: 2 not in this project.")
    assert world.writes == [Write("delete", ("one", "two"))]
