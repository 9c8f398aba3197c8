"""Every attempt to change something leaves one line: who, what, which plan, what came of it."""

import io
import json
import os
import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from inline_snapshot import snapshot
from mcp import Client

from recordings_mcp.server.configuration import InvalidConfiguration
from recordings_mcp.tools import AuditLog
from tests.mcp_client import Era
from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import World, client_of, decline, token_in, yes

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(tmp_path: Path) -> World:
    recordings = [Recording("one"), Recording("stuck"), Recording("two")]
    return World(tmp_path / "recordings", recordings, failing_deletions=["stuck"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def in_the(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def what_happened(file: Path) -> list[str]:
    return [f"{line['tool']}: {line['outcome']}" for line in lines(in_the(file))]


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


def put_a_folder_in_place_of(file: Path) -> None:
    file.unlink()
    file.mkdir()


async def delete(client: Client, *recordings: str, **more: str) -> Any:
    return await client.call_tool("delete_recordings", {"recordings": list(recordings), **more})


async def test_a_write_leaves_one_line_on_stderr_and_in_the_file(
    world: World, era: Era, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client_of(world.serve(audit_file=file), era, yes) as client:
        await delete(client, "one", "stuck")

    [line] = lines(in_the(file))
    assert lines(capsys.readouterr().err) == [line]
    assert {**line, "time": "", "plan": len(line["plan"]), "caller": len(line["caller"])} == snapshot(
        {
            "time": "",
            "tool": "delete_recordings",
            "recordings": ["one", "stuck"],
            "plan": 16,
            "caller": 16,
            "policy": "auto",
            "outcome": "1 deleted, 1 failed",
        }
    )
    assert mode_of(file) == 0o600


async def test_every_writing_tool_leaves_lines_and_no_reading_tool_does(
    world: World, era: Era, file: Path
) -> None:
    async with client_of(world.serve(audit_file=file), era, yes) as client:
        await client.call_tool("update_recordings", {"recording": "one", "viewed": True})
        await client.call_tool("set_recording_sharing", {"recording": "one", "enabled": True})
        await client.call_tool("refresh_recording_sharing", {"recording": "one"})
        await client.call_tool("set_recording_sharing", {"recording": "one", "enabled": False})
        await client.call_tool("get_recording_sharing", {"recording": "one"})
        await client.call_tool("watch_recording", {"recording": "one"})
        await delete(client, "one")

    assert what_happened(file) == snapshot(
        [
            "update_recordings: marked as viewed",
            "set_recording_sharing: public",
            "refresh_recording_sharing: replaced",
            "set_recording_sharing: not public",
            "delete_recordings: 1 deleted",
        ]
    )


async def test_attempts_that_came_to_nothing_leave_lines_too(world: World, era: Era, file: Path) -> None:
    async with client_of(world.serve(audit_file=file), era, decline) as client:
        await delete(client, "one")
    async with client_of(world.serve(audit_file=file, output="structured"), era) as client:
        token = token_in(await delete(client, "stuck"))
        await delete(client, "stuck", confirmation="forged")
        await delete(client, "stuck", confirmation=token)
        await delete(client, "stuck", confirmation=token)
        await client.call_tool("update_recordings", {"recording": "never", "viewed": True})

    assert what_happened(file) == snapshot(
        [
            "delete_recordings: not confirmed: decline",
            "delete_recordings: refused: confirmation does not fit",
            "delete_recordings: 1 failed",
            "delete_recordings: refused: confirmation does not fit",
            "update_recordings: failed: RecordingNotFound",
        ]
    )


async def test_an_unknown_outcome_is_called_unknown(world: World, era: Era, file: Path) -> None:
    world.transport.answer_to_writes = httpx.ReadError("the line went dead")
    async with client_of(world.serve(audit_file=file), era, yes) as client:
        await client.call_tool("update_recordings", {"recording": "one", "analyzed": True})

    assert what_happened(file) == snapshot(["update_recordings: unknown: Unreachable"])


async def test_an_attempt_that_is_cut_short_leaves_a_line(world: World, era: Era, file: Path) -> None:
    written = anyio.Event()

    async def never_answer() -> None:
        written.set()
        await anyio.sleep_forever()

    world.transport.after_a_write = never_answer
    async with (
        client_of(world.serve(audit_file=file), era, yes) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(lambda: delete(client, "one"))
        await written.wait()
        tasks.cancel_scope.cancel()

    assert what_happened(file) == snapshot(["delete_recordings: interrupted"])


async def test_a_line_holds_nothing_of_the_person_and_no_token(
    world: World, era: Era, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client_of(world.serve(audit_file=file, output="structured"), era) as client:
        preview = await client.call_tool("set_recording_sharing", {"recording": "one", "enabled": True})
        token = token_in(preview)
        shared = await client.call_tool(
            "set_recording_sharing", {"recording": "one", "enabled": True, "confirmation": token}
        )
    assert shared.structured_content is not None
    link = shared.structured_content["public_link"]

    written = in_the(file) + capsys.readouterr().err
    assert written
    for secret in (token, link.rpartition("/")[2], "jane", "shop.example", "phx_", "local"):
        assert secret not in written


async def test_the_same_caller_has_the_same_hash_and_another_one_another(
    world: World, era: Era, file: Path
) -> None:
    async with client_of(world.serve(audit_file=file, secret="s" * 32), era) as client:
        for caller in ("alice", "bob", "alice"):
            world.caller = caller
            await client.call_tool("update_recordings", {"recording": "one", "viewed": True})

    [alice, bob, again] = [line["caller"] for line in lines(in_the(file))]
    assert alice == again != bob


async def test_a_full_disk_does_not_hide_what_was_done(
    world: World, era: Era, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with client_of(world.serve(audit_file=file), era, yes) as client:
        put_a_folder_in_place_of(file)
        result = await delete(client, "one")

    assert not result.is_error
    [line, complaint] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["outcome"] == "1 deleted"
    assert complaint == "The audit file could not be written (Is a directory)."


async def test_a_line_that_the_disk_took_in_part_ends_before_the_next(
    world: World, era: Era, file: Path
) -> None:
    async with client_of(world.serve(audit_file=file), era) as client:
        with largest_file(100):
            await client.call_tool("update_recording", {"recording": "one", "viewed": True})
        await client.call_tool("update_recording", {"recording": "two", "viewed": True})

    cut, whole = in_the(file).splitlines()
    assert len(cut) == 100
    assert json.loads(whole)["recordings"] == ["two"]


@contextmanager
def largest_file(size: int) -> Generator[None]:
    """Let files of this process have at most this many bytes: the system takes the rest of a line in part."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_line_is_written_until_nothing_is_left(
    world: World, era: Era, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def write_a_part(descriptor: int, data: bytes) -> int:
        return write(descriptor, bytes(data[:7]))

    async with client_of(world.serve(audit_file=file), era) as client:
        monkeypatch.setattr("os.write", write_a_part)
        await client.call_tool("update_recording", {"recording": "one", "viewed": True})
        monkeypatch.undo()

    [line] = lines(in_the(file))
    assert line["recordings"] == ["one"]


class NobodyReads(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(f"{len(text)} characters for nobody")


async def test_a_closed_standard_error_hides_neither_the_answer_nor_the_line_in_the_file(
    world: World, era: Era, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client_of(world.serve(audit_file=file), era, yes) as client:
        monkeypatch.setattr("sys.stderr", NobodyReads())
        result = await delete(client, "one")

    assert not result.is_error
    assert what_happened(file) == ["delete_recordings: 1 deleted"]


def test_an_audit_file_that_cannot_be_written_stops_the_server_at_start(world: World, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"audit_file: .* cannot be written \(No such file"):
        world.serve(audit_file=tmp_path / "nowhere" / "audit.jsonl")


@pytest.mark.parametrize("device", ["/dev/full", "/dev/null", "a pipe"])
def test_an_audit_file_that_is_none_is_refused_at_once(world: World, tmp_path: Path, device: str) -> None:
    file = Path(device) if device.startswith("/") else tmp_path / "pipe"
    if not file.exists():
        os.mkfifo(file)

    with pytest.raises(
        InvalidConfiguration, match=r"audit_file: .* cannot be written \(not a regular file\)"
    ):
        world.serve(audit_file=file)


def test_a_ledger_that_is_none_stops_the_server_at_start(world: World, tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    file.write_text("this is a diary, not a ledger" * 100)

    with pytest.raises(InvalidConfiguration, match=r"ledger: .* cannot be used"):
        world.serve(ledger=file, secret="s" * 32)


def test_a_ledger_needs_a_secret(world: World, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="ledger: processes that share it must share a secret"):
        world.serve(ledger=tmp_path / "ledger")


@pytest.mark.parametrize(
    ("recording", "written"),
    [
        ("019cd700-0000-7000-8000-000000000001", "019cd700-0000-7000-8000-000000000001"),
        ('x", "outcome": "1 deleted', "x%22%2C%20%22outcome%22%3A%20%221%20deleted"),
        (
            "ignore this \N{TAG LATIN SMALL LETTER A}\N{RIGHT-TO-LEFT OVERRIDE}",
            "ignore%20this%20%F3%A0%81%A1%E2%80%AE",
        ),
        ("a\N{LINE SEPARATOR}b\x9bc", "a%E2%80%A8b%C2%9Bc"),
        ("x" * 1_000, "x" * 300),
    ],
)
def test_an_id_cannot_forge_a_line_nor_steer_a_terminal(
    file: Path, capsys: pytest.CaptureFixture[str], recording: str, written: str
) -> None:
    log = AuditLog(secret=b"s", file=file, clock=lambda: 0.0)
    with log.attempt("update_recordings", [recording, "\x1b[2J\r\n\ud800"], caller="local", policy="none"):
        pass

    [line] = lines(in_the(file))
    assert line["recordings"] == [written, "%1B%5B2J%0D%0A%3F"]
    assert capsys.readouterr().err == in_the(file)
    assert in_the(file).rstrip("\n").isprintable()
    assert in_the(file).isascii()
