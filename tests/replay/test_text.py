"""A timeline as text: what fits, what folds, what is cut and how to continue."""

import pytest
from inline_snapshot import snapshot

from recordings_mcp.replay import (
    AnalyticsEvent,
    InvalidCursorError,
    Timeline,
    estimate_tokens,
    read_timeline,
    render,
    timeline_as_dict,
)
from tests.replay._building import Recording, element, event, text


def busy(clicks: int = 60) -> Timeline:
    recording = Recording().open(
        "/", *[element(10 + 2 * n, "button", text(11 + 2 * n, f"Buy {n}")) for n in range(clicks)]
    )
    for index in range(clicks):
        recording.at(2 + index).click(10 + 2 * index).mutate(attributes=[(10, {"class": "bought"})])
        recording.scroll(1, 100 * index).console("log", f"bought {index}")
        if index % 20 == 10:
            recording.console("error", "stock is unknown").request("/api/stock", status=500)
    return recording.open("/thanks").timeline()


def test_each_observation_has_its_own_line_when_all_fit() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "Pay now"), id="pay"), title="Shop")
    recording.at(3).click(10).at(4).click(10).at(65).console("error", "no")
    shown = render(recording.timeline(event("order paid", 66, amount=3)))

    assert [line.replace("\N{MULTIPLICATION SIGN}", "x") for line in shown.lines] == snapshot(
        [
            '00:00 page shop.example/ — titled "Shop"',
            "00:00 viewport 1280 x 720",
            '00:03 click button "Pay now" [pay] x2 (until 00:04)',
            '00:03 dead_click button "Pay now" [pay] — no change recorded x2 (until 00:04) [derived]',
            "01:05 console_error no",
            "01:06 custom order paid — amount=3 [event]",
        ]
    )
    assert (shown.shown, shown.folded, shown.total, shown.next_cursor, shown.notice) == (6, 0, 6, None, None)


def test_what_was_inferred_is_marked() -> None:
    recording = Recording().open("/", element(10, "button")).at(1).click(10).at(90).click(10)

    assert render(recording.timeline(), kinds=["idle"]).lines == [
        "00:01 idle 1 min 29 s without a click or keypress (until 01:30) [derived]"
    ]


def test_windows_are_named_when_there_are_several() -> None:
    lines = [*Recording("a").open("/a").lines(), *Recording("b").at(1).open("/b").lines()]
    shown = render(read_timeline(lines), kinds=["page"])

    assert shown.lines == ["00:00 w1 page shop.example/a", "00:01 w2 page shop.example/b"]
    assert shown.windows == {"w1": "a", "w2": "b"}


def test_minor_observations_fold_before_others() -> None:
    shown = render(busy(12), max_tokens=260)

    assert shown.lines == snapshot(
        [
            "00:00 page shop.example/",
            '00:00–00:12 folded — 11 click (button "Buy 0" ×1, button "Buy 1" ×1, …), 11 console_log, 10 scroll (page ×10), 1 viewport',
            "00:12 console_error stock is unknown",
            "00:12 network_error /api/stock — status 500 after 12 ms",
            '00:13 click button "Buy 11"',
            "00:13 folded — 1 scroll (page ×1), 1 console_log",
            "00:13 page /thanks",
        ]
    )
    assert shown.notice == snapshot(
        "Folded to fit: 12 console_log, 11 click, 11 scroll, 1 viewport. To see each one, pass start and end for a shorter span, or kinds."
    )
    assert shown.next_cursor is None


@pytest.mark.parametrize("budget", [60, 150, 400, 1000, 3000])
def test_the_text_stays_within_its_budget(budget: int) -> None:
    shown = render(busy(), max_tokens=budget)

    assert sum(estimate_tokens(line) for line in shown.lines) <= budget
    assert shown.shown + shown.folded <= shown.total
    assert (shown.next_cursor is None) == (shown.shown + shown.folded == shown.total)


@pytest.mark.parametrize("budget", [200, 700, 2000])
def test_errors_keep_their_lines_when_all_else_folds(budget: int) -> None:
    lines = render(busy(), max_tokens=budget).lines

    assert any("console_error stock is unknown" in line for line in lines)
    assert any("network_error /api/stock" in line for line in lines)


@pytest.mark.parametrize("budget", [40, 60, 90])
def test_following_the_cursor_returns_everything(budget: int) -> None:
    timeline = busy(20)
    cursor, observed, calls = None, 0, 0
    while calls == 0 or cursor:
        shown = render(timeline, cursor=cursor, max_tokens=budget)
        observed += shown.shown + shown.folded
        cursor, calls = shown.next_cursor, calls + 1

    assert observed == len(timeline.observations)
    assert calls > 1


def test_a_cut_says_what_was_cut_and_how_to_continue() -> None:
    recording = Recording().open("/")
    for index in range(30):
        recording.at(index).console("error", f"failure number {index}")
    shown = render(recording.timeline(), max_tokens=60)

    assert shown.lines[-1] == snapshot("00:02 console_error failure number 2")
    assert shown.notice == snapshot(
        "Cut from 00:03 on: 27 console_error. To continue, repeat the call with cursor=3.000s+0; to cover more time, pass kinds."
    )


def test_span_kinds_and_cursor_work_together() -> None:
    timeline = busy(20)
    first = render(timeline, start=5, end=15, kinds=["click"], max_tokens=50)
    rest = render(timeline, start=5, end=15, kinds=["click"], cursor=first.next_cursor)

    assert [line[:11] for line in (*first.lines, *rest.lines)] == [
        f"00:{second:02} click" for second in range(5, 16)
    ]


def test_what_lasts_into_the_span_is_included() -> None:
    recording = (
        Recording().open("/", element(10, "button"), element(11, "p")).at(1).click(10).at(90).click(11)
    )

    assert [line[:10] for line in render(recording.timeline(), start=30, end=40).lines] == ["00:01 idle"]


def test_a_cursor_between_observations_of_one_moment_loses_none() -> None:
    recording = Recording().open("/")
    for index in range(9):
        recording.at(1).console("error", f"failure {index}")
    timeline = recording.timeline()
    first = render(timeline, kinds=["console_error"], max_tokens=50)
    rest = render(timeline, kinds=["console_error"], cursor=first.next_cursor)

    assert first.next_cursor == snapshot("1.000s+5")
    assert [line[-1] for line in (*first.lines, *rest.lines)] == list("012345678")


@pytest.mark.parametrize(
    "cursor", ["", "next", "12", "-1s+0", "1e9s+0", "12.5s", "12.5s+x", "٣s+0", "1s+0\n2"]
)
def test_an_invalid_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError, match=r"looks like 12\.345s\+0"):
        render(busy(3), cursor=cursor)


def test_a_cursor_beyond_the_end_returns_nothing() -> None:
    shown = render(busy(3), cursor="99999.000s+0")

    assert (shown.lines, shown.total, shown.next_cursor) == ([], 0, None)


def vitals(t: float, **ratings: tuple[float, str]) -> AnalyticsEvent:
    """The event with which posthog-js reports the web vitals of a page."""
    values = {
        f"dollar_web_vitals_{name}_event": {"value": value, "rating": rating}
        for name, (value, rating) in ratings.items()
    }
    return event("$web_vitals", t, **values)


def test_web_vitals_are_one_line_a_page_and_only_where_one_is_poor() -> None:
    recording = Recording().open("/").at(10).open("/cart").at(20).open("/pay").at(30).console("error", "no")
    timeline = recording.timeline(
        vitals(1, LCP=(1816, "good"), FCP=(900, "good")),
        vitals(2, CLS=(0.15, "needs-improvement")),
        vitals(11, LCP=(1816, "good"), FCP=(3400, "poor")),
        vitals(12, CLS=(0.15, "needs-improvement")),
        vitals(21, INP=(612, "poor")),
    )
    shown = render(timeline)

    assert [line for line in shown.lines if "web_vital" in line] == [
        "00:11 web_vital good, but FCP 3.4 s (poor), CLS 0.150 (needs-improvement) [event]",
        "00:21 web_vital INP — 612 ms, poor [event]",
    ]
    assert (shown.left_out, shown.shown, shown.folded) == (3, shown.total, 0)
    assert shown.total + shown.left_out == len(timeline.observations)
    assert shown.notice is None


def test_web_vitals_that_are_asked_for_are_shown_one_by_one() -> None:
    timeline = Recording().open("/").timeline(vitals(1, LCP=(1816, "good"), CLS=(0.3, "poor")))

    assert render(timeline, kinds=["web_vital"]).lines == [
        "00:01 web_vital LCP — 1.8 s, good [event]",
        "00:01 web_vital CLS — 0.300, poor [event]",
    ]


def field_filled_in(*, gap: float = 0.5, name: str = "Name") -> Timeline:
    """A click into a field, and text typed into a field so many seconds later."""
    page = [element(10, "input", name="Name", aria_label="Name"), element(11, "input", aria_label="City")]
    recording = Recording().open("/", *page).at(2).click(10)
    field = 10 if name == "Name" else 11
    return recording.at(2 + gap).focus(field).input(field, "Jo").timeline()


def test_a_click_into_a_field_shares_the_line_of_its_input() -> None:
    shown = render(field_filled_in())

    assert [line.split()[1] for line in shown.lines] == ["page", "viewport", "input"]
    assert (shown.shown, shown.folded, shown.total) == (4, 0, 4)
    assert [one.kind for one in shown.observations] == ["page", "viewport", "click", "input"]


@pytest.mark.parametrize(
    "timeline", [field_filled_in(gap=6), field_filled_in(name="City")], ids=["late", "other"]
)
def test_a_click_long_before_or_into_another_field_keeps_its_line(timeline: Timeline) -> None:
    assert [line.split()[1] for line in render(timeline).lines] == ["page", "viewport", "click", "input"]


def test_kinds_can_be_left_out() -> None:
    timeline = busy(12)
    every = render(timeline)
    shown = render(timeline, without=["scroll", "console_log"])
    some = render(timeline, kinds=["scroll", "click"], without=["scroll"])

    assert shown.lines == [line for line in every.lines if "scroll" not in line and "console_log" not in line]
    assert some.lines == render(timeline, kinds=["click"]).lines


def test_json_holds_recording_observations_and_coverage() -> None:
    timeline = Recording().open("/", title="Shop").timeline()

    assert timeline_as_dict(timeline) == snapshot(
        {
            "recording": {
                "start": "2026-11-18T11:06:40.000+00:00",
                "duration": 0.1,
                "active": 0,
                "windows": ["tab"],
                "device": {"kind": None, "browser": None, "system": None},
            },
            "observations": [
                {
                    "t": 0.0,
                    "window": "tab",
                    "kind": "page",
                    "target": None,
                    "count": 1,
                    "last": None,
                    "source": "replay",
                    "derived": False,
                    "url": "shop.example/",
                    "title": "Shop",
                    "reloaded": False,
                    "line": 'shop.example/ — titled "Shop"',
                },
                {
                    "t": 0.0,
                    "window": "tab",
                    "kind": "viewport",
                    "target": None,
                    "count": 1,
                    "last": None,
                    "source": "replay",
                    "derived": False,
                    "width": 1280,
                    "height": 720,
                    "line": "1280 × 720",
                },
            ],
            "coverage": {
                "lines": 2,
                "events": 2,
                "duplicates": 0,
                "undecodable": 0,
                "out_of_order": 0,
                "windows": 1,
                "full_snapshots": 1,
                "before_first_snapshot": 0,
                "page_driven_inputs": 0,
                "masked_inputs": 0,
                "unmasked_inputs": 0,
                "console": 0,
                "network": 0,
                "requests_without_status": 0,
                "unnamed_targets": 0,
                "synthetic_clicks": 0,
                "unknown_events": 0,
                "unknown_encodings": 0,
                "analytics_events": 0,
                "frames_left_out": 0,
                "times_scaled": 0,
                "far_events": 0,
                "requests_moved": 0.0,
                "analytics_moved": 0.0,
                "analytics_left_out": 0,
                "limits_reached": [],
            },
        }
    )
