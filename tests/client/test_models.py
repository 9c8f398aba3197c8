"""Answers are read whatever fields come, go or are broken; a recording needs nothing but its id."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings_mcp.client import Person, Recording, Sharing, UnexpectedAnswer
from tests.client.scripted import ID, Answer, Scripted, connect

pytestmark = pytest.mark.anyio


async def read(answer: Any) -> Recording:
    async with connect(Scripted(Answer(body=answer))) as client:
        return await client.get(ID)


async def test_a_recording_with_nothing_but_its_id_is_read() -> None:
    assert await read({"id": ID}) == Recording(id=ID)


async def test_unknown_fields_are_ignored_and_unreadable_ones_are_none() -> None:
    recording = await read(
        {
            "id": ID,
            "brand_new": {"a": 1},
            "storage": "object_storage",
            "viewed": "perhaps",
            "click_count": "7",
            "keypress_count": 1.5,
            "recording_duration": None,
            "start_time": "2026-03-10T11:00:00",
            "end_time": "0001-01-01T00:00:00+23:00",
            "expiry_time": 17,
            "viewers": {"not": "a list"},
            "person": {"uuid": 5, "distinct_ids": "jane", "properties": ["not", "a", "mapping"]},
        }
    )
    assert recording == Recording(
        id=ID,
        click_count=7,
        start_time=datetime(2026, 3, 10, 11, tzinfo=UTC),
        expiry_time=datetime(1970, 1, 1, 0, 0, 17, tzinfo=UTC),
        person=Person(distinct_ids=["jane"]),
    )


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None}, [], "text", 7, None])
async def test_an_answer_that_is_no_recording_is_an_error_and_not_an_empty_recording(answer: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="The server's answer "):
        await read(answer)


async def test_a_page_with_a_recording_that_cannot_be_read_names_the_part() -> None:
    async with connect(Scripted(Answer(body={"results": [{"id": ID}, {"ID": ID}]}))) as client:
        with pytest.raises(UnexpectedAnswer, match="has no readable results"):
            await client.search()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(Recording.model_fields)), JSON))
def test_whatever_a_field_holds_a_recording_with_an_id_is_read(fields: dict[str, Any]) -> None:
    recording = Recording.model_validate({**fields, "id": ID})
    assert recording.id == ID
    assert recording.start_time is None or recording.start_time.tzinfo is UTC


def test_the_token_of_a_share_that_is_off_is_not_kept() -> None:
    answer = {"enabled": False, "access_token": "useless", "shared_url": "https://x", "created_at": None}
    assert Sharing.model_validate(answer) == Sharing(enabled=False)


def test_the_token_of_a_share_is_not_shown_by_accident() -> None:
    sharing = Sharing.model_validate({"enabled": True, "access_token": "secret-token"})
    assert sharing.access_token is not None
    assert sharing.access_token.get_secret_value() == "secret-token"
    assert "secret-token" not in repr(sharing)
