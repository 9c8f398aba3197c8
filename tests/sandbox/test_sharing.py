"""Sharing a recording with anybody who has the link."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey
from tests.sandbox.api import RECORDINGS, error
from tests.sandbox.conftest import Clock, OpenSandbox
from tests.sandbox.shop import Recording, snapshot

pytestmark = pytest.mark.anyio

SHARING = f"{RECORDINGS}/a/sharing"
NO_KEY = {"Authorization": ""}


async def share(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    response = await client.patch(f"{SHARING}/", json=changes or {"enabled": True})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


async def shared_page(client: httpx.AsyncClient, token: str) -> int:
    return (await client.get(f"/shared/{token}", headers=NO_KEY)).status_code


async def test_before_the_first_change_each_read_makes_up_another_token(open_sandbox: OpenSandbox) -> None:
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


async def test_sharing_does_not_look_whether_the_recording_is_there(open_sandbox: OpenSandbox) -> None:
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


async def test_a_flag_that_is_no_boolean_is_refused(open_sandbox: OpenSandbox) -> None:
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


async def test_a_password_is_made_up_when_none_is_given(open_sandbox: OpenSandbox) -> None:
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


async def test_a_password_locks_the_page_and_the_token(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), advanced_permissions=True)
    token = (await share(client, enabled=True, password_required=True))["access_token"]
    page = await client.get(f"/shared/{token}", headers=NO_KEY)
    assert '{"type": "unlock"}' in page.text
    response = await client.get(f"{RECORDINGS}/a/?sharing_access_token={token}", headers=NO_KEY)
    assert response.status_code == 401


async def test_the_shared_page_is_html_and_json(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    token = (await share(client, enabled=True, settings={"noHeader": True}))["access_token"]
    exported = {
        "type": "scene",
        "accessToken": token,
        "recording": {"id": "a", "recording_duration": None, "start_time": None, "end_time": None},
        "noHeader": True,
    }
    assert (await client.get(f"/shared/{token}.json", headers=NO_KEY)).json() == exported
    embedded = (await client.get(f"/embedded/{token}.json", headers=NO_KEY)).json()
    assert embedded == exported | {"type": "embed"}
    for kind in ("shared", "embedded", "shared_dashboard"):
        page = await client.get(f"/{kind}/{token}", headers=NO_KEY)
        assert page.headers["content-type"].startswith("text/html")
        assert token in page.text


async def test_parameters_do_not_change_how_a_page_looks(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    token = (await share(client))["access_token"]
    assert "noHeader" not in (await client.get(f"/shared/{token}.json?noHeader=true", headers=NO_KEY)).json()


async def test_an_unknown_token_and_a_deleted_recording_are_404(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    assert await shared_page(client, "unknown") == 404
    token = (await share(client))["access_token"]
    await client.delete(f"{RECORDINGS}/a/")
    assert await shared_page(client, token) == 404
    assert (await client.get(f"/shared/{token}.json", headers=NO_KEY)).status_code == 404


async def test_a_sharing_token_shows_four_fields_of_the_recording(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    token = (await share(client))["access_token"]
    response = await client.get(f"{RECORDINGS}/a/?sharing_access_token={token}", headers=NO_KEY)
    assert response.json() == {
        "id": "a",
        "recording_duration": 60,
        "start_time": "2026-03-10T11:00:00Z",
        "end_time": "2026-03-10T11:01:00Z",
    }


async def test_a_sharing_token_opens_the_snapshots_up_to_100_blobs_at_once(open_sandbox: OpenSandbox) -> None:
    lines = [snapshot(Recording("a").start, second) for second in range(120)]
    client = open_sandbox(Recording("a", lines=lines, blocks=[1] * 120))
    token = (await share(client))["access_token"]
    path = f"{RECORDINGS}/a/snapshots?sharing_access_token={token}"
    assert len((await client.get(path, headers=NO_KEY)).json()["sources"]) == 120
    several = f"{path}&source=blob_v2&start_blob_key=0&end_blob_key="
    assert len((await client.get(several + "100", headers=NO_KEY)).text.split("\n")) == 101
    response = await client.get(several + "101", headers=NO_KEY)
    assert response.json()["detail"] == "Cannot request more than 100 blob keys at once"


async def test_a_sharing_token_opens_nothing_else(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b"))
    token = (await share(client))["access_token"]
    for path in (
        f"{RECORDINGS}/b/",
        f"{RECORDINGS}/",
        f"{SHARING}/",
        "/api/projects/2/session_recordings/a/",
    ):
        response = await client.get(f"{path}?sharing_access_token={token}", headers=NO_KEY)
        assert response.status_code == 403, path
    response = await client.delete(f"{RECORDINGS}/a/?sharing_access_token={token}", headers=NO_KEY)
    assert response.status_code == 401
    assert response.json()["detail"] == "Sharing access token can only be used for GET requests."


async def test_a_wrong_sharing_token_is_401(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    disabled = (await share(client, enabled=False))["access_token"]
    for token in ("wrong", disabled):
        response = await client.get(f"{RECORDINGS}/a/?sharing_access_token={token}", headers=NO_KEY)
        assert (response.status_code, response.json()) == (
            401,
            error("authentication_error", "authentication_failed", "Sharing access token is invalid."),
        )
