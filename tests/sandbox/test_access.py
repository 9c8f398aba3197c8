"""Routes, scopes and keys: who may call what."""

from typing import Any

import httpx
import pytest

from recordings_mcp.sandbox import (
    SANDBOX_API_KEY,
    SANDBOX_SECOND_API_KEY,
    ApiKey,
    create_sandbox,
)
from tests.sandbox.api import RECORDINGS, authorized, error, list_recordings, listed_ids
from tests.sandbox.conftest import OpenSandbox, connect
from tests.sandbox.shop import Recording

pytestmark = pytest.mark.anyio

READS = ["", "/a", "/a/snapshots"]
REFUSED = [
    ("POST", "/bulk_viewed/"),
    ("POST", "/bulk_not_viewed/"),
    ("GET", "/a/viewed/"),
    ("GET", "/a/capture_diagnostics/"),
    ("GET", "/matching_events/"),
    ("POST", "/batch_check_exists/"),
    ("POST", "/a/summarize/"),
    ("POST", "/a/summarize/cancel/"),
    ("POST", "/ai/regex/"),
]


def keys(**key: Any) -> tuple[ApiKey, ...]:
    return (ApiKey(value=SANDBOX_API_KEY, **key),)


@pytest.mark.parametrize("path", READS)
async def test_list_retrieve_and_snapshots_need_the_read_scope(open_sandbox: OpenSandbox, path: str) -> None:
    client = open_sandbox(Recording("a"), keys=keys(scopes={"session_recording:read"}))
    assert (await client.get(RECORDINGS + path)).status_code == 200
    client = open_sandbox(keys=keys(scopes={"person:read"}))
    response = await client.get(RECORDINGS + path)
    assert response.status_code == 403
    assert response.json() == error(
        "authentication_error", "permission_denied", "API key missing required scope 'session_recording:read'"
    )


@pytest.mark.parametrize("path", READS)
async def test_the_write_scope_implies_the_read_scope(open_sandbox: OpenSandbox, path: str) -> None:
    client = open_sandbox(Recording("a"), keys=keys(scopes={"session_recording:write"}))
    assert (await client.get(RECORDINGS + path)).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
async def test_update_and_delete_need_the_write_scope(open_sandbox: OpenSandbox, method: str) -> None:
    client = open_sandbox(Recording("a"), keys=keys(scopes={"session_recording:read"}))
    response = await client.request(method, f"{RECORDINGS}/a/", json={"viewed": True})
    assert response.status_code == 403
    assert response.json() == error(
        "authentication_error",
        "permission_denied",
        "API key missing required scope 'session_recording:write'",
    )
    client = open_sandbox(keys=keys(scopes={"session_recording:write"}))
    response = await client.request(method, f"{RECORDINGS}/a/", json={"viewed": True})
    assert response.status_code == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize(("method", "path"), REFUSED)
async def test_an_action_without_a_scope_refuses_every_personal_key(
    open_sandbox: OpenSandbox, method: str, path: str
) -> None:
    client = open_sandbox(Recording("a"), keys=keys(scopes={"*"}))
    response = await client.request(method, RECORDINGS + path, json={} if method == "POST" else None)
    assert response.status_code == 403
    assert response.json() == error(
        "authentication_error", "permission_denied", "This action does not support personal API key access"
    )


@pytest.mark.parametrize(
    "action", ["properties", "persist", "errors", "similar", "analytics", "snapshot_file"]
)
async def test_actions_of_older_servers_are_gone(open_sandbox: OpenSandbox, action: str) -> None:
    response = await open_sandbox(Recording("a")).get(f"{RECORDINGS}/a/{action}/")
    assert (response.status_code, response.json()["detail"]) == (404, "Endpoint not found.")


async def test_a_viewer_may_read_and_not_write(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), keys=keys(role="viewer"))
    assert (await client.get(f"{RECORDINGS}/a/")).status_code == 200
    response = await client.patch(f"{RECORDINGS}/a/", json={"viewed": True})
    assert response.status_code == 403
    assert response.json()["code"] == "permission_denied"


@pytest.mark.parametrize("path", ["", "/a", "/a/snapshots", "/a/sharing"])
async def test_the_slash_at_the_end_of_a_path_is_optional(open_sandbox: OpenSandbox, path: str) -> None:
    client = open_sandbox(Recording("a"))
    for written in (path, path + "/"):
        assert (await client.get(RECORDINGS + written)).status_code == 200


async def test_environments_are_an_alias_of_projects(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.get("/api/environments/1/session_recordings/a/")
    assert response.json()["id"] == "a"


async def test_any_text_can_be_a_session_id(open_sandbox: OpenSandbox) -> None:
    identifier = "no uuid, but: " + "x" * 180
    client = open_sandbox(Recording(identifier))
    assert (await client.get(f"{RECORDINGS}/{identifier}")).json()["id"] == identifier
    assert await listed_ids(client, session_ids=[identifier]) == [identifier]


async def test_a_request_without_a_key_is_401(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox()
    response = await client.get(RECORDINGS, headers={"Authorization": ""})
    assert response.status_code == 401
    assert response.json() == error(
        "authentication_error", "not_authenticated", "Authentication credentials were not provided."
    )


@pytest.mark.parametrize("key", ["phx_unknown", "phc_project_token"])
async def test_a_key_that_does_not_exist_is_401(open_sandbox: OpenSandbox, key: str) -> None:
    response = await open_sandbox().get(RECORDINGS, headers=authorized(key))
    assert response.status_code == 401
    assert response.json() == error(
        "authentication_error",
        "authentication_failed",
        "Personal API key found in request Authorization header is invalid.",
    )


async def test_the_key_may_be_in_the_query_string(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    no_header = {"Authorization": ""}
    response = await client.get(RECORDINGS, params={"personal_api_key": SANDBOX_API_KEY}, headers=no_header)
    assert response.status_code == 400, "the parameter is a filter that the list does not know"
    response = await client.get(f"{RECORDINGS}/a?personal_api_key={SANDBOX_API_KEY}", headers=no_header)
    assert response.status_code == 200
    response = await client.get(f"{RECORDINGS}/a?personal_api_key=phx_unknown", headers=no_header)
    assert response.json()["detail"] == "Personal API key found in request query string is invalid."


async def test_a_key_of_another_project_is_refused_with_the_id_of_the_project(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.get(RECORDINGS, headers=authorized(SANDBOX_SECOND_API_KEY))
    assert response.status_code == 403
    assert response.json() == error(
        "authentication_error",
        "permission_denied",
        "API key does not have access to the requested project: ID 1.",
    )


async def test_a_key_of_some_projects_reaches_only_endpoints_of_projects_and_the_user(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox()
    header = authorized(SANDBOX_SECOND_API_KEY)
    response = await client.get("/api/projects/", headers=header)
    assert response.status_code == 403
    assert (
        response.json()["detail"]
        == "API keys with scoped projects are only supported on project-based endpoints."
    )
    assert (await client.get("/api/users/@me/", headers=header)).json()["team"]["id"] == 2
    assert (await client.get("/api/projects/2/", headers=header)).json()["id"] == 2


async def test_recordings_of_one_project_are_not_visible_in_another(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    other = "/api/projects/2/session_recordings"
    assert (await client.get(f"{other}/")).json()["results"] == []
    for path in ("/a", "/a/snapshots"):
        assert (await client.get(other + path)).json()["detail"] == "Recording not found"
    assert (await client.delete(f"{other}/a")).status_code == 204
    assert await listed_ids(client) == ["a"]


async def test_a_project_that_does_not_exist_is_404(open_sandbox: OpenSandbox) -> None:
    for project in ("99", "nonsense"):
        response = await open_sandbox().get(f"/api/projects/{project}/session_recordings/")
        assert response.status_code == 404
        assert response.json() == error("invalid_request", "not_found", "Project not found.")


async def test_current_names_the_current_project(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    assert (await client.get("/api/projects/@current/session_recordings/a")).status_code == 200
    response = await client.get("/api/projects/@current/", headers=authorized(SANDBOX_SECOND_API_KEY))
    assert response.json()["id"] == 2


async def test_a_path_that_does_not_exist_is_404_and_a_wrong_method_405(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.get("/api/nothing/")
    assert (response.status_code, response.json()) == (
        404,
        error("invalid_request", "not_found", "Endpoint not found."),
    )
    response = await client.post(f"{RECORDINGS}/a/")
    assert (response.status_code, response.json()) == (
        405,
        error("invalid_request", "method_not_allowed", 'Method "POST" not allowed.'),
    )


async def test_a_sandbox_can_be_made_with_fewer_scopes() -> None:
    app = create_sandbox(scopes=frozenset({"person:read"}))
    async with connect(app) as client:
        assert (await list_recordings(client)).status_code == 403
        assert (await client.get("/api/projects/1/persons/")).status_code == 200


async def test_two_sandboxes_share_nothing(open_sandbox: OpenSandbox) -> None:
    first: httpx.AsyncClient = open_sandbox(Recording("a"))
    second: httpx.AsyncClient = open_sandbox()
    await first.delete(f"{RECORDINGS}/a")
    assert await listed_ids(first) == []
    assert await listed_ids(second) == ["a"]
