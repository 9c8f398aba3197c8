"""Scrolling to the end of a page, which is reported if the height of the page is known."""

from typing import Any

import pytest

from recordings_mcp.replay import AnalyticsEvent
from tests.replay._building import Recording, element, event


def read(*depths: float, path: str = "/journal") -> Recording:
    recording = Recording().open(path, element(10, "p"))
    for index, depth in enumerate(depths):
        recording.at(2 + index).scroll(1, depth)
    return recording.at(9).console("log", "end")


def left(
    path: str = "/journal", *, seconds: float = 8.0, height: Any = 2000.0, scrolled: float = 600.0
) -> AnalyticsEvent:
    """The event with which posthog-js reports a page that was left; 700 pixels of it are seen at once."""
    content = scrolled + 700
    share = min(1.0, content / height) if isinstance(height, float) and height > 0 else height
    return event(
        "$pageleave",
        seconds,
        dollar_prev_pageview_pathname=path,
        dollar_prev_pageview_max_scroll=scrolled,
        dollar_prev_pageview_max_content=content,
        dollar_prev_pageview_max_content_percentage=share,
    )


@pytest.mark.parametrize(
    ("depths", "expected"),
    [
        ((1300,), "down to 1300 px (the end of the page)"),
        ((1299.6,), "down to 1300 px (the end of the page)"),
        ((1100,), "down to 1100 px (the end of the page, 90% seen)"),
        ((1099,), "down to 1099 px"),
        ((500, 1200, 300), "down to 1200 px (the end of the page, 95% seen), back up to 300 px"),
        ((1300, 0), "down to 1300 px (the end of the page), back to the top"),
    ],
)
def test_a_page_was_scrolled_to_its_end_when_nine_tenths_of_it_were_seen(
    depths: tuple[float, ...], expected: str
) -> None:
    assert read(*depths).sentences("scroll", events=[left()]) == [f"scroll page ({expected})"]


@pytest.mark.parametrize(
    "events",
    [
        [],
        [event("$pageleave", 8)],
        [left("/other")],
        [left(seconds=1)],
        [left(height=0.0)],
        [left(height="2000")],
        [left(height=-1.0)],
        [left(height=float("nan"))],
        [event("$pageleave", 8, dollar_window_id="another", dollar_prev_pageview_pathname="/journal")],
    ],
    ids=range(9),
)
def test_nothing_is_reported_about_the_end_of_a_page_of_unknown_height(events: list[AnalyticsEvent]) -> None:
    assert read(1300).sentences("scroll", events=events) == ["scroll page (down to 1300 px)"]


def test_what_scrolls_within_a_page_is_not_the_page() -> None:
    recording = Recording().open("/journal", element(10, "div")).at(2).scroll(10, 1300)

    assert recording.sentences("scroll", events=[left()]) == ["scroll div (down to 1300 px)"]


def test_each_visit_has_its_own_height() -> None:
    recording = (
        read(1300).at(10).open("/next").at(12).scroll(1, 1300).at(20).open("/journal").at(22).scroll(1, 700)
    )
    events = [left(seconds=9.9), left("/next", seconds=19.9, height=9000.0), left(seconds=30)]

    assert recording.sentences("scroll", events=events) == [
        "scroll page (down to 1300 px (the end of the page))",
        "scroll page (down to 1300 px)",
        "scroll page (down to 700 px)",
    ]


def test_the_next_pageview_reports_the_height_of_a_single_page_applications_page() -> None:
    recording = (
        read(1300).at(10).tag("$pageview", {"href": "https://shop.example/next"}).at(11).scroll(1, 1300)
    )

    assert recording.sentences("scroll", events=[left(seconds=10.2)]) == [
        "scroll page (down to 1300 px (the end of the page))",
        "scroll page (down to 1300 px)",
    ]


def test_the_first_report_of_a_pages_height_counts_however_many_follow() -> None:
    longer = left(seconds=8.5, height=2100.0)

    assert read(1300).sentences("scroll", events=[left(), longer]) == [
        "scroll page (down to 1300 px (the end of the page))"
    ]
