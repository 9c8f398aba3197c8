"""How much faster ten recordings are read together than one after the other: `make bench`.

Ten recordings of some megabytes are downloaded from the sandbox and walked as `compare_recordings` does:
together, and one after the other as ten separate calls would. The sandbox answers each request once; after
that its answers come from memory, so that its own time is not counted. Both ways alternate, so that other
load on the machine slows both.
"""

import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import anyio
import httpx
import orjson
from anyio import to_thread

from benchmarks.command_line import named
from benchmarks.inputs import RECORDINGS, in_sequence, recordings, up_to
from recordings_mcp.client import RecordingsClient, application_transport
from recordings_mcp.reading.read_many import DigestedRecording, ManyRecordings
from recordings_mcp.reading.timelines import Timelines
from recordings_mcp.reading.walking import WorkerPool
from recordings_mcp.replay import digest_timeline
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID, SandboxSettings, create_sandbox

COMPARED = 10
MEGABYTES = 8
RUNS = 3


class AnswersFromMemory(httpx.AsyncBaseTransport):
    """Sends each request to the sandbox once, and caches the answer."""

    def __init__(self, folder: Path) -> None:
        self._sandbox = application_transport(create_sandbox(SandboxSettings(recordings=folder)))
        self._answers: dict[str, tuple[int, httpx.Headers, bytes]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; the body comes in pieces, as from a network."""
        key = f"{request.url} {(await request.aread()).decode()}"
        if key not in self._answers:
            response = await self._sandbox.handle_async_request(request)
            body = b"".join([piece async for piece in response.aiter_raw()])
            self._answers[key] = (response.status_code, response.headers, body)
        status, headers, body = self._answers[key]
        return httpx.Response(status, headers=headers, stream=Pieces(body))


class Pieces(httpx.AsyncByteStream):
    """A body in pieces of 64 KiB."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces."""
        for at in range(0, len(self._body), 65_536):
            yield self._body[at : at + 65_536]


def write_recordings(folder: Path, count: int = COMPARED, megabytes: int = MEGABYTES) -> list[str]:
    """Write recordings of the sandbox's sessions, each beginning with another, and return their ids."""
    sources = recordings()
    metadata = orjson.loads(next(RECORDINGS.glob("*/recording.json")).read_bytes())
    names = [f"long-session-{number}" for number in range(count)]
    for number, name in enumerate(names):
        begin = 3 * number % len(sources)
        turned = sources[begin:] + sources[:begin]
        lines = list(up_to(megabytes, in_sequence(turned)))
        target = folder / name
        target.mkdir()
        (target / "recording.json").write_bytes(orjson.dumps(metadata | {"id": name, "blocks": None}))
        (target / "snapshots.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines) + b"\n", 1))
    return names


async def together(client: RecordingsClient, workers: WorkerPool, names: Sequence[str]) -> None:
    """Read them as `compare_recordings` does."""
    results = await ManyRecordings(client, Timelines(client, workers), pass_over).read(names)
    if not all(isinstance(result, DigestedRecording) for result in results):
        raise RuntimeError(str(results))


async def in_turn(client: RecordingsClient, workers: WorkerPool, names: Sequence[str]) -> None:
    """Read them as separate calls for one recording do."""
    timelines = Timelines(client, workers)
    for name in names:
        read = await timelines.read(name, pass_over)
        await to_thread.run_sync(digest_timeline, read.timeline)


async def pass_over(*_progress: int) -> None:
    """Ignore the progress."""


async def seconds(
    work: Callable[[RecordingsClient, WorkerPool, Sequence[str]], Awaitable[None]],
    client: RecordingsClient,
    workers: WorkerPool,
    names: Sequence[str],
) -> float:
    """Return the wall-clock time, which processes share."""
    begun = time.perf_counter()
    await work(client, workers, names)
    return time.perf_counter() - begun


async def measured(folder: Path) -> list[tuple[float, float]]:
    """Return the seconds of both ways, for each run."""
    names = write_recordings(folder)
    transport = AnswersFromMemory(folder)
    client = RecordingsClient(
        host="https://sandbox.test",
        project_id=SANDBOX_PROJECT_ID,
        api_key=SANDBOX_API_KEY,
        transport=transport,
    )
    async with client, WorkerPool() as workers:
        await in_turn(client, workers, names)
        return [
            (
                await seconds(together, client, workers, names),
                await seconds(in_turn, client, workers, names),
            )
            for _ in range(RUNS)
        ]


def compare() -> None:
    """Print the ratio."""
    named("How much faster ten recordings are read together than one after the other.")
    with TemporaryDirectory() as folder:
        runs = anyio.run(measured, Path(folder))
    ratio = median(run[0] / run[1] for run in runs)
    best = [min(times) for times in zip(*runs, strict=True)]
    print(
        f"{COMPARED} recordings of {MEGABYTES} MB: together {best[0]:.2f} s, "
        f"one after the other {best[1]:.2f} s, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    compare()
