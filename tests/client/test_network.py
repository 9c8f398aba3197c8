"""Failures of the network: attempts, waits, and the error that the caller gets."""

import gzip
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    RateBudget,
    RecordingsClient,
    RecordingsError,
    ServerFailed,
    Throttled,
    Unreachable,
    deadline,
)
from tests.client.clock import StandingClock
from tests.client.scripted import HOST, ID, KEY, Answer, Scripted, connect
from tests.client.wording import table

pytestmark = pytest.mark.anyio

GOOD = Answer(body={"id": ID})


def caused_by(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


FAILURES = {
    "refused": httpx.ConnectError("[Errno 111] to https://secret.example"),
    "no such name": caused_by(httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known")),
    "certificate": caused_by(httpx.ConnectError("x"), ssl.SSLCertVerificationError("self-signed")),
    "proxy": httpx.ProxyError("407"),
    "connecting takes too long": httpx.ConnectTimeout("x"),
    "answering takes too long": httpx.ReadTimeout("x"),
    "all connections are busy": httpx.PoolTimeout("x"),
    "reset": httpx.ReadError("Connection reset by peer"),
    "not HTTP": httpx.RemoteProtocolError("illegal status line: b'SECRET'"),
}


async def failure(*answers: Answer | Exception) -> tuple[RecordingsError, int]:
    server = Scripted(*answers)
    async with connect(server) as client:
        with pytest.raises(RecordingsError) as error:
            await client.get(ID)
    return error.value, server.attempts


async def test_each_failure_of_the_network_says_what_to_check() -> None:
    texts: dict[str, str] = {}
    for name, raised in FAILURES.items():
        error, attempts = await failure(raised)
        assert isinstance(error, Unreachable)
        texts[name] = f"{error} [{attempts} attempts, may have arrived: {error.may_have_arrived}]"
    assert table(texts) == snapshot("""\
refused
    The host could not be reached. Check that it is up, the host setting and this machine's
    network. [3 attempts, may have arrived: False]
no such name
    The host name could not be resolved. Check the host setting and this machine's network. [3
    attempts, may have arrived: False]
certificate
    The server's certificate could not be verified. Check the host setting and this machine's
    clock; a private certificate authority must be made known to Python. [3 attempts, may have
    arrived: False]
proxy
    The proxy that the environment variables name could not be used. Check it, or turn proxies
    off. [3 attempts, may have arrived: False]
connecting takes too long
    The host could not be reached. Check that it is up, the host setting and this machine's
    network. [3 attempts, may have arrived: False]
answering takes too long
    PostHog did not answer in time. Try again; if it persists, ask for less or check PostHog's
    status. [3 attempts, may have arrived: True]
all connections are busy
    Too many concurrent requests; retry shortly. [3 attempts, may have arrived: False]
reset
    The connection to PostHog broke before the answer was complete. Try again. [3 attempts, may
    have arrived: True]
not HTTP
    The connection to PostHog broke before the answer was complete. Try again. [3 attempts, may
    have arrived: True]\
""")


async def test_no_failure_is_chained_to_an_object_that_holds_the_key() -> None:
    request = httpx.Request("GET", "https://posthog.example", headers={"Authorization": KEY})
    error, _ = await failure(httpx.ReadError("reset", request=request))
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(
    "answer", [httpx.ReadTimeout("x"), Answer(429), Answer(502), Answer(503), Answer(504)]
)
async def test_a_read_with_a_transient_failure_is_retried(answer: Answer | Exception) -> None:
    server = Scripted(answer, answer, GOOD)
    async with connect(server) as client:
        assert (await client.get(ID)).id == ID
    assert server.attempts == 3


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("x"), Answer(429), Answer(502), Answer(503)])
async def test_a_read_is_tried_three_times_and_no_more(answer: Answer | Exception) -> None:
    _, attempts = await failure(answer)
    assert attempts == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 512])
async def test_permanent_failures_are_not_retried(status: int) -> None:
    _, attempts = await failure(Answer(status))
    assert attempts == 1


async def test_a_query_in_a_body_is_a_read_too() -> None:
    server = Scripted(Answer(503), Answer(body={"results": []}))
    async with connect(server) as client:
        assert await client.session_events(ID) == []
    assert server.attempts == 2


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("x"), httpx.ReadError("x"), Answer(502), Answer(500)])
async def test_a_change_that_may_have_arrived_is_sent_once_and_its_outcome_is_reported_as_unknown(
    answer: Answer | Exception,
) -> None:
    server = Scripted(answer)
    async with connect(server) as client:
        with pytest.raises(RecordingsError, match="It is not known whether the change was made") as error:
            await client.update(ID, viewed=True)
    assert error.value.outcome_unknown
    assert server.attempts == 1


@pytest.mark.parametrize("answer", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), Answer(429)])
async def test_a_change_that_never_arrived_is_sent_again(answer: Answer | Exception) -> None:
    server = Scripted(answer, Answer(body={"success": True}))
    async with connect(server) as client:
        await client.update(ID, viewed=True)
    assert server.attempts == 2


@pytest.mark.parametrize("answer", [httpx.ConnectError("x"), Answer(429), Answer(403)])
async def test_a_change_that_was_refused_or_never_arrived_has_a_known_outcome(
    answer: Answer | Exception,
) -> None:
    async with connect(Scripted(answer)) as client:
        with pytest.raises(RecordingsError) as error:
            await client.update(ID, viewed=True)
    assert not error.value.outcome_unknown


@pytest.mark.parametrize(
    ("header", "seconds", "attempts", "waited"),
    [
        (None, None, 3, [1, 2]),
        ("0", 0, 3, [1, 2]),
        ("-1", None, 3, [1, 2]),
        ("NaN", None, 3, [1, 2]),
        ("inf", None, 3, [1, 2]),
        ("soon", None, 3, [1, 2]),
        ("", None, 3, [1, 2]),
        ("9" * 400, None, 3, [1, 2]),
        ("2.5", 2.5, 3, [2.5, 2.5]),
        ("25", 25, 3, [25, 25]),
        ("31", 31, 2, [31]),
        ("61", 61, 1, []),
        ("1e9", 1e9, 1, []),
    ],
)
async def test_a_429_is_waited_for_while_there_is_time_and_reported_otherwise(
    header: str | None, seconds: float | None, attempts: int, waited: list[float]
) -> None:
    clock = StandingClock()
    server = Scripted(Answer(429, headers={} if header is None else {"Retry-After": header}))
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with pytest.raises(Throttled) as error:
            await client.get(ID)
    assert (error.value.retry_after, server.attempts, clock.slept) == (seconds, attempts, waited)


async def test_a_429_until_a_date_is_reported_in_seconds() -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    error, attempts = await failure(Answer(429, headers={"Retry-After": format_datetime(at, usegmt=True)}))
    assert isinstance(error, Throttled)
    assert error.retry_after == pytest.approx(3600, abs=5)
    assert attempts == 1


async def test_waits_between_attempts_are_jitter_below_a_ceiling_that_doubles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ranges: list[tuple[float, float]] = []

    def longest(low: float, high: float) -> float:
        ranges.append((low, high))
        return high

    monkeypatch.setattr("recordings_mcp.client._retry.uniform", longest)
    clock = StandingClock()
    async with connect(Scripted(Answer(502)), rate_budget=RateBudget(clock=clock)) as client:
        with pytest.raises(ServerFailed):
            await client.get(ID)

    assert ranges[:2] == [(0, 0.5), (0, 1)]
    assert clock.slept == [0.5, 1]


async def test_no_wait_is_started_that_is_longer_than_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def longest(_low: float, high: float) -> float:
        return high

    monkeypatch.setattr("recordings_mcp.client._retry.uniform", longest)
    clock = StandingClock()
    server = Scripted(Answer(502))
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with deadline(0.7, clock=clock), pytest.raises(ServerFailed):
            await client.get(ID)

    assert (server.attempts, clock.slept) == (2, [0.5])


@pytest.mark.parametrize(
    "answer", [httpx.ReadError("reset by https://secret.example"), Answer(429), Answer(502)]
)
async def test_a_repeated_request_is_logged_without_what_was_asked(
    answer: Answer | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    await failure(answer)

    kind = {429: "429", 502: "ServerFailed"}.get(getattr(answer, "status", 0), "Unreachable")
    assert caplog.messages == [
        f"A request to PostHog failed ({kind}); attempt {attempt} follows." for attempt in (2, 3)
    ]


@pytest.mark.parametrize(("retry_after", "waits"), [("1.5", [1.5]), ("1.6", [])])
async def test_a_429_is_waited_for_until_the_deadline_and_not_longer(
    retry_after: str, waits: list[float]
) -> None:
    clock = StandingClock()
    server = Scripted(Answer(429, headers={"Retry-After": retry_after}), GOOD)
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with deadline(1.5, clock=clock), pytest.raises(RecordingsError):
            await client.get(ID)

    assert (server.attempts, clock.slept) == (1, waits)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_transport_may_answer_with_a_whole_body(encoding: str) -> None:
    packed = {"identity": b'{"id": "one"}', "gzip": gzip.compress(b'{"id": "one"}')}

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=packed[encoding], headers={"Content-Encoding": encoding})

    client = RecordingsClient(host=HOST, api_key=KEY, project_id="7", transport=httpx.MockTransport(answer))
    async with client:
        assert (await client.get("one")).id == "one"


async def test_nothing_is_sent_after_the_end() -> None:
    server = Scripted(GOOD)
    async with connect(server) as client:
        await client.get(ID)

    with pytest.raises(RuntimeError, match=r"^The client was closed\.$"):
        await client.get(ID)
    assert server.attempts == 1
