"""Persons, projects, and the owner of the key."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_SECOND_API_KEY, ApiKey
from tests.sandbox.api import authorized, error
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import JANE, OMAR, Recording

pytestmark = pytest.mark.anyio

PERSONS = "/api/projects/1/persons"
BOTH = (Recording("a"), Recording("b", distinct_id="omar", person=OMAR))


async def names(client: httpx.AsyncClient, **parameters: str) -> list[str]:
    persons: list[dict[str, Any]] = (await client.get(f"{PERSONS}/", params=parameters)).json()["results"]
    return [person["name"] for person in persons]


async def test_persons_are_found_by_distinct_id_email_and_search(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(*BOTH)
    assert await names(client) == ["omar@shop.example", "jane@example.com"]
    assert await names(client, distinct_id="jane-phone") == ["jane@example.com"]
    assert await names(client, email="omar@shop.example") == ["omar@shop.example"]
    assert await names(client, email="omar") == []
    for search in ("OMAR", "shop.ex"):
        assert await names(client, search=search) == ["omar@shop.example"]
    assert await names(client, search="jane-ph") == ["jane@example.com"]
    assert await names(client, search="nobody") == []


async def test_a_person_is_shown_whole(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(*BOTH)
    person = (await client.get(f"{PERSONS}/{JANE['uuid']}/")).json()
    assert person == JANE | {"id": 1, "last_seen_at": "2026-03-10T11:01:00Z"}
    assert (await client.get(f"{PERSONS}/{person['id']}/")).json() == person
    response = await client.get(f"{PERSONS}/nobody/")
    assert (response.status_code, response.json()) == (
        404,
        error("invalid_request", "not_found", "Not found."),
    )


async def test_a_person_has_the_properties_of_their_newest_recording(open_sandbox: OpenSandbox) -> None:
    before = JANE | {"properties": {"plan": "free"}, "distinct_ids": ["jane-tablet"]}
    old = Recording("old", timedelta(hours=9), person=before, distinct_id="jane-tablet")
    client = open_sandbox(Recording("new"), old)
    person = (await client.get(f"{PERSONS}/{JANE['uuid']}/")).json()
    assert person["properties"] == JANE["properties"]
    assert person["distinct_ids"] == ["jane-tablet", "jane", "jane-phone"]


async def test_persons_belong_to_a_project_and_a_scope(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(*BOTH)
    assert (await client.get("/api/projects/2/persons/")).json()["results"] == []
    client = open_sandbox(keys=(ApiKey(value=SANDBOX_API_KEY, scopes=frozenset()),))
    response = await client.get(f"{PERSONS}/")
    assert response.json()["detail"] == "API key missing required scope 'person:read'"


async def test_a_project_has_its_name_and_settings(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(retention_days=30)
    project = (await client.get("/api/projects/1/")).json()
    assert (project["id"], project["name"]) == (1, "Demo shop")
    assert project["session_recording_retention_period"] == "30d"
    assert project["test_account_filters"][0]["key"] == "email"
    assert (await client.get("/api/environments/1/")).json() == project


async def test_projects_are_listed(open_sandbox: OpenSandbox) -> None:
    body = (await open_sandbox().get("/api/projects/")).json()
    assert [(project["id"], project["name"]) for project in body["results"]] == [
        (1, "Demo shop"),
        (2, "Second project"),
    ]


async def test_the_user_has_a_current_project_and_organization(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox()
    user = (await client.get("/api/users/@me/")).json()
    assert (user["email"], user["team"]["id"]) == ("owner@shop.example", 1)
    assert [project["id"] for project in user["organization"]["teams"]] == [1]
    assert len(user["organizations"]) == 2
    user = (await client.get("/api/users/@me/", headers=authorized(SANDBOX_SECOND_API_KEY))).json()
    assert (user["email"], user["team"]["id"]) == ("colleague@shop.example", 2)


async def test_the_user_and_the_key_have_their_scopes(open_sandbox: OpenSandbox) -> None:
    keys = (ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"project:read"})),)
    client = open_sandbox(keys=keys, lists_scopes="with_scope")
    response = await client.get("/api/users/@me/")
    assert response.json()["detail"] == "API key missing required scope 'user:read'"
    response = await client.get("/api/personal_api_keys/@current/")
    assert response.json()["detail"] == "API key missing required scope 'personal_api_key:read'"


async def test_a_key_shows_its_scopes_whatever_they_are_and_to_which_projects_it_is_limited(
    open_sandbox: OpenSandbox,
) -> None:
    limited = ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"query:read"}), projects=frozenset({2}))
    key = (await open_sandbox(keys=(limited,)).get("/api/personal_api_keys/@current/")).json()

    assert (key["scopes"], key["scoped_teams"]) == (["query:read"], [2])


async def test_a_token_of_oauth_is_introspected(open_sandbox: OpenSandbox) -> None:
    scopes = frozenset({"introspection", "query:read"})
    token = ApiKey(value="pha_TokenOfOAuth", scopes=scopes, projects=frozenset({2}))
    client = open_sandbox(keys=(token,))
    client.headers["Authorization"] = f"Bearer {token.value}"

    answer = (await client.post("/oauth/introspect", json={"token": token.value})).json()
    other = await client.post("/oauth/introspect", json={"token": "pha_Another"})

    assert (answer["active"], answer["scope"], answer["scoped_teams"]) == (
        True,
        "introspection query:read",
        [2],
    )
    assert other.json() == {"active": False}
    assert (await client.get("/api/personal_api_keys/@current/")).status_code == 403


async def test_a_key_shows_its_scopes_but_never_its_value(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().get("/api/personal_api_keys/@current/")
    assert (response.json()["scopes"], response.json()["scoped_teams"]) == (["*"], [])
    assert SANDBOX_API_KEY not in response.text
