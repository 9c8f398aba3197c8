"""The overview and the chapters of a digest."""

from math import inf, nan

import pytest

from recordings_mcp.replay import Chapter, Observation
from recordings_mcp.replay.model import Input, Pause, Viewport
from tests.replay.digest.story import (
    EMAIL,
    click,
    dead_click,
    digest_of,
    event,
    exception,
    failed_request,
    named,
    page,
    typed,
)


def test_a_chapter_lists_what_was_done_on_a_page() -> None:
    found = digest_of(
        page(0, "shop.example/checkout?step=1", "Checkout"),
        page(2, "/checkout?step=2"),
        click(3, EMAIL),
        typed(4, EMAIL),
        click(8, 'button "Pay"', count=2),
        exception(9),
        failed_request(10),
        dead_click(11, 'button "Pay"'),
        event(12, "payment declined"),
        event(13, "payment declined"),
        event(14, "$identify"),
        Observation(20, "w", "idle", facts=Pause(40), last=60, derived=True),
        page(61, "/help"),
        until=70,
    )

    assert found.chapters == [
        Chapter(
            page="shop.example/checkout?step=1",
            title="Checkout",
            window=1,
            start=0,
            end=61,
            loads=2,
            clicks={named('button "Pay"'): 2},
            fields=[named(EMAIL)],
            events={"payment declined": 2},
            errors=2,
            friction=1,
            idle=40,
            active=None,
            scrolled_to_end=False,
        ),
        Chapter("/help", None, 1, 61, 70, 1, {}, [], {}, 0, 0, 0, None, scrolled_to_end=False),
    ]
    assert (found.overview.pages, found.path) == (
        ["shop.example/checkout?step=1", "/help"],
        ["/checkout", "/help"],
    )


def test_windows_are_numbered_and_what_comes_before_any_page_is_a_chapter_too() -> None:
    found = digest_of(
        click(1, "div"), page(2, "shop.example/"), page(3, "/guide", window="v"), click(4, "div", window="v")
    )

    assert [(chapter.page, chapter.window) for chapter in found.chapters] == [
        (None, 1),
        ("shop.example/", 1),
        ("/guide", 2),
    ]
    assert found.overview.windows == 2


@pytest.mark.parametrize(("width", "device"), [(390, "phone"), (768, "tablet"), (1024, "desktop")])
def test_the_device_is_derived_from_the_width_of_the_viewport(width: int, device: str) -> None:
    overview = digest_of(Observation(0, "w", "viewport", facts=Viewport(width, 800))).overview

    assert (overview.viewport, overview.device) == ((width, 800), device)


def test_a_hash_route_is_a_page_and_an_anchor_is_none() -> None:
    found = digest_of(
        page(0, "app.example/#/inbox"), page(2, "/#/inbox?id=7"), page(4, "/#/sent"), page(6, "/#top")
    )

    assert found.path == ["/#/inbox", "/#/sent", "/"]


def test_an_analytics_event_after_the_end_does_not_lengthen_the_recording() -> None:
    digest = digest_of(click(58, 'button "Pay"'), event(63, "$web_vitals"), until=60)

    assert digest.overview.duration == 60


@pytest.mark.parametrize("unknown", [0, nan, inf])
def test_a_recording_of_unknown_length_lasts_until_its_last_observation_ended(unknown: float) -> None:
    pay, filled_in = click(60, 'button "Pay"'), typed(58, EMAIL, until=64)
    digest = digest_of(filled_in, pay, until=unknown)

    assert (digest.overview.duration, [chapter.end for chapter in digest.chapters]) == (64, [64])


def test_a_visit_lasts_until_its_last_analytics_event() -> None:
    digest = digest_of(click(58, 'button "Pay"'), event(63, "order paid"), until=60)

    assert (digest.overview.duration, [chapter.end for chapter in digest.chapters]) == (60, [63])


def test_clicks_on_unknown_targets_are_counted_beside_unknown_fields_that_were_filled_in() -> None:
    unknown = Observation(2, "w", "click", count=2)
    (chapter,) = digest_of(Observation(1, "w", "input", facts=Input("typed")), unknown).chapters

    assert (chapter.clicks, chapter.fields) == ({None: 2}, [None])
