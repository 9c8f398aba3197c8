"""Trying rows: install what they need, run them a few at a time, tell how it went."""

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import anyio

from tests.clients.environments import Environment, NotInstalled
from tests.clients.runs import Done, Row

_HEADINGS = ("client", "version", "transport", "protocol", "what was done", "result", "seconds")
_INSTALLED_AT_ONCE = 4
"""Installing waits for the network more than for the processor."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with a row.

    Attributes:
        row: The row.
        result: In one word.
        reason: Why not, unless it is ok.
        done: What was done, if it is ok.
        seconds: How long it took.
    """

    row: Row
    result: Literal["ok", "FAILED", "not installed"]
    reason: str = ""
    done: Done | None = None
    seconds: float = 0


async def try_all(rows: Sequence[Row], at_once: int) -> list[Outcome]:
    """Try the rows, so many at once, and say on stderr how far it is."""
    begun = time.monotonic()
    missing = await _install(dict.fromkeys(need for row in rows for need in row.needs))
    _say(f"Installed in {time.monotonic() - begun:.0f} s.")
    limiter = anyio.CapacityLimiter(at_once)
    outcomes: dict[int, Outcome] = {}

    async def try_one(place: int, row: Row) -> None:
        reasons = [missing[need] for need in row.needs if need in missing]
        async with limiter:
            outcomes[place] = Outcome(row, "not installed", reasons[0]) if reasons else await _try(row)
        _say(f"{row.client} {row.version}, {row.transport}: {outcomes[place].result}")

    async with anyio.create_task_group() as tasks:
        for place, row in enumerate(rows):
            tasks.start_soon(try_one, place, row)
    return [outcomes[place] for place in range(len(rows))]


async def _install(environments: Iterable[Environment]) -> dict[Environment, str]:
    """Install what is not there; gives why some of it could not be."""
    limiter = anyio.CapacityLimiter(_INSTALLED_AT_ONCE)
    missing: dict[Environment, str] = {}

    async def install(environment: Environment) -> None:
        try:
            await anyio.to_thread.run_sync(environment.install, limiter=limiter)
        except NotInstalled as error:
            missing[environment] = str(error)

    async with anyio.create_task_group() as tasks:
        for environment in environments:
            tasks.start_soon(install, environment)
    return missing


async def _try(row: Row) -> Outcome:
    begun = time.monotonic()
    done, reason = None, ""
    try:
        done = await row.run()
    except* Exception as errors:  # noqa: BLE001 - whatever one client does, the others are still tried
        error = _first(errors)
        reason = f"{type(error).__name__}: {error}"
    return Outcome(row, "ok" if done else "FAILED", reason, done, time.monotonic() - begun)


def _first(errors: BaseExceptionGroup[Exception]) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command a person runs prints


def table(outcomes: Sequence[Outcome]) -> str:
    """How it went, as a table in Markdown."""
    rows = [_HEADINGS, tuple("---" for _ in _HEADINGS), *map(_cells, outcomes)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _cells(outcome: Outcome) -> tuple[str, ...]:
    row, done = outcome.row, outcome.done
    protocol, what = (done.protocol or "unknown", done.what) if done else ("", "")
    result = f"{outcome.result}: {outcome.reason}" if outcome.reason else outcome.result
    result = " ".join(result.split()).replace("|", "/")
    return row.client, row.version, row.transport, protocol, what, result, f"{outcome.seconds:.0f}"


def exit_code(outcomes: Sequence[Outcome], *, require_all: bool) -> int:
    """1 when a client failed or none could be tried; if all are required, also when one is not installed."""
    results = {outcome.result for outcome in outcomes}
    return 0 if results == {"ok"} or (results == {"ok", "not installed"} and not require_all) else 1
