"""Real clients before the real server: `make clients`, or `python -m tests.clients --only Inspector`.

Each client is installed in an environment of its own under .clients/, has the same conversation with the
sandbox, and what it got is checked. A table tells how it went. The exit code is 1 when a client failed, or when
none was installed; with --require-all also when one could not be installed.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

import anyio

from tests.clients.conversation import Mismatch
from tests.clients.environments import Environment, NotInstalled
from tests.clients.rows import all_rows
from tests.clients.runs import Row

_HEADINGS = ("client", "version", "transport", "protocol", "what was done", "result", "seconds")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with a row."""

    row: Row
    result: str
    what: str = ""
    protocol: str | None = None
    seconds: float = 0


async def _install(
    environments: Iterable[Environment], limiter: anyio.CapacityLimiter
) -> dict[Environment, str]:
    """Install what is not there; why some of it could not be."""
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
    try:
        done = await row.run()
    except (Mismatch, TimeoutError, OSError, RuntimeError) as error:
        return Outcome(row, f"FAILED: {type(error).__name__}: {error}", seconds=time.monotonic() - begun)
    return Outcome(row, "ok", done.what, done.protocol, time.monotonic() - begun)


async def _try_all(rows: list[Row], at_once: int) -> list[Outcome]:
    limiter = anyio.CapacityLimiter(at_once)
    begun = time.monotonic()
    missing = await _install(dict.fromkeys(need for row in rows for need in row.needs), limiter)
    _say(f"Installed in {time.monotonic() - begun:.0f} s.")
    outcomes: dict[Row, Outcome] = {}

    async def try_one(row: Row) -> None:
        why = [missing[need] for need in row.needs if need in missing]
        if why:
            outcomes[row] = Outcome(row, f"not installed: {why[0]}")
            return
        async with limiter:
            outcomes[row] = await _try(row)
        _say(f"{row.client} {row.version}, {row.transport}: {outcomes[row].result}")

    async with anyio.create_task_group() as tasks:
        for row in rows:
            tasks.start_soon(try_one, row)
    return [outcomes[row] for row in rows]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command a person runs prints


def _table(outcomes: list[Outcome]) -> str:
    lines = [" | ".join(_HEADINGS), " | ".join("---" for _ in _HEADINGS)]
    for outcome in outcomes:
        row = outcome.row
        protocol = outcome.protocol or ("not told" if outcome.result == "ok" else "")
        cells = [row.client, row.version, row.transport, protocol, outcome.what]
        result = " ".join(outcome.result.split()).replace("|", "/")
        lines.append(" | ".join([*cells, result, f"{outcome.seconds:.0f}"]))
    return "\n".join(f"| {line} |" for line in lines)


def main() -> int:
    """Try the clients, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="clients with this in their name")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--require-all", action="store_true", help="fail when one cannot be installed")
    options = parser.parse_args()
    rows = [row for row in all_rows() if options.only.lower() in f"{row.client} {row.version}".lower()]
    outcomes = anyio.run(_try_all, rows, options.at_once)
    print(_table(outcomes))  # noqa: T201 - same
    results = [outcome.result for outcome in outcomes]
    failed = any(result.startswith("FAILED") for result in results) or "ok" not in results
    return 1 if failed or (options.require_all and set(results) != {"ok"}) else 0


if __name__ == "__main__":
    sys.exit(main())
