"""What an answer may be: how large, how packed, of which shape; and where the key goes."""

import gzip

import httpx
import pytest

from recordings_mcp.client import RecordingsClient, RecordingsError, Timeouts, UnexpectedAnswer
from tests.client.scripted import HOST, ID, KEY, Answer, Scripted, bomb, connect

pytestmark = pytest.mark.anyio

GOOD = Answer(body={"id": ID})


async def failure(*answers: Answer | Exception) -> tuple[RecordingsError, int]:
    server = Scripted(*answers)
    async with connect(server) as client:
        with pytest.raises(RecordingsError) as error:
            await client.get(ID)
    return error.value, server.attempts


async def test_redirects_are_never_followed() -> None:
    server = Scripted(Answer(302, headers={"Location": "https://evil.example/"}))
    async with connect(server) as client:
        with pytest.raises(UnexpectedAnswer, match=r"is a redirect .* The host setting is probably wrong"):
            await client.get(ID)
    assert [request.url.host for request in server.requests] == ["posthog.example"]


async def test_a_web_page_in_place_of_an_answer_points_at_the_host_setting() -> None:
    with pytest.raises(
        UnexpectedAnswer, match=r"is a web page, not JSON\. The host setting is probably wrong"
    ):
        async with connect(Scripted(Answer(body=b"\n <!doctype html><title>Log in</title>"))) as client:
            await client.me()


@pytest.mark.alone
@pytest.mark.parametrize(
    "content",
    [
        b'{"id": NaN}',
        b'{"id": 1e999}',
        b'{"id": "\xff"}',
        b'{"id": "x"',
        b"[" * 1_000_000,
        b"[" * 2000 + b"]" * 2000,
        b"[" + b"[]," * 4_100_000 + b"[]]",
        b"",
    ],
    ids=[
        "NaN",
        "infinity",
        "invalid UTF-8",
        "cut off",
        "deep",
        "deep and closed",
        "too many values",
        "empty",
    ],
)
async def test_what_is_no_json_of_reasonable_shape_is_an_error(content: bytes) -> None:
    with pytest.raises(UnexpectedAnswer, match="The server's answer"):
        async with connect(Scripted(Answer(body=content))) as client:
            await client.get(ID)


async def test_gzip_is_requested_and_decompressed() -> None:
    packed = gzip.compress(b'{"id": ') + gzip.compress(b'"x"}')
    server = Scripted(Answer(body=packed, headers={"Content-Encoding": "gzip"}))
    async with connect(server) as client:
        assert (await client.get(ID)).id == "x"
    assert server.requests[0].headers["Accept-Encoding"] == "gzip"


BOMB = bomb(256 << 20)
GZIP = {"Content-Encoding": "gzip"}
PACKED = gzip.compress(b'{"id": "x"}')


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(body=BOMB, headers=GZIP), "expands suspiciously"),
        (
            Answer(body=gzip.compress(BOMB), headers={"Content-Encoding": "gzip, gzip"}),
            "not requested",
        ),
        (Answer(body=b"x", headers={"Content-Encoding": "br"}), "not requested"),
        (Answer(body=b"x", headers={"Content-Encoding": "zstd"}), "not requested"),
        (Answer(body=PACKED[:-12], headers=GZIP), "broke off before its end"),
        (Answer(body=PACKED[:12] + b"\xff" * 8 + PACKED[20:], headers=GZIP), "is damaged"),
        (Answer(body=b"not gzip at all", headers=GZIP), "is damaged"),
        (Answer(body=b" " * (65 << 20)), "larger than this client accepts"),
    ],
    ids=["bomb", "bomb in a bomb", "brotli", "zstd", "cut off", "damaged", "not packed", "too large"],
)
async def test_a_body_is_decompressed_within_limits(answer: Answer, message: str) -> None:
    server = Scripted(answer)
    async with connect(server) as client:
        with pytest.raises(RecordingsError, match=message):
            await client.get(ID)
    assert all(body.closed for body in server.bodies)


async def test_a_bomb_in_a_refusal_does_not_hide_the_refusal() -> None:
    error, _ = await failure(Answer(404, BOMB, GZIP))
    assert "no recording with that id" in str(error)


async def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    server = Scripted(Answer(body=PACKED[:5], headers=GZIP, broken=httpx.ReadError("reset")), GOOD)
    async with connect(server) as client:
        assert (await client.get(ID)).id == ID
    assert server.attempts == 2


async def test_the_key_travels_in_its_header_and_nowhere_else() -> None:
    server = Scripted(GOOD)
    async with connect(server) as client:
        await client.get(ID)
        shown = repr(client) + str(client) + repr(vars(client)) + repr(vars(client._connection))
    [request] = server.requests
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in str(request.url) + request.content.decode() + shown


async def test_a_request_says_who_asks_and_nothing_about_this_machine() -> None:
    server = Scripted(Answer(body={"id": ID}))
    async with connect(server) as client:
        await client.get(ID)
        await client.update(ID, viewed=True)

    read, change = (dict(request.headers) for request in server.requests)
    assert read == {
        "host": "posthog.example",
        "accept": "application/json",
        "accept-encoding": "gzip",
        "user-agent": "recordings-mcp",
        "authorization": f"Bearer {KEY}",
    }
    assert change == read | {"content-type": "application/json", "content-length": change["content-length"]}


async def test_each_step_of_a_request_has_the_time_that_was_set_for_it() -> None:
    server = Scripted(Answer(body={"id": ID}))
    timeouts = Timeouts(connect=1, read=2, write=3, pool=4)
    async with RecordingsClient(
        host=HOST, project_id=7, api_key=KEY, timeouts=timeouts, transport=server
    ) as client:
        await client.get(ID)

    assert server.requests[0].extensions == {"timeout": {"connect": 1, "read": 2, "write": 3, "pool": 4}}
