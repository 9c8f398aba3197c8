"""The budget of work of a recording, and walks that are stopped."""

import gc
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings_mcp.replay import Timeline, Walker, WalkStopped, describe_coverage, read_timeline
from tests.replay._building import Json, Recording, busy, element, event, sentences, text


def _blanks(identifiers: Iterator[int], number: int) -> list[Json]:
    return [text(next(identifiers), " ") for _ in range(number)]


def choice_of_blanks() -> Recording:
    identifiers = count(100)
    options = [
        element(next(identifiers), "option", *_blanks(identifiers, 20), value=f"v{k}") for k in range(100)
    ]
    return Recording().open("/", element(10, "select", *options, id="size"), element(12, "button")).focus(10)


def button_of_blanks() -> Recording:
    identifiers = count(100)
    children = [element(next(identifiers), "b", *_blanks(identifiers, 10)) for _ in range(100)]
    return Recording().open("/", element(10, "button", *children, id="pay"), element(12, "button"))


def app_of_boxes() -> Recording:
    box = {"type": "text", "text": "Pay", "x": 0, "y": 0, "width": 50, "height": 50}
    boxes = [{"id": 2 + k, **box} for k in range(500)]
    recording = Recording().add(4, {"href": "Home", "width": 100, "height": 100})
    return recording.add(2, {"wireframes": boxes, "initialOffset": {"top": 0, "left": 0}})


@pytest.fixture
def few_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings_mcp.replay.work.MOST_VISITS", 5000)


@pytest.mark.usefixtures("few_visits")
def test_targets_have_a_role_and_no_name_once_the_budget_of_work_is_spent() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "Pay"), id="pay"))
    for _ in range(1000):
        recording.mutate(attributes=[(10, {"class": "x"})]).click(10)
    timeline = recording.timeline()
    clicks = sentences(timeline, "click")

    assert clicks[0].startswith('click button "Pay" [pay]')
    assert clicks[-1].startswith("click button [pay]")
    assert timeline.coverage.unnamed_targets > 0
    assert (
        f"{timeline.coverage.unnamed_targets} targets left unnamed, as this recording is unusually "
        "costly to read" in describe_coverage(timeline.coverage)
    )


@pytest.mark.usefixtures("few_visits")
def test_a_choice_is_read_once_until_the_page_changes() -> None:
    recording = choice_of_blanks()
    for index in range(300):
        recording.input(10, f"x{index}")

    assert recording.timeline().coverage.unnamed_targets == 0


def changed_choices() -> Recording:
    recording = choice_of_blanks()
    for index in range(30):
        recording.mutate(attributes=[(12, {"class": f"c{index}"})]).input(10, f"x{index}")
    return recording


def changed_buttons() -> Recording:
    recording = button_of_blanks()
    for index in range(30):
        recording.mutate(attributes=[(10, {"class": f"c{index}"})]).click(10)
    return recording


def tapped_boxes() -> Recording:
    recording = app_of_boxes()
    for index in range(30):
        for kind in (7, 9):
            recording.interact(kind, 1, x=10 + index, y=10)
    return recording


def inserted_rows() -> Recording:
    recording = Recording().open("/", element(20, "ul", *(element(100 + k, "li") for k in range(1000))))
    for index in range(30):
        recording.mutate(adds=[(20, element(2000 + index, "li"), 150)]).click(2000 + index)
        recording.mutate(attributes=[(20, {"class": f"c{index}"})]).click(20)
    return recording


@pytest.mark.usefixtures("few_visits")
@pytest.mark.parametrize("make", [changed_choices, changed_buttons, tapped_boxes, inserted_rows])
def test_whatever_makes_an_event_costly_is_paid_from_the_budget(make: Callable[[], Recording]) -> None:
    timeline = make().timeline()

    assert timeline.coverage.unnamed_targets > 0
    assert timeline.coverage.undecodable == 0


@pytest.mark.usefixtures("few_visits")
def test_a_tap_has_a_place_and_no_target_once_the_budget_of_work_is_spent() -> None:
    taps = tapped_boxes().sentences("click")

    assert taps[0].startswith('click text "Pay"')
    assert taps[-1] == 'click screen "Home" [top centre] (at 39, 10)'


def everything() -> Recording:
    recording = busy()
    for index in range(5):
        recording.mutate(adds=[(10, element(30 + index, "p"))]).click(30 + index)
    for hours, part in enumerate((changed_choices(), tapped_boxes()), 1):
        later = [{**event, "timestamp": event["timestamp"] + hours * 3_600_000} for event in part.events]
        recording.events += later
    return recording


EVERYTHING = everything().lines()
EVENTS = [event("$pageview", 1 + k, dollar_current_url="https://shop.example/x") for k in range(20)]


def _walk(walker: Walker) -> Timeline:
    walker.feed_all(EVERYTHING[:100])
    walker.feed_all(EVERYTHING[100:])
    return walker.finish(EVENTS)


def _checks_of_a_whole_walk() -> int:
    checks = count()
    _walk(Walker(is_stopped=lambda: next(checks) < 0))
    return next(checks)


CHECKS = _checks_of_a_whole_walk()


@given(st.integers(0, CHECKS - 1))
def test_a_walk_that_is_stopped_at_any_moment_ends_there_and_leaves_nothing_behind(moment: int) -> None:
    checks = count()
    walker = Walker(is_stopped=lambda: next(checks) >= moment)

    with pytest.raises(WalkStopped):
        _walk(walker)

    assert next(checks) == moment + 1
    assert gc.isenabled()
    with pytest.raises(WalkStopped):
        walker.finish()


def test_a_walk_that_is_not_stopped_is_the_same_walk() -> None:
    assert _walk(Walker(is_stopped=lambda: False)) == read_timeline(EVERYTHING, EVENTS)


def test_a_walk_asks_more_often_whether_to_stop_than_it_reads_lines() -> None:
    assert len(EVERYTHING) < CHECKS
