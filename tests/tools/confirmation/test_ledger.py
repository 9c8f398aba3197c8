"""The ledgers: a plan is open or not, and burns once."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from recordings_mcp.tools import Ledger, MemoryLedger, SqliteLedger
from tests.tools.confirmation.world import Clock

pytestmark = pytest.mark.anyio

MOST_OPEN = 5


@pytest.fixture
def own_clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "file"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, own_clock: Clock) -> Ledger:
    if request.param == "memory":
        return MemoryLedger(own_clock, MOST_OPEN)
    return SqliteLedger(tmp_path / "l", own_clock, MOST_OPEN)


async def test_a_subject_has_one_open_plan(ledger: Ledger) -> None:
    opened = await ledger.open("subject")

    assert await ledger.open("subject") == opened
    assert await ledger.find("subject") == opened
    assert (await ledger.open("other")).id != opened.id


async def test_a_plan_burns_once(ledger: Ledger) -> None:
    plan = await ledger.open("subject")
    burnt: list[bool] = []

    async def burn() -> None:
        burnt.append(await ledger.burn("subject", plan.id))

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(burn)

    assert sorted(burnt) == [False] * 49 + [True]
    assert await ledger.find("subject") is None


async def test_only_its_own_id_burns_a_plan(ledger: Ledger) -> None:
    burnt = await ledger.open("subject")
    await ledger.burn("subject", burnt.id)
    plan = await ledger.open("subject")

    assert not await ledger.burn("subject", burnt.id)
    assert not await ledger.burn("other", plan.id)
    assert await ledger.find("subject") == plan


async def test_a_plan_is_open_for_ten_minutes(ledger: Ledger, own_clock: Clock) -> None:
    plan = await ledger.open("subject")
    own_clock.now += 599.9
    assert await ledger.find("subject") == plan

    own_clock.now += 0.1
    assert await ledger.find("subject") is None
    assert not await ledger.burn("subject", plan.id)
    assert (await ledger.open("subject")).id != plan.id


@pytest.fixture(params=["memory", "file"])
def timed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Ledger, Clock, Clock]:
    """A ledger, its wall clock and its monotonic clock."""
    wall, monotonic = Clock(), Clock()
    if request.param == "memory":
        return MemoryLedger(wall, monotonic=monotonic), wall, monotonic
    return SqliteLedger(tmp_path / "l", wall, monotonic=monotonic), wall, monotonic


async def test_a_clock_that_is_set_back_does_not_make_a_plan_last_longer(
    timed: tuple[Ledger, Clock, Clock],
) -> None:
    ledger, wall, monotonic = timed
    plan = await ledger.open("subject")
    wall.now -= 3600
    monotonic.now += 599
    assert await ledger.find("subject") == plan

    monotonic.now += 1
    assert await ledger.find("subject") is None
    assert not await ledger.burn("subject", plan.id)
    assert (await ledger.open("subject")).id != plan.id


async def test_a_plan_ends_while_the_machine_sleeps(timed: tuple[Ledger, Clock, Clock]) -> None:
    ledger, wall, _ = timed
    plan = await ledger.open("subject")
    wall.now += 600

    assert not await ledger.burn("subject", plan.id)


async def test_a_plan_of_another_process_that_lies_in_the_future_is_refused(
    tmp_path: Path, own_clock: Clock
) -> None:
    plan = await SqliteLedger(tmp_path / "l", own_clock).open("subject")
    own_clock.now -= 1
    other = SqliteLedger(tmp_path / "l", own_clock)

    assert await other.find("subject") is None
    assert not await other.burn("subject", plan.id)
    assert (await other.open("subject")).id != plan.id


async def test_a_full_ledger_forgets_the_oldest(ledger: Ledger, own_clock: Clock) -> None:
    for number in range(MOST_OPEN + 1):
        own_clock.now += 0.1
        await ledger.open(f"subject {number}")

    assert await ledger.find("subject 0") is None
    assert await ledger.find("subject 1") is not None
    assert await ledger.find(f"subject {MOST_OPEN}") is not None


async def test_processes_with_one_file_have_one_ledger(tmp_path: Path, own_clock: Clock) -> None:
    ledgers = [SqliteLedger(tmp_path / "l", own_clock) for _ in range(4)]
    opened = {(await ledger.open("subject")).id for ledger in ledgers}
    burnt: list[bool] = []

    async def burn(ledger: Ledger) -> None:
        burnt.append(await ledger.burn("subject", next(iter(opened))))

    async with anyio.create_task_group() as tasks:
        for ledger in ledgers * 5:
            tasks.start_soon(burn, ledger)

    assert len(opened) == 1
    assert burnt.count(True) == 1


def make_readable_for_all(file: Path) -> None:
    file.touch(mode=0o666)


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


async def test_the_file_is_for_its_owner_only_and_names_nobody(tmp_path: Path, own_clock: Clock) -> None:
    file = tmp_path / "l"
    make_readable_for_all(file)
    await SqliteLedger(file, own_clock).open("subject")

    assert mode_of(file) == 0o600
    with closing(sqlite3.connect(file)) as database:
        [(subject, plan_id, _)] = database.execute("SELECT * FROM plan").fetchall()
    assert (subject, len(plan_id)) == ("subject", 16)


def a_diary(file: Path) -> None:
    file.write_text("Dear diary, today I counted to 1,000.\n" * 100)


def a_database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE diary (day TEXT)")


@pytest.mark.parametrize("write", [a_diary, a_database])
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_file_that_is_no_ledger_is_left_as_it_is(
    tmp_path: Path, own_clock: Clock, write: Callable[[Path], None], *, is_linked: bool
) -> None:
    file = tmp_path / "l"
    write(file)
    file.chmod(0o644)
    before = file.read_bytes()
    named = tmp_path / "link" if is_linked else file
    if is_linked:
        named.symlink_to(file)

    with pytest.raises(OSError, match="regular file" if is_linked else "not a ledger of recordings-mcp"):
        SqliteLedger(named, own_clock)

    assert (file.read_bytes(), mode_of(file), {*tmp_path.iterdir()}) == (before, 0o644, {file, named})


def test_a_link_to_an_empty_file_is_no_ledger(tmp_path: Path, own_clock: Clock) -> None:
    make_readable_for_all(tmp_path / "empty")
    (tmp_path / "l").symlink_to(tmp_path / "empty")
    before = mode_of(tmp_path / "empty")

    with pytest.raises(OSError, match="regular file"):
        SqliteLedger(tmp_path / "l", own_clock)

    assert (mode_of(tmp_path / "empty"), (tmp_path / "empty").stat().st_size) == (before, 0)


def test_a_pipe_is_refused_as_a_ledger_at_once(tmp_path: Path, own_clock: Clock) -> None:
    os.mkfifo(tmp_path / "l")

    with pytest.raises(OSError, match="regular file"):
        SqliteLedger(tmp_path / "l", own_clock)
