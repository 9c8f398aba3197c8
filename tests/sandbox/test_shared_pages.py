"""What the holder of a link to a shared recording gets."""

import pytest

from tests.sandbox.api import RECORDINGS, error
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.sharing import NO_KEY, SHARING, share, shared_page
from tests.sandbox.shop import Recording, snapshot

pytestmark = pytest.mark.anyio


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
