"""Everything that can be read of one recording and its surroundings."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    InvalidInput,
    MissingScope,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    Person,
    ProjectNotAllowed,
    ProjectNotChosen,
    RecordingNotFound,
    SessionEvent,
    UnexpectedAnswer,
)
from recordings_mcp.sandbox import SANDBOX_SECOND_API_KEY, ApiKey
from tests.client.recordings import CHECKOUT, JANE, QUIET, Shop, started
from tests.client.scripted import ID, Answer, Scripted, connect

pytestmark = pytest.mark.anyio


async def test_the_metadata_of_a_recording_is_read(shop: Shop) -> None:
    async with shop.client() as client:
        recording = await client.get(CHECKOUT)
    assert recording.model_dump(exclude_none=True, exclude={"activity_score", "expiry_time"}) == snapshot(
        {
            "id": "019cd700-0000-7000-8000-000000000001",
            "distinct_id": "jane",
            "person": {
                "uuid": "00000000-0000-4000-8000-00000000000a",
                "name": "jane@example.com",
                "distinct_ids": ["jane"],
                "properties": {"email": "jane@example.com", "plan": "pro"},
                "created_at": datetime(2026, 1, 1, hour=8, tzinfo=UTC),
                "last_seen_at": datetime(2026, 3, 10, hour=11, minute=1, tzinfo=UTC),
            },
            "viewed": False,
            "viewers": [],
            "start_time": datetime(2026, 3, 10, hour=11, tzinfo=UTC),
            "end_time": datetime(2026, 3, 10, hour=11, minute=1, tzinfo=UTC),
            "recording_duration": 60.0,
            "active_seconds": 20.0,
            "inactive_seconds": 40.0,
            "click_count": 7,
            "keypress_count": 0,
            "mouse_activity_count": 0,
            "console_log_count": 0,
            "console_warn_count": 0,
            "console_error_count": 0,
            "start_url": "https://shop.example/",
            "snapshot_source": "web",
            "snapshot_library": "web",
            "ongoing": False,
            "retention_period_days": 90,
            "recording_ttl": 89,
            "has_summary": False,
            "external_references": [],
            "matches_filters": True,
        }
    )


async def test_an_unknown_recording_is_not_found(shop: Shop) -> None:
    async with shop.client() as client:
        with pytest.raises(RecordingNotFound, match="no recording with that id"):
            await client.get("unknown")


async def test_the_events_of_a_session_are_read_in_order(shop: Shop) -> None:
    async with shop.client() as client:
        events = await client.session_events(CHECKOUT)
        first = await client.session_events(CHECKOUT, limit=1)
        none = await client.session_events(QUIET)
    assert [(event.event, event.timestamp, event.properties["index"]) for event in events] == [
        ("$pageview", started(CHECKOUT), 0),
        ("$rageclick", started(CHECKOUT).replace(second=1), 1),
    ]
    assert first == events[:1]
    assert none == []
    assert [events.has_more, first.has_more, none.has_more] == [False, True, False]


async def test_an_id_with_quotes_stays_inside_its_quotes_in_the_question() -> None:
    server = Scripted(Answer(body={"results": []}))
    async with connect(server) as client:
        await client.session_events("a' or 1=1 --%")
    question = orjson.loads(server.requests[0].content)["query"]["query"]
    assert question.endswith(r"where $session_id = 'a\' or 1=1 --%' order by timestamp asc limit 5001")


async def test_a_server_that_gives_fewer_events_than_asked_for_may_say_that_there_are_more() -> None:
    row: list[Any] = ["u", "$pageview", "2026-03-10T11:00:00Z", {}]
    async with connect(Scripted(Answer(body={"results": [row], "hasMore": True}))) as client:
        events = await client.session_events(ID)
    assert (len(events), events.has_more) == (1, True)


@pytest.mark.parametrize("properties", [{"a": 1}, '{"a": 1}'])
async def test_properties_are_read_as_an_object_or_as_its_json_text(properties: Any) -> None:
    row = ["u", "$pageview", "2026-03-10T11:00:00.5+01:00", properties]
    async with connect(Scripted(Answer(body={"results": [row]}))) as client:
        assert await client.session_events(ID) == [
            SessionEvent(
                uuid="u",
                event="$pageview",
                timestamp=datetime(2026, 3, 10, 10, 0, 0, 500_000, tzinfo=UTC),
                properties={"a": 1},
            )
        ]


NO_EVENTS: list[Any] = [
    None,
    {},
    [["u", "e"]],
    [["u", "e", "never", {}]],
    [["u", "e", "2026-03-10", "{"]],
    [7],
]


@pytest.mark.parametrize("results", NO_EVENTS)
async def test_rows_that_are_no_events_are_an_error(results: Any) -> None:
    async with connect(Scripted(Answer(body={"results": results}))) as client:
        with pytest.raises(UnexpectedAnswer):
            await client.session_events(ID)


async def test_a_person_is_found_by_either_id(shop: Shop) -> None:
    async with shop.client() as client:
        by_distinct_id = await client.person(distinct_id="jane-phone")
        by_uuid = await client.person(uuid=JANE["uuid"])
        nobody = [
            await client.person(distinct_id="nobody"),
            await client.person(uuid="00000000-0000-4000-8000-0000000000ff"),
        ]
    assert isinstance(by_distinct_id, Person)
    assert by_distinct_id == by_uuid
    assert (by_distinct_id.uuid, by_distinct_id.name, by_distinct_id.distinct_ids) == (
        JANE["uuid"],
        "jane@example.com",
        ["jane", "jane-phone"],
    )
    assert nobody == [None, None]


@pytest.mark.parametrize("ids", [{}, {"distinct_id": "a", "uuid": "b"}, {"uuid": "../me"}])
async def test_a_person_is_asked_for_by_exactly_one_readable_id(ids: dict[str, str]) -> None:
    async with connect(Scripted()) as client:
        with pytest.raises(InvalidInput):
            await client.person(**ids)


async def test_the_owner_of_the_key_and_the_project_are_read(shop: Shop) -> None:
    async with shop.client() as client:
        me, project = await client.me(), await client.project()
    assert me.email == "owner@shop.example"
    assert project.id == 1
    assert project.name


async def test_the_only_project_of_the_account_is_used_when_none_is_configured(shop: Shop) -> None:
    transport = shop.transport()
    async with shop.client(transport, project_id=None) as client:
        assert client.replay_url("a") == "http://localhost/replay/a"
        for _ in range(2):
            with pytest.raises(RecordingNotFound):
                await client.get("a")
        assert client.replay_url("a") == "http://localhost/project/1/replay/a"
    asked = [request.url.path for request in transport.requests]
    lookups = ["/api/personal_api_keys/@current/", "/api/users/@me/"]
    assert asked == [*lookups, *["/api/projects/1/session_recordings/a/"] * 2]


@pytest.mark.parametrize(
    ("organization", "message"),
    [
        ({"projects": [{"id": 3}, {"id": 2}]}, r"several projects \(2, 3\): configure which"),
        ({"projects": []}, "no visible project: configure the project id"),
        (None, "no visible project"),
    ],
)
async def test_several_projects_or_none_must_be_configured(organization: Any, message: str) -> None:
    server = Scripted(Answer(403, {"detail": "no"}), Answer(body={"organization": organization}))
    async with connect(server, project_id=None) as client:
        with pytest.raises(ProjectNotChosen, match=message):
            await client.search()


LIMITED = ApiKey(value="phx_LimitedToOneProject01", scopes=frozenset({"session_recording:read"}))


@pytest.mark.parametrize("key", ["phx_LimitedToOneProject01", "pha_LimitedToOneProject01"])
async def test_a_key_that_is_limited_to_one_project_chooses_it(shop: Shop, key: str) -> None:
    scopes = LIMITED.scopes | {"introspection"}
    limited = LIMITED.model_copy(update={"value": key, "projects": frozenset({2}), "scopes": scopes})
    transport = shop.transport(keys=(limited,))
    async with connect(transport, api_key=key, project_id=None) as client:
        assert (await client.search()).results == []
        assert await client.project_id() == 2
        assert await client.scopes() == scopes
    asked = [request.url.path for request in transport.requests]
    assert "/api/users/@me/" not in asked
    assert ("/oauth/introspect" in asked) == key.startswith("pha_")


async def test_a_token_that_may_not_be_introspected_is_used_like_any_other_key(shop: Shop) -> None:
    token = ApiKey(value="pha_Token0123456789", scopes=frozenset({"session_recording:read", "user:read"}))
    async with connect(shop.transport(keys=(token,)), api_key=token.value, project_id=None) as client:
        assert await client.project_id() == 1
        with pytest.raises(PermissionDenied):
            await client.scopes()


async def test_a_key_that_is_limited_to_several_projects_needs_a_choice(shop: Shop) -> None:
    limited = LIMITED.model_copy(update={"projects": frozenset({1, 2})})
    transport = shop.transport(keys=(limited,))
    async with connect(transport, api_key=limited.value, project_id=None) as client:
        with pytest.raises(ProjectNotChosen, match=r"several projects \(1, 2\)"):
            await client.search()


async def test_a_key_that_posthog_does_not_know_is_not_looked_up_twice() -> None:
    server = Scripted(Answer(401, {"detail": "no"}))
    async with connect(server, project_id=None) as client:
        with pytest.raises(NotAuthenticated):
            await client.search()
    assert server.attempts == 1


async def test_a_key_for_another_project_gets_the_reason(shop: Shop) -> None:
    transport = shop.transport()
    async with connect(transport, api_key=SANDBOX_SECOND_API_KEY, project_id=1) as client:
        with pytest.raises(ProjectNotAllowed, match="limited to other projects"):
            await client.search()


async def test_an_unknown_project_is_not_a_missing_recording(shop: Shop) -> None:
    async with shop.client(project_id=99) as client:
        with pytest.raises((NotFound, ProjectNotAllowed), match="project"):
            await client.search()


async def test_events_name_the_scope_that_they_need(shop: Shop) -> None:
    async with shop.client(scopes=frozenset({"session_recording:read"})) as client:
        with pytest.raises(MissingScope) as error:
            await client.session_events(CHECKOUT)
    assert error.value.scope == "query:read"
