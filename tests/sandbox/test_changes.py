"""What can be changed about a recording: views, and that it is there at all."""

from typing import Any

import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey
from tests.sandbox.api import RECORDINGS, authorized, error, listed_ids, one_recording
from tests.sandbox.conftest import Clock, OpenSandbox
from tests.sandbox.shop import Recording

pytestmark = pytest.mark.anyio

NEITHER = error(
    "validation_error", "invalid_input", "At least one of 'viewed' or 'analyzed' must be provided."
)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_viewing_is_stored_for_the_user_and_answered_with_success_only(
    open_sandbox: OpenSandbox, method: str
) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.request(method, f"{RECORDINGS}/a/", json={"viewed": True})
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert (await one_recording(client, "a"))["viewed"] is True


async def test_others_are_shown_as_viewers_by_their_address(open_sandbox: OpenSandbox) -> None:
    colleague = ApiKey(value="phx_colleague", user="colleague@shop.example")
    client = open_sandbox(Recording("a"), keys=(ApiKey(value=SANDBOX_API_KEY), colleague))
    await client.patch(f"{RECORDINGS}/a/", json={"viewed": True}, headers=authorized("phx_colleague"))
    recording = await one_recording(client, "a")
    assert (recording["viewed"], recording["viewers"]) == (False, ["colleague@shop.example"])


@pytest.mark.parametrize(
    "body", [{}, {"viewed": False}, {"analyzed": False}, {"name": "x"}, {"deleted": True}]
)
async def test_neither_viewed_nor_analyzed_is_refused(
    open_sandbox: OpenSandbox, body: dict[str, Any]
) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.patch(f"{RECORDINGS}/a/", json=body)
    assert (response.status_code, response.json()) == (400, NEITHER)
    assert await one_recording(client, "a") == await one_recording(open_sandbox(), "a")


async def test_not_viewed_but_analyzed_marks_as_viewed_because_only_the_key_counts(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.patch(f"{RECORDINGS}/a/", json={"viewed": False, "analyzed": True})
    assert response.json() == {"success": True}
    assert (await one_recording(client, "a"))["viewed"] is True


async def test_marking_as_analyzed_changes_nothing_visible(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    before = await one_recording(client, "a")
    body = {"analyzed": True, "player_metadata": {"duration": 1}, "start_url": "http://elsewhere.example"}
    assert (await client.patch(f"{RECORDINGS}/a/", json=body)).json() == {"success": True}
    assert await one_recording(client, "a") == before


async def test_a_flag_that_is_not_a_boolean_is_refused(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.patch(f"{RECORDINGS}/a/", json={"viewed": "perhaps"})
    assert response.json() == error("validation_error", "invalid_input", "Must be a valid boolean.", "viewed")
    response = await client.patch(f"{RECORDINGS}/a/", json={"viewed": None})
    assert response.json() == error("validation_error", "null", "This field may not be null.", "viewed")


async def test_a_body_that_is_not_a_json_object_is_refused(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    response = await client.patch(f"{RECORDINGS}/a/", content=b"{")
    assert (response.status_code, response.json()["type"], response.json()["code"]) == (
        400,
        "invalid_request",
        "parse_error",
    )
    response = await client.patch(f"{RECORDINGS}/a/", json=[1])
    assert response.json()["detail"] == "Invalid data. Expected a dictionary, but got list."


async def test_updating_a_missing_recording_is_404(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().patch(f"{RECORDINGS}/nowhere/", json={"viewed": True})
    assert response.status_code == 404
    assert response.json() == error("invalid_request", "not_found", "Recording not found")


async def test_retrieving_a_missing_recording_is_404(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().get(f"{RECORDINGS}/nowhere/")
    assert response.status_code == 404
    assert response.json() == error("invalid_request", "not_found", "Recording not found")


async def test_a_deleted_recording_is_not_found_anywhere(open_sandbox: OpenSandbox, clock: Clock) -> None:
    client = open_sandbox(Recording("a"), Recording("b"))
    response = await client.delete(f"{RECORDINGS}/a/")
    assert (response.status_code, response.content) == (204, b"")
    assert await listed_ids(client) == ["b"]
    assert await listed_ids(client, session_ids=["a"], session_recording_id="a") == []
    assert (await client.get(f"{RECORDINGS}/a/")).status_code == 404
    assert (await client.patch(f"{RECORDINGS}/a/", json={"viewed": True})).status_code == 404
    for query in ("", "?source=blob_v2&start_blob_key=0&end_blob_key=0"):
        response = await client.get(f"{RECORDINGS}/a/snapshots{query}")
        assert response.status_code == 410
        assert response.json() == {
            "error": "recording_deleted",
            "message": "This recording has been permanently deleted",
            "deleted_at": int(clock.now.timestamp()),
            "deleted_by": "owner@shop.example",
        }


async def test_deleting_does_not_check_that_the_recording_exists(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    for recording_id in ("nowhere", "a", "a"):
        assert (await client.delete(f"{RECORDINGS}/{recording_id}/")).status_code == 204


async def test_a_deletion_that_fails_is_a_500_with_its_own_code(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), failing_deletions={"a"})
    response = await client.delete(f"{RECORDINGS}/a/")
    assert response.status_code == 500
    assert response.json() == error(
        "server_error", "recording_api_failure", "Failed to delete recording via recording-api"
    )
    assert await listed_ids(client) == ["a"]


async def test_bulk_deletion_skips_unknown_ids_and_counts_the_rest(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b"), Recording("c"), failing_deletions={"b"})
    await client.delete(f"{RECORDINGS}/c/")
    body = {"session_recording_ids": ["a", "b", "c", "nowhere"], "date_from": "-90d"}
    response = await client.post(f"{RECORDINGS}/bulk_delete/", json=body)
    assert response.json() == {
        "success": False,
        "deleted_count": 1,
        "total_requested": 4,
        "failed_ids": ["b"],
    }
    assert await listed_ids(client) == ["b"]


async def test_bulk_deletion_skips_what_a_viewer_may_not_delete(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), keys=(ApiKey(value=SANDBOX_API_KEY, role="viewer"),))
    response = await client.post(f"{RECORDINGS}/bulk_delete/", json={"session_recording_ids": ["a"]})
    assert response.json() == {"success": True, "deleted_count": 0, "total_requested": 1, "failed_ids": []}
    assert await listed_ids(client) == ["a"]


async def test_bulk_deletion_takes_1_to_100_ids(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    hundred = ["a", *(f"nowhere-{number}" for number in range(99))]
    response = await client.post(
        f"{RECORDINGS}/bulk_delete/", json={"session_recording_ids": [*hundred, "x"]}
    )
    assert response.status_code == 400
    assert response.json() == error(
        "validation_error", "invalid_input", "Cannot process more than 100 recordings at once"
    )
    response = await client.post(f"{RECORDINGS}/bulk_delete/", json={"session_recording_ids": hundred})
    assert (response.status_code, response.json()["deleted_count"]) == (200, 1)
    bodies: list[dict[str, Any]] = [{}, {"session_recording_ids": []}, {"session_recording_ids": "a"}]
    for body in bodies:
        response = await client.post(f"{RECORDINGS}/bulk_delete/", json=body)
        assert response.json()["detail"] == "session_recording_ids must be provided as a non-empty array"


async def test_bulk_deletion_needs_the_write_scope(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(keys=(ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"session_recording:read"})),))
    response = await client.post(f"{RECORDINGS}/bulk_delete/", json={"session_recording_ids": ["a"]})
    assert response.json()["detail"] == "API key missing required scope 'session_recording:write'"


async def test_some_servers_refuse_bulk_deletion_to_every_personal_key(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), bulk_delete="refused")
    response = await client.post(f"{RECORDINGS}/bulk_delete/", json={"session_recording_ids": ["a"]})
    assert response.status_code == 403
    assert response.json()["detail"] == "This action does not support personal API key access"
    assert await listed_ids(client) == ["a"]
