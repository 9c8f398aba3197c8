"""Whatever the observations are, there is a digest, always the same one, and it keeps its promises."""

import re
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings_mcp.replay import KINDS, Kind, Observation
from recordings_mcp.replay.digest import OUTCOMES, SIGNAL_NAMES, compare_digests, digest_observations

TARGETS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(
        [
            'button "Pay now" [pay]',
            'button "Save"',
            'textbox "E-mail" [email]',
            'textbox "Name"',
            'link "Next"',
            "page",
            "/checkout",
            "/thanks",
            "shop.example/cart",
            "POST /api/x",
            "order paid",
            "payment declined",
            "recorder",
        ]
    ),
)
DETAILS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(
        [
            "status 500 after 4.2 s",
            "after 12.0 s",
            "typed (masked)",
            "checked",
            "the browser went offline",
            "5000 ms, poor",
            'titled "Not found"',
            "390 × 800",
        ]
    ),
)
TIMES = st.one_of(st.floats(0, 100), st.floats())
OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        t=TIMES,
        window=st.sampled_from(["v", "w"]),
        kind=st.sampled_from(KINDS),
        target=TARGETS,
        detail=DETAILS,
        count=st.integers(1, 5),
        last=st.one_of(st.none(), TIMES),
        source=st.sampled_from(["replay", "event"]),
        derived=st.booleans(),
    ),
    max_size=40,
)


@given(OBSERVATIONS, st.floats())
@settings(deadline=None, max_examples=200)
def test_any_observations_give_a_digest_that_keeps_its_promises(
    observations: list[Observation], duration: float
) -> None:
    found = digest_observations(observations, duration)

    assert found == digest_observations(list(observations), duration)
    assert found.outcome.status in OUTCOMES
    assert [-moment.score for moment in found.moments] == sorted(-moment.score for moment in found.moments)
    for moment in found.moments:
        assert 20 <= moment.score <= 100
        assert moment.times == sorted(moment.times)
        assert set(moment.signals) <= set(SIGNAL_NAMES)
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


def test_every_kind_of_observation_is_taken() -> None:
    observations = [Observation(float(t), "w", kind) for t, kind in enumerate(get_args(Kind))]

    assert sum(digest_observations(observations, 30).facts.counts.values()) == len(KINDS)
