"""What the classification of each kind of observation does to a timeline and a digest."""

import pytest

from recordings_mcp.replay import (
    KINDS,
    Coverage,
    Kind,
    Observation,
    Target,
    Timeline,
    estimate_tokens,
    observation_line,
    render,
)
from tests.replay.digest.story import click, digest_of, page

FOLDED_WITH: dict[Kind, list[Kind]] = {
    "scroll": ["scroll", "console_log", "viewport", "media", "custom"],
    "context_menu": ["context_menu", "input", "select", "tab_hidden", "tab_visible"],
    "double_click": ["double_click", "click", "press", "console_warn"],
}
"""The kinds that are folded in each round, by one of them."""

FAILURES: set[Kind] = {"exception", "network_error", "console_error"}
FRICTION: set[Kind] = {"rage_click", "dead_click", "quick_back"}
FILLS: set[Kind] = {"input", "select"}
OTHER_ACTIONS: set[Kind] = {"click", "press", "scroll", "tab_hidden"}


def folds_no_later_than(kind: Kind, other: Kind) -> bool:
    """Whether a long run of `kind` is folded, if folding it or a shorter run of `other` is enough."""
    observations = [
        *(Observation(t, "w", kind, Target("div", f"Long {t}")) for t in range(12)),
        Observation(12, "w", "page"),
        *(Observation(t, "w", other, Target("div", f"Short {t}")) for t in range(13, 19)),
    ]
    cost = sum(estimate_tokens(observation_line(one, {})) + 1 for one in observations)
    shown = render(Timeline(0, 60, observations, Coverage()), max_tokens=cost - 15)
    assert shown.next_cursor is None
    return f"folded \N{EM DASH} 12 {kind}" in shown.lines[0]


# Pages are never folded, and the web vitals of a page are one line before anything is.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"page", "web_vital"}])
def test_each_kind_is_folded_in_its_round_or_never(kind: Kind) -> None:
    rounds = list(FOLDED_WITH)
    own = next((index for index, first in enumerate(rounds) if kind in FOLDED_WITH[first]), len(rounds))

    assert [folds_no_later_than(kind, other) for other in rounds] == [
        own <= index for index in range(len(rounds))
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "page"])
def test_each_kind_counts_as_a_failure_as_friction_as_filling_in_or_as_none_of_these(kind: Kind) -> None:
    (chapter,) = digest_of(page(0, "shop.example/"), Observation(1, "w", kind, Target("div"))).chapters

    assert (chapter.errors, chapter.friction, len(chapter.fields)) == (
        kind in FAILURES,
        kind in FRICTION,
        kind in FILLS,
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "page"])
def test_a_link_is_waited_for_unless_the_person_did_something_else(kind: Kind) -> None:
    found = digest_of(
        page(0, "shop.example/"),
        click(1, 'link "Guide"'),
        Observation(2, "w", kind, Target("div")),
        page(9, "/guide"),
    )

    waited = any("long_wait" in moment.signals for moment in found.moments)
    assert waited == (kind not in FILLS | OTHER_ACTIONS)
