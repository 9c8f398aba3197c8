"""Sharing a recording with anybody who has the link."""

from datetime import timedelta
from pathlib import Path

import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey
from tests.sandbox.api import error
from tests.sandbox.conftest import Clock, OpenSandbox
from tests.sandbox.sharing import SHARING, share, shared_page
from tests.sandbox.shop import Recording

pytestmark = pytest.mark.anyio


async def test_before_the_first_change_each_read_returns_another_token(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    first, second = [(await client.get(f"{SHARING}/")).json() for _ in range(2)]
    assert first.pop("access_token") != second.pop("access_token")
    assert first == second
    assert first == {
        "created_at": None,
        "enabled": False,
        "settings": None,
        "password_required": False,
        "share_passwords": [],
    }


async def test_enabling_stores_one_token_that_opens_the_page(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    shared = await share(client, enabled=True)
    assert (shared["enabled"], shared["created_at"]) == (True, "2026-03-10T12:00:00Z")
    assert (await client.get(f"{SHARING}/")).json() == shared
    assert await shared_page(client, shared["access_token"]) == 200


async def test_disabling_closes_the_page_and_keeps_the_token(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    token = (await share(client, enabled=True))["access_token"]
    assert (await share(client, enabled=False))["access_token"] == token
    assert await shared_page(client, token) == 404
    assert (await share(client, enabled=True))["access_token"] == token
    assert await shared_page(client, token) == 200


async def test_sharing_does_not_check_that_the_recording_exists(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox()
    assert (await client.get(f"{SHARING}/")).status_code == 200
    assert (await share(client))["enabled"] is True


async def test_settings_are_written_and_unknown_ones_dropped(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    shared = await share(client, settings={"noHeader": True, "theme": "dark", "colour": "red"})
    assert shared["settings"] == {"noHeader": True, "theme": "dark"}
    assert shared["enabled"] is False
    response = await client.patch(f"{SHARING}/", json={"settings": {"theme": "pink"}})
    assert response.json() == error(
        "validation_error", "invalid_input", "Invalid settings format", "settings"
    )
    assert (await share(client, settings=None))["settings"] is None


async def test_a_flag_that_is_not_a_boolean_is_refused(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().patch(f"{SHARING}/", json={"enabled": "perhaps"})
    assert response.json() == error(
        "validation_error", "invalid_input", "Must be a valid boolean.", "enabled"
    )


async def test_reading_and_writing_have_their_own_scopes(open_sandbox: OpenSandbox) -> None:
    recording_scopes = frozenset({"session_recording:write"})
    client = open_sandbox(Recording("a"), keys=(ApiKey(value=SANDBOX_API_KEY, scopes=recording_scopes),))
    response = await client.get(f"{SHARING}/")
    assert response.json()["detail"] == "API key missing required scope 'sharing_configuration:read'"
    client = open_sandbox(
        keys=(ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"sharing_configuration:read"})),)
    )
    assert (await client.get(f"{SHARING}/")).status_code == 200
    for method, path in [
        ("PATCH", "/"),
        ("POST", "/refresh/"),
        ("POST", "/passwords/"),
        ("DELETE", "/passwords/1/"),
    ]:
        response = await client.request(method, SHARING + path, json=None if method == "DELETE" else {})
        assert response.json()["detail"] == "API key missing required scope 'sharing_configuration:write'"


async def test_a_viewer_may_not_share(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), keys=(ApiKey(value=SANDBOX_API_KEY, role="viewer"),))
    assert (await client.get(f"{SHARING}/")).status_code == 200
    assert (await client.patch(f"{SHARING}/", json={"enabled": True})).status_code == 403


async def test_an_organization_may_forbid_public_sharing(open_sandbox: OpenSandbox, tmp_path: Path) -> None:
    database = str(tmp_path / "posthog.sqlite")
    token = (await share(open_sandbox(Recording("a"), database=database)))["access_token"]
    client = open_sandbox(database=database, public_sharing=False)
    response = await client.patch(f"{SHARING}/", json={"enabled": True})
    assert response.status_code == 403
    assert response.json() == error(
        "authentication_error", "permission_denied", "Public sharing is disabled for this organization."
    )
    assert await shared_page(client, token) == 404
    assert (await share(client, enabled=False))["enabled"] is False


async def test_refreshing_gives_a_new_token_and_leaves_the_old_one_300_seconds(
    open_sandbox: OpenSandbox, clock: Clock
) -> None:
    client = open_sandbox(Recording("a"))
    old = await share(client, enabled=True, settings={"legend": True})
    response = await client.post(f"{SHARING}/refresh/")
    new = response.json()
    assert (response.status_code, new["enabled"], new["settings"]) == (200, True, {"legend": True})
    assert new["access_token"] != old["access_token"]
    assert (await client.get(f"{SHARING}/")).json() == new
    for seconds, status in [(0, 200), (299, 200), (300, 404)]:
        clock.now += timedelta(seconds=seconds) - (clock.now - Clock().now)
        assert await shared_page(client, old["access_token"]) == status
        assert await shared_page(client, new["access_token"]) == 200


async def test_refreshing_what_was_never_shared_shares_nothing(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    refreshed = (await client.post(f"{SHARING}/refresh/")).json()
    assert (refreshed["enabled"], refreshed["created_at"]) == (False, "2026-03-10T12:00:00Z")
    assert (await client.get(f"{SHARING}/")).json() == refreshed
    assert await shared_page(client, refreshed["access_token"]) == 404


async def test_requiring_a_password_needs_a_feature(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().patch(f"{SHARING}/", json={"password_required": True})
    assert response.status_code == 403
    assert response.json() == {"error": "Sharing with password requires the Advanced Permissions feature"}


async def test_a_password_is_shown_once(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), advanced_permissions=True)
    await share(client, enabled=True, password_required=True)
    response = await client.post(
        f"{SHARING}/passwords/", json={"raw_password": "open sesame", "note": "for Ali"}
    )
    assert response.status_code == 201
    assert response.json() == {
        "id": 1,
        "password": "open sesame",
        "note": "for Ali",
        "created_at": "2026-03-10T12:00:00Z",
        "created_by_email": "owner@shop.example",
    }
    assert (await client.get(f"{SHARING}/")).json()["share_passwords"] == [
        {
            "id": 1,
            "created_at": "2026-03-10T12:00:00Z",
            "note": "for Ali",
            "created_by_email": "owner@shop.example",
            "is_active": True,
        }
    ]


async def test_a_password_is_generated_if_none_is_given(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), advanced_permissions=True)
    await share(client, password_required=True)
    made_up = (await client.post(f"{SHARING}/passwords/")).json()
    assert len(made_up["password"]) >= 8
    assert made_up["note"] == ""


async def test_passwords_have_conditions(open_sandbox: OpenSandbox, tmp_path: Path) -> None:
    database = str(tmp_path / "posthog.sqlite")
    client = open_sandbox(Recording("a"), advanced_permissions=True, database=database)
    response = await client.post(f"{SHARING}/passwords/", json={})
    assert response.status_code == 400
    assert response.json() == {"error": "Password protection must be enabled before creating passwords"}
    await share(client, password_required=True)
    response = await client.post(f"{SHARING}/passwords/", json={"raw_password": "short"})
    assert response.json()["detail"] == "Password must be at least 8 characters long."
    response = await client.post(f"{SHARING}/passwords/", json={"note": "x" * 101})
    assert (response.status_code, response.json()["attr"]) == (400, "note")
    client = open_sandbox(database=database)
    for method, path in [("POST", "/passwords/"), ("DELETE", "/passwords/1/")]:
        response = await client.request(method, SHARING + path)
        assert response.status_code == 403
        assert response.json() == {"error": "Password management requires the Advanced Permissions feature"}


async def test_a_password_can_be_deleted_once(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), advanced_permissions=True)
    await share(client, password_required=True)
    identifier = (await client.post(f"{SHARING}/passwords/")).json()["id"]
    assert (await client.delete(f"{SHARING}/passwords/{identifier}/")).status_code == 204
    assert (await client.get(f"{SHARING}/")).json()["share_passwords"] == []
    response = await client.delete(f"{SHARING}/passwords/{identifier}/")
    assert response.json() == error("invalid_request", "not_found", "Password not found")


async def test_refreshing_copies_the_passwords(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), advanced_permissions=True)
    await share(client, enabled=True, password_required=True)
    await client.post(f"{SHARING}/passwords/", json={"note": "for Ali"})
    refreshed = (await client.post(f"{SHARING}/refresh/")).json()
    assert [password["note"] for password in refreshed["share_passwords"]] == ["for Ali"]
    assert refreshed["password_required"] is True
