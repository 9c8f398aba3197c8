"""A plan is bound to each of its parts by itself: one that differs, all else the same, and nothing opens."""

from dataclasses import replace
from typing import Any

import pytest
from mcp.server.mcpserver.exceptions import ToolError

from recordings_mcp.client import Recording
from recordings_mcp.tools import AuditLog, Confirmations, MemoryLedger
from recordings_mcp.tools.confirmation import Operation, Preview, Wording
from tests.tools.confirmation.world import Clock

pytestmark = pytest.mark.anyio

SEEN = Preview((Recording(id="one", click_count=3), Recording(id="two")), {"public": "no"})


async def look() -> Preview:
    return SEEN


ACT = Operation(
    tool="delete_recordings",
    arguments={"recordings": ["one", "two"]},
    project="https://eu.posthog.com 7",
    wording=Wording(question="Delete {recordings}?", consequence="", nothing_done="Nothing was deleted."),
    links=["https://eu.posthog.com/project/7/replay/one"],
    look=look,
)


def sees(seen: Preview) -> dict[str, Any]:
    async def look_again() -> Preview:
        return seen

    return {"look": look_again}


@pytest.fixture
def confirmations() -> Confirmations:
    clock = Clock()
    return Confirmations("two-step", MemoryLedger(clock), AuditLog(secret=b"s", file=None, clock=clock))


async def test_the_same_act_of_the_same_caller_is_confirmed_by_its_token(
    confirmations: Confirmations,
) -> None:
    token = (await confirmations.plan(ACT, "alice", askable=False)).token

    plan = await confirmations.plan(ACT, "alice", askable=False, token=token)
    permit = await confirmations.spend(plan)

    assert permit.preview == SEEN


@pytest.mark.parametrize(
    "different",
    [
        {"tool": "hide_recordings"},
        {"arguments": {"recordings": ["one"]}},
        {"arguments": {"recordings": ["one", "two"], "forever": True}},
        {"project": "https://eu.posthog.com 8"},
        {"project": "https://us.posthog.com 7"},
        sees(Preview((Recording(id="one", click_count=4), Recording(id="two")), {"public": "no"})),
        sees(Preview((Recording(id="one", click_count=3),), {"public": "no"})),
        sees(Preview(SEEN.recordings, {"public": "yes"})),
    ],
    ids=["tool", "fewer", "argument", "project", "host", "clicks", "vanished", "public"],
)
async def test_an_act_that_differs_in_one_thing_is_not(
    confirmations: Confirmations, different: dict[str, Any]
) -> None:
    token = (await confirmations.plan(ACT, "alice", askable=False)).token

    with pytest.raises(ToolError, match="This confirmation token is not valid for this call"):
        await confirmations.plan(replace(ACT, **different), "alice", askable=False, token=token)


async def test_the_act_of_another_caller_is_not(confirmations: Confirmations) -> None:
    token = (await confirmations.plan(ACT, "alice", askable=False)).token

    with pytest.raises(ToolError, match="This confirmation token is not valid for this call"):
        await confirmations.plan(ACT, "bob", askable=False, token=token)


async def test_a_preview_is_no_question_and_a_question_no_preview() -> None:
    clock = Clock()
    audit = AuditLog(secret=b"s", file=None, clock=clock)
    confirmations = Confirmations("auto", MemoryLedger(clock), audit, secret=b"k")

    preview = await confirmations.plan(ACT, "alice", askable=False)
    with pytest.raises(ToolError, match="This confirmation request was already answered"):
        await confirmations.plan(ACT, "alice", askable=True, answered=True)
    question = await confirmations.plan(ACT, "alice", askable=True)
    await confirmations.close(question, "not confirmed: decline")

    assert (await confirmations.plan(ACT, "alice", askable=False, token=preview.token)).id == preview.id


async def test_a_question_is_over_once_a_recording_changed_even_if_it_changes_back() -> None:
    clock = Clock()
    confirmations = Confirmations("ask", MemoryLedger(clock), AuditLog(secret=b"s", file=None, clock=clock))
    views = iter([SEEN, Preview(SEEN.recordings[:1], SEEN.state), SEEN])

    async def look_again() -> Preview:
        return next(views)

    operation = replace(ACT, look=look_again)
    plan = await confirmations.plan(operation, "alice", askable=True)
    with pytest.raises(ToolError, match="or a recording changed or vanished since"):
        await confirmations.again(plan)

    with pytest.raises(ToolError, match="This confirmation request was already answered"):
        await confirmations.plan(operation, "alice", askable=True, answered=True)


async def test_the_order_in_which_recordings_are_listed_makes_no_difference(
    confirmations: Confirmations,
) -> None:
    token = (await confirmations.plan(ACT, "alice", askable=False)).token
    reversed_ = replace(ACT, **sees(Preview(SEEN.recordings[::-1], SEEN.state)))

    assert (await confirmations.plan(reversed_, "alice", askable=False, token=token)).id
