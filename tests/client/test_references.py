"""Ids and links are read, and an id never leaves its place in the address."""

from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from recordings_mcp.client import (
    InvalidInput,
    InvalidRecordingId,
    InvalidReference,
    RecordingReference,
    RecordingsError,
    SharedLinkLocked,
    SharedLinkNotFound,
    parse_recording_reference,
)
from recordings_mcp.sandbox import SANDBOX_API_KEY
from tests.client.recordings import CHECKOUT, Shop
from tests.client.scripted import HOST, ID, Answer, Scripted, connect
from tests.client.wording import table

pytestmark = pytest.mark.anyio

PREFIX = "/api/projects/7/session_recordings/"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (ID, RecordingReference(recording_id=ID)),
        (f"  {ID}\n", RecordingReference(recording_id=ID)),
        ("my session 1", RecordingReference(recording_id="my session 1")),
        (
            f"https://eu.posthog.com/project/7/replay/{ID}?t=90",
            RecordingReference(recording_id=ID, authority=("eu.posthog.com", 443), project_id=7, seconds=90),
        ),
        (
            f"EU.posthog.com/replay/{ID}?t=1m30s",
            RecordingReference(recording_id=ID, authority=("eu.posthog.com", 443), seconds=90),
        ),
        (
            f"http://localhost:8010/project/7/replay/home?sessionRecordingId={ID}#filters",
            RecordingReference(recording_id=ID, authority=("localhost", 8010), project_id=7),
        ),
        (
            f"https://eu.posthog.com/project/7/replay/playlists/abc?sessionRecordingId={ID}",
            RecordingReference(recording_id=ID, authority=("eu.posthog.com", 443), project_id=7),
        ),
        (
            f"https://eu.posthog.com/recordings#sessionRecordingId={ID}",
            RecordingReference(recording_id=ID, authority=("eu.posthog.com", 443)),
        ),
        (
            "https://eu.posthog.com/shared/Ab-9_token",
            RecordingReference(share_token="Ab-9_token", authority=("eu.posthog.com", 443)),
        ),
        (
            "https://eu.posthog.com/embedded/token.json?whitelabel=1",
            RecordingReference(share_token="token", authority=("eu.posthog.com", 443)),
        ),
    ],
)
def test_ids_replay_links_and_shared_links_are_read(text: str, reference: RecordingReference) -> None:
    assert parse_recording_reference(text) == reference


TOLD = snapshot("""\
''
    InvalidRecordingId: The recording id is empty. Give the recording's id, its address in
    PostHog (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'.'
    InvalidRecordingId: A recording id cannot consist of dots only.
'..'
    InvalidRecordingId: A recording id cannot consist of dots only.
'a\\x00b'
    InvalidRecordingId: A recording id cannot contain slashes, line breaks or invisible
    characters.
'a\\u202eb'
    InvalidRecordingId: A recording id cannot contain slashes, line breaks or invisible
    characters.
'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    InvalidRecordingId: A recording id has at most 200 characters; this one has more.
'../users/@me'
    InvalidReference: That link is not for a recording. Give the recording's id, its address in
    PostHog (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'https://eu.posthog.com/project/7/replay/home'
    InvalidReference: That link is not for a recording. Give the recording's id, its address in
    PostHog (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'https://eu.posthog.com/project/7/insights/abc'
    InvalidReference: That link is not for a recording. Give the recording's id, its address in
    PostHog (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'https://eu.posthog.com/project/seven/replay/abc'
    InvalidReference: The project in that link is not a number. Give the recording's id, its
    address in PostHog (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'https://eu.posthog.com/project/7/replay/019cd700-0000-7000-
    InvalidRecordingId: A recording id cannot contain slashes, line breaks or invisible
    characters.
'https://eu.posthog.com/shared/a%2F..%2Fapi'
    InvalidReference: The token of that shared link is not one that PostHog makes. Copy the link
    again.
'https://eu.posthog.com:port/replay/abc'
    InvalidReference: That is not a valid link. Give the recording's id, its address in PostHog
    (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'https://eu.posthog.com\\\\@evil.example/replay/abc'
    InvalidReference: That is not a valid link. Give the recording's id, its address in PostHog
    (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).
'https://eu.posthog.com/replay/xxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    InvalidReference: That is not a valid link. Give the recording's id, its address in PostHog
    (…/project/<number>/replay/<id>) or a shared link (…/shared/<token>).\
""")


def test_a_text_that_is_not_for_a_recording_is_refused_with_what_can_be_given() -> None:
    texts = [
        "",
        ".",
        "..",
        "a\x00b",
        "a\u202eb",
        "x" * 201,
        "../users/@me",
        "https://eu.posthog.com/project/7/replay/home",
        "https://eu.posthog.com/project/7/insights/abc",
        "https://eu.posthog.com/project/seven/replay/abc",
        f"https://eu.posthog.com/project/7/replay/{ID}%2Fsharing",
        "https://eu.posthog.com/shared/a%2F..%2Fapi",
        "https://eu.posthog.com:port/replay/abc",
        "https://eu.posthog.com\\@evil.example/replay/abc",
        f"https://eu.posthog.com/replay/{'x' * 3000}",
    ]
    assert table({repr(text)[:60]: refusal(text) for text in texts}) == TOLD


def refusal(text: str) -> str:
    with pytest.raises(InvalidInput) as error:
        parse_recording_reference(text)
    return f"{type(error.value).__name__}: {error.value}"


async def test_a_link_to_the_configured_project_resolves_without_a_request() -> None:
    server = Scripted()
    async with connect(server) as client:
        assert await client.resolve(f"{HOST}/project/7/replay/{ID}?t=3") == ID
    assert server.attempts == 0


@pytest.mark.parametrize(
    ("link", "message"),
    [
        (
            f"https://evil.example/project/7/replay/{ID}",
            "another host than the configured one, https://posthog.ex",
        ),
        (f"{HOST}:8443/project/7/replay/{ID}", "another host"),
        (f"https://posthog.example@evil.example/replay/{ID}", "another host"),
        ("https://evil.example/shared/token", "another host"),
        (f"{HOST}/project/8/replay/{ID}", "another project than the configured one, 7"),
    ],
)
async def test_a_link_to_elsewhere_is_refused_before_any_request(link: str, message: str) -> None:
    server = Scripted()
    async with connect(server) as client:
        with pytest.raises(InvalidReference, match=message):
            await client.resolve(link)
    assert server.attempts == 0


async def test_a_shared_link_resolves_to_the_recording_it_shows(shop: Shop) -> None:
    transport = shop.transport()
    async with shop.client(transport) as client:
        shared = await client.set_sharing(CHECKOUT, enabled=True)
        assert await client.resolve(str(shared.shared_url)) == CHECKOUT
    assert "Authorization" not in transport.requests[-1].headers


async def test_an_unknown_shared_link_is_an_error_that_says_so(shop: Shop) -> None:
    async with shop.client() as client:
        with pytest.raises(SharedLinkNotFound, match="sharing was disabled"):
            await client.resolve("http://localhost/shared/nothing")


async def test_a_shared_link_with_a_password_is_an_error_that_says_so(shop: Shop) -> None:
    transport = shop.transport(advanced_permissions=True)
    async with shop.client(transport) as client:
        shared = await client.set_sharing(CHECKOUT, enabled=True)
        sharing = f"http://localhost/api/projects/1/session_recordings/{CHECKOUT}/sharing/"
        key = {"Authorization": f"Bearer {SANDBOX_API_KEY}"}
        locked = httpx.Request("PATCH", sharing, json={"password_required": True}, headers=key)
        await transport.handle_async_request(locked)

        with pytest.raises(SharedLinkLocked, match=r"asks for a password.* id or its replay address"):
            await client.resolve(str(shared.shared_url))


async def test_a_shared_page_of_something_else_is_no_recording() -> None:
    async with connect(Scripted(Answer(body={"type": "scene", "dashboard": {"id": 3}}))) as client:
        with pytest.raises(SharedLinkNotFound):
            await client.resolve(f"{HOST}/shared/token")


def test_the_replay_address_is_where_a_person_watches() -> None:
    client = connect(Scripted())
    assert client.replay_url(ID, 61) == f"{HOST}/project/7/replay/{ID}?t=61"
    assert client.replay_url("a b?c") == f"{HOST}/project/7/replay/a%20b%3Fc"


HOSTILE = st.one_of(
    st.text(max_size=250),
    st.lists(st.sampled_from(["..", ".", "/", "\\", "%2f", "%2e", "?", "#", "@", ":", ";", "a", "\r\n"])).map(
        "".join
    ),
)


@given(HOSTILE)
async def test_whatever_the_id_is_the_request_keeps_its_prefix_and_the_id_its_segment(
    recording_id: str,
) -> None:
    server = Scripted(Answer(204))
    async with connect(server) as client:
        try:
            await client.delete(recording_id)
        except InvalidRecordingId:
            assert server.attempts == 0
            return
    [request] = server.requests
    path = request.url.raw_path.decode()
    assert path.startswith(PREFIX)
    assert path.removeprefix(PREFIX).count("/") == 1
    assert path.endswith("/")
    assert unquote(path.removeprefix(PREFIX).removesuffix("/")) == recording_id
    assert request.url.host == "posthog.example"
    assert "/" not in recording_id


@given(HOSTILE)
async def test_whatever_the_reference_is_only_the_configured_host_is_asked(text: str) -> None:
    server = Scripted(Answer(404))
    async with connect(server) as client:
        try:
            await client.resolve(text)
            await client.resolve(f"{HOST}/shared/{text}")
        except RecordingsError:
            pass
    assert {request.url.host for request in server.requests} <= {"posthog.example"}
    assert all(request.url.raw_path.startswith(b"/shared/") for request in server.requests)
