"""Any observations have a digest that is deterministic and keeps its promises."""

import re
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings_mcp.replay import (
    KINDS,
    Kind,
    Observation,
    OutcomeStatus,
    compare_digests,
    digest_observations,
)
from recordings_mcp.replay.digest.signals import SignalName
from recordings_mcp.replay.model import (
    Change,
    Custom,
    Input,
    Log,
    Page,
    QuickBack,
    Recorder,
    Request,
    Scroll,
    Target,
    Viewport,
    WebVital,
)

TARGETS = st.one_of(
    st.none(),
    st.builds(Target, st.text(max_size=20), st.text(max_size=20), st.text(max_size=20)),
    st.sampled_from(
        [
            Target("button", "Pay now", "pay"),
            Target("button", "Save"),
            Target("textbox", "E-mail", "email"),
            Target("textbox", "Name"),
            Target("link", "Next"),
            Target("page"),
        ]
    ),
)
ADDRESSES = st.one_of(
    st.text(max_size=20), st.sampled_from(["/checkout", "/thanks", "shop.example/cart", "/api/x"])
)
NAMES = st.one_of(st.text(max_size=20), st.sampled_from(["order paid", "payment declined", "recorder"]))
NUMBERS = st.floats(0, 100)
FACTS = st.one_of(
    st.none(),
    st.builds(Page, ADDRESSES, st.sampled_from([None, "Not found", "Cart"]), st.booleans()),
    st.builds(Input, st.sampled_from(get_args(Change)), st.none(), st.booleans()),
    st.builds(Log, st.text(max_size=20)),
    st.builds(
        Request,
        st.one_of(st.none(), ADDRESSES),
        st.sampled_from([None, "POST"]),
        st.sampled_from([None, 402, 500]),
        st.one_of(st.none(), NUMBERS),
    ),
    st.builds(Custom, NAMES, st.one_of(st.none(), st.dictionaries(NAMES, NAMES, max_size=3))),
    st.builds(Recorder, st.sampled_from(["paused", "resumed", "session_ended"])),
    st.builds(WebVital, st.sampled_from(["LCP", "CLS"]), NUMBERS, st.sampled_from([None, "poor"])),
    st.builds(Viewport, st.floats(), st.floats()),
    st.builds(Scroll, NUMBERS, NUMBERS, st.sampled_from([None, 0.95])),
    st.builds(QuickBack, ADDRESSES, NUMBERS),
)
TIMES = st.one_of(st.floats(0, 100), st.floats())
OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        t=TIMES,
        window=st.sampled_from(["v", "w"]),
        kind=st.sampled_from(list(KINDS)),
        target=TARGETS,
        facts=FACTS,
        count=st.integers(1, 5),
        last=st.one_of(st.none(), TIMES),
        source=st.sampled_from(["replay", "event"]),
        derived=st.booleans(),
    ),
    max_size=40,
)


@given(OBSERVATIONS, st.floats())
@settings(deadline=None, max_examples=200)
def test_the_digest_of_any_observations_keeps_its_promises(
    observations: list[Observation], duration: float
) -> None:
    found = digest_observations(observations, duration)

    assert found == digest_observations(list(observations), duration)
    assert found.outcome.status in get_args(OutcomeStatus)
    assert [-moment.score for moment in found.moments] == sorted(-moment.score for moment in found.moments)
    for moment in found.moments:
        assert 20 <= moment.score <= 100
        assert moment.times == sorted(moment.times)
        assert set(moment.signals) <= set(get_args(SignalName))
        assert moment.says
    assert [piece.t for piece in found.outcome.evidence] == sorted(
        piece.t for piece in found.outcome.evidence
    )
    assert re.fullmatch(r"[ -~]+", found.finding)


@given(st.lists(OBSERVATIONS, max_size=4))
@settings(deadline=None, max_examples=60)
def test_any_recordings_can_be_compared(recordings: list[list[Observation]]) -> None:
    found = compare_digests([digest_observations(observations, 60) for observations in recordings])

    assert sum(len(indexes) for indexes in found.outcomes.values()) == len(recordings)
    assert all(len(trouble.moments) >= 2 for trouble in found.troubles)


def test_every_kind_of_observation_is_accepted() -> None:
    observations = [Observation(float(t), "w", kind) for t, kind in enumerate(get_args(Kind))]

    assert sum(digest_observations(observations, 30).overview.counts.values()) == len(KINDS)
