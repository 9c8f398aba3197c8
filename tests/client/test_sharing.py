"""Sharing is read, set and renewed, and a useless token is never shown."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    MissingScope,
    PublicSharingDisabled,
    RecordingNotFound,
    Sharing,
    UnexpectedAnswer,
)
from tests.client.recordings import CHECKOUT, Shop
from tests.client.scripted import HOST, ID, Answer, Scripted, connect

pytestmark = pytest.mark.anyio


async def test_a_recording_that_was_never_shared_has_no_token(shop: Shop) -> None:
    async with shop.client() as client:
        first, second = await client.get_sharing(CHECKOUT), await client.get_sharing(CHECKOUT)
    assert first == second
    assert (first.enabled, first.access_token, first.shared_url, first.created_at) == (
        False,
        None,
        None,
        None,
    )


async def test_sharing_gives_a_link_until_it_is_switched_off(shop: Shop) -> None:
    async with shop.client() as client:
        enabled = await client.set_sharing(CHECKOUT, enabled=True)
        read = await client.get_sharing(CHECKOUT)
        disabled = await client.set_sharing(CHECKOUT, enabled=False)
    assert enabled.access_token is not None
    assert enabled.shared_url == f"http://localhost/shared/{enabled.access_token.get_secret_value()}"
    assert read == enabled
    assert (disabled.enabled, disabled.access_token, disabled.shared_url) == (False, None, None)


async def test_renewing_gives_another_link(shop: Shop) -> None:
    async with shop.client() as client:
        before = await client.set_sharing(CHECKOUT, enabled=True)
        after = await client.refresh_sharing(CHECKOUT)
        read = await client.get_sharing(CHECKOUT)
    assert after.enabled
    assert after.shared_url != before.shared_url
    assert read.shared_url == after.shared_url


async def test_renewing_what_is_not_shared_shares_nothing(shop: Shop) -> None:
    async with shop.client() as client:
        renewed = await client.refresh_sharing(CHECKOUT)
    assert (renewed.enabled, renewed.access_token, renewed.shared_url) == (False, None, None)


async def test_an_unknown_recording_cannot_be_published(shop: Shop) -> None:
    transport = shop.transport()
    async with shop.client(transport) as client:
        with pytest.raises(RecordingNotFound):
            await client.set_sharing("unknown", enabled=True)
    assert transport.sent == ["GET /unknown/"]


async def test_an_organization_may_forbid_publishing(shop: Shop) -> None:
    async with shop.client(public_sharing=False) as client:
        with pytest.raises(PublicSharingDisabled, match="administrator"):
            await client.set_sharing(CHECKOUT, enabled=True)


async def test_sharing_has_its_own_scope(shop: Shop) -> None:
    async with shop.client(scopes=frozenset({"session_recording:write"})) as client:
        with pytest.raises(MissingScope) as error:
            await client.get_sharing(CHECKOUT)
    assert error.value.scope == "sharing_configuration:read"


async def test_only_the_server_of_the_configuration_is_in_a_link() -> None:
    answer = {"enabled": True, "access_token": "a/../b", "shared_url": "https://evil.example"}
    async with connect(Scripted(Answer(body=answer))) as client:
        assert (await client.get_sharing(ID)).shared_url == f"{HOST}/shared/a%2F..%2Fb"


@pytest.mark.parametrize("answer", [{}, [], {"enabled": "maybe"}, None])
async def test_an_answer_that_does_not_say_whether_it_is_shared_is_an_error(answer: Any) -> None:
    async with connect(Scripted(Answer(body=answer))) as client:
        with pytest.raises(UnexpectedAnswer):
            await client.get_sharing(ID)


async def test_what_is_sent_is_what_was_asked(shop: Shop) -> None:
    transport = shop.transport()
    async with shop.client(transport) as client:
        await client.set_sharing(CHECKOUT, enabled=False)
        await client.refresh_sharing(CHECKOUT)
    sent = [(request.method, request.url.path, request.content) for request in transport.requests]
    assert sent == snapshot(
        [
            (
                "PATCH",
                "/api/projects/1/session_recordings/019cd700-0000-7000-8000-000000000001/sharing/",
                b'{"enabled": false}',
            ),
            (
                "POST",
                "/api/projects/1/session_recordings/019cd700-0000-7000-8000-000000000001/sharing/refresh/",
                b"",
            ),
        ]
    )
    assert Sharing(enabled=False).model_dump(exclude_none=True) == {"enabled": False}
