"""The query endpoint: the events of one session, and the listing by POST."""

import json
from typing import Any

import httpx
import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey
from tests.sandbox.api import RECORDINGS, error, list_recordings
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import Event, Recording

pytestmark = pytest.mark.anyio

QUERY = "/api/projects/1/query/"
SESSION = Recording("a", events=[Event("second", {"n": 2}, 2), Event("first", {"n": 1}, 1)])


async def ask(client: httpx.AsyncClient, hogql: str, **more: Any) -> httpx.Response:
    return await client.post(QUERY, json={"query": {"kind": "HogQLQuery", "query": hogql, **more}})


async def test_the_events_of_a_session_come_oldest_first(open_sandbox: OpenSandbox) -> None:
    hogql = "select uuid, event, timestamp, properties from events where $session_id = 'a' order by timestamp"
    body = (await ask(open_sandbox(SESSION, Recording("b", events=[Event("other")])), hogql)).json()
    assert body["columns"] == ["uuid", "event", "timestamp", "properties"]
    rows = [(row[:3], json.loads(row[3])) for row in body["results"]]
    assert rows == [
        (["a-1", "first", "2026-03-10T11:00:01Z"], {"n": 1, "$session_id": "a"}),
        (["a-0", "second", "2026-03-10T11:00:02Z"], {"n": 2, "$session_id": "a"}),
    ]
    assert (body["hasMore"], body["error"]) == (False, None)


@pytest.mark.parametrize(
    ("hogql", "events"),
    [
        (
            "SELECT event FROM events WHERE properties.$session_id = 'a' ORDER BY timestamp DESC",
            ["second", "first"],
        ),
        ("select event from events where $session_id='a' order by timestamp asc limit 1", ["first"]),
        ("select event from events where $session_id = 'a' order by timestamp limit 5 offset 1;", ["second"]),
        ("select event\nfrom events\nwhere $session_id = 'nowhere'", []),
    ],
)
async def test_the_documented_query_may_vary_in_case_and_spacing(
    open_sandbox: OpenSandbox, hogql: str, events: list[str]
) -> None:
    assert [row[0] for row in (await ask(open_sandbox(SESSION), hogql)).json()["results"]] == events


async def test_the_session_may_be_a_placeholder_or_quoted(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("o'neil\\", events=[Event("e")]))
    response = await ask(
        client, "select event from events where $session_id = {session}", values={"session": "o'neil\\"}
    )
    assert response.json()["results"] == [["e"]]
    for quoted in (r"'o\'neil\\'", r"'o''neil\\'"):
        response = await ask(client, f"select event from events where $session_id = {quoted}")  # noqa: S608 (a test)
        assert response.json()["results"] == [["e"]]
    response = await ask(client, "select event from events where $session_id = {nothing}")
    assert response.status_code == 400


async def test_without_a_limit_100_rows_come_back(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", events=[Event("e", after=n / 10) for n in range(130)]))
    body = (await ask(client, "select uuid from events where $session_id = 'a'")).json()
    assert (len(body["results"]), body["hasMore"], body["limit"]) == (100, True, 100)
    body = (await ask(client, "select uuid from events where $session_id = 'a' limit 130")).json()
    assert (len(body["results"]), body["hasMore"]) == (130, False)


@pytest.mark.parametrize(
    "hogql",
    [
        "",
        "select 1",
        "select event from events",
        "select event from persons where $session_id = 'a'",
        "select event from events where $session_id = 'a' or 1 = 1",
        "select event from events where $session_id = 'a'; drop table event",
        "select mood from events where $session_id = 'a'",
        "select " + " " * 100_000,
        "select event" + " ," * 50_000,
        "select event from events where $session_id = '" + "\\'" * 50_000,
    ],
)
async def test_any_other_question_is_refused(open_sandbox: OpenSandbox, hogql: str) -> None:
    response = await ask(open_sandbox(SESSION), hogql)
    assert response.status_code == 400
    assert (response.json()["type"], response.json()["code"]) == ("validation_error", "invalid_input")


async def test_an_unknown_field_is_named(open_sandbox: OpenSandbox) -> None:
    response = await ask(open_sandbox(), "select mood from events where $session_id = 'a'")
    assert response.json() == error("validation_error", "invalid_input", "Unable to resolve field: mood")


@pytest.mark.parametrize(
    "body", [{}, {"query": "select 1"}, {"query": {}}, {"query": {"kind": "FunnelsQuery"}}]
)
async def test_a_body_without_a_known_query_is_refused(
    open_sandbox: OpenSandbox, body: dict[str, Any]
) -> None:
    assert (await open_sandbox().post(QUERY, json=body)).status_code == 400


async def test_the_query_endpoint_has_its_own_scope(open_sandbox: OpenSandbox) -> None:
    scopes = frozenset({"session_recording:read"})
    client = open_sandbox(keys=(ApiKey(value=SANDBOX_API_KEY, scopes=scopes),))
    response = await ask(client, "select event from events where $session_id = 'a'")
    assert response.json()["detail"] == "API key missing required scope 'query:read'"


async def test_events_of_another_project_are_not_found(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(SESSION)
    body = {"query": {"kind": "HogQLQuery", "query": "select event from events where $session_id = 'a'"}}
    assert (await client.post("/api/projects/2/query/", json=body)).json()["results"] == []


async def test_events_survive_the_deletion_of_their_recording(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(SESSION)
    await client.delete(f"{RECORDINGS}/a/")
    body = (await ask(client, "select event from events where $session_id = 'a'")).json()
    assert len(body["results"]) == 2


async def test_recordings_can_be_listed_by_post(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b"))
    listing = (await list_recordings(client, limit=1)).json()
    response = await client.post(QUERY, json={"query": {"kind": "RecordingsQuery", "limit": 1}})
    assert response.json() == {key: listing[key] for key in ("results", "has_next", "next_cursor")}
    response = await client.post(QUERY, json={"query": {"kind": "RecordingsQuery", "sort": "x"}})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_input")
    response = await client.post(QUERY, json={"query": {"kind": "RecordingsQuery", "after": "!"}})
    assert (response.status_code, response.json()["type"]) == (500, "server_error")
