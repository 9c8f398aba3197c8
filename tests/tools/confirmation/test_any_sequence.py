"""Whatever the order of plans, confirmations, changes, restarts and callers: what was confirmed is done, once.

A model says after each step which requests must have reached PostHog; nothing else may have. Steps are real
calls of tools by MCP clients to a server before the sandbox. `CONFIRMATION_EXAMPLES=1000` runs more sequences.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mcp_client import Era
from tests.tools.confirmation.model import CALLERS, NAMES, STUCK, Call
from tests.tools.confirmation.sequence import ANSWERS, Sequence


@dataclass(frozen=True)
class Step:
    """A method of a sequence and its arguments."""

    name: str
    arguments: dict[str, Any]

    def take(self, sequence: Sequence) -> None:
        getattr(sequence, self.name)(**self.arguments)


def steps(name: str, /, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.just(name), st.fixed_dictionaries(arguments))


TARGETS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2).map(tuple)
CALLS: st.SearchStrategy[Call] = st.one_of(
    st.tuples(st.just("delete_recordings"), TARGETS),
    st.tuples(st.just("delete_recordings"), st.just((STUCK,))),
    st.tuples(st.just("set_recording_sharing"), st.sampled_from(NAMES).map(lambda name: (name,))),
    st.tuples(st.just("refresh_recording_sharing"), st.sampled_from(NAMES).map(lambda name: (name,))),
)
WHICH = st.integers(0, 5)
CALLER = st.sampled_from(CALLERS)
HOW = ("honestly", "honestly", "five times at once", "otherwise", "by another", "cut")
HAPPENINGS = ("change", "change", "remove", "bring back", "bring back", "stop sharing", "time", "long time")
MEANWHILE = ("nothing", "nothing", "nothing", "change", "remove")

PREVIEW = steps("preview", call=CALLS, caller=CALLER)
USE = steps("use", which=WHICH, how=st.sampled_from(HOW), call=CALLS)
ASK = steps(
    "ask",
    call=CALLS,
    caller=CALLER,
    answer=st.sampled_from(("yes", "yes", "yes", *ANSWERS)),
    meanwhile=st.sampled_from(MEANWHILE),
)
BE_ASKED = steps("be_asked", call=CALLS, caller=CALLER)
ANSWER = steps(
    "answer_later",
    which=WHICH,
    by=st.sampled_from(("the same", "the same", "another")),
    agrees=st.sampled_from((True, True, False)),
)
HAPPEN = steps("happens", what=st.sampled_from(HAPPENINGS), name=st.sampled_from(NAMES))
RESTART = steps("happens", what=st.just("restart"), name=st.sampled_from(NAMES))
OFTEN = [PREVIEW] * 4 + [USE] * 6 + [ASK] * 3 + [BE_ASKED] * 3 + [ANSWER] * 4 + [HAPPEN] * 4 + [RESTART]
STEPS = st.lists(st.sampled_from(OFTEN).flatmap(lambda kind: kind), min_size=30, max_size=60)


@pytest.mark.timeout(1800)
@given(era=st.sampled_from(("auto", "legacy")), lasting=st.booleans(), taken=STEPS)
@settings(
    max_examples=int(os.environ.get("CONFIRMATION_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_what_was_confirmed_is_done_once_and_nothing_else(
    era: Era,
    lasting: bool,  # noqa: FBT001 - drawn
    taken: list[Step],
) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        Sequence(Path(directory), era, lasting=lasting) as sequence,
    ):
        for one in taken:
            one.take(sequence)
            sequence.check()
