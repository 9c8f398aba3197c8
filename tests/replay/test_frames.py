"""A frame of the same origin with a recorder of its own: two windows, one person."""

import pytest

from recordings_mcp.replay import Timeline, describe_coverage, read_timeline
from tests.replay._building import Recording, element, event, sentences, text

FRAME = element(40, "iframe")


def page() -> Recording:
    """A page whose recorder also records the frame in it."""
    recording = Recording("page").open("/docs", element(10, "h1", text(11, "Buttons")), FRAME, title="Docs")
    frame = {
        "type": 0,
        "id": 50,
        "rootId": 50,
        "childNodes": [element(51, "html", element(52, "body", element(53, "button", text(54, "Try"))))],
    }
    return recording.mutate(adds=[(40, frame)], isAttachIframe=True)


def frame(width: int = 600, height: int = 300) -> Recording:
    """The same frame by its own recorder."""
    recording = Recording("frame").at(0.4)
    recording.add(4, {"href": "https://shop.example/docs/demo", "width": width, "height": height})
    return recording.snapshot(element(13, "button", text(14, "Try")), title="Demo")


def read(*recordings: Recording) -> Timeline:
    lines = sorted((line for one in recordings for line in one.lines()), key=lambda line: line[-15:-2])
    return read_timeline(lines, [event("$pageview", 0.5, dollar_current_url="https://shop.example/docs/demo",
                                       dollar_window_id="frame")])  # fmt: skip


def test_what_is_done_in_a_frame_is_reported_once_and_the_frame_is_no_page() -> None:
    inner = frame().at(3.002).click(14, 5, 5).at(4).console("error", "demo failed")
    outer = page().at(3).click(54, 105, 205).at(9).click(11)
    timeline = read(outer, inner)

    assert sentences(timeline, "page", "click", "dead_click", "console_error") == [
        'page shop.example/docs (titled "Docs")',
        'click button "Try"',
        'dead_click button "Try" (no change recorded)',
        "console_error (demo failed)",
        'click heading "Buttons"',
    ]
    assert [seen.kind for seen in timeline.observations if seen.window == "frame"] == ["console_error"]
    assert "1 frame recorded separately, reported once" in describe_coverage(timeline.coverage)


def test_a_frame_in_which_nothing_is_done_is_no_page() -> None:
    timeline = read(page().at(9).click(11), frame())

    assert sentences(timeline, "page") == ['page shop.example/docs (titled "Docs")']
    assert timeline.coverage.frames_left_out == 1


@pytest.mark.parametrize(
    "tab",
    [
        frame().at(5).click(14),
        frame(1280, 720),
        frame().at(3).click(14).at(7).click(14),
    ],
    ids=["acts of its own", "as large as the page", "one act in both"],
)
def test_another_tab_is_no_frame(tab: Recording) -> None:
    timeline = read(page().at(3).click(54).at(9).click(11), tab)

    assert "page" in {seen.kind for seen in timeline.observations if seen.window == "frame"}
    assert timeline.coverage.frames_left_out == 0


def test_a_smaller_window_for_which_the_page_was_left_is_no_frame() -> None:
    timeline = read(page().tag("window hidden").at(9).click(11), frame())

    assert timeline.coverage.frames_left_out == 0
