"""Rage clicks, dead clicks and quick backs, as PostHog and posthog-js define them."""

from typing import Any

import pytest

from recordings_mcp.replay import Observation
from recordings_mcp.replay.text.line import detail_of, subject_of
from tests.replay._building import START, Recording, element, event, text

KINDS = ("rage_click", "dead_click", "quick_back")


def page() -> Recording:
    return Recording().open(
        "/",
        element(10, "button", text(11, "Apply")),
        element(12, "a", element(13, "b", text(14, "More")), href="/more"),
        element(15, "input", type="text"),
        element(16, "input", type="checkbox"),
        element(17, "div", text(18, "Plain")),
        element(19, "select"),
        element(20, "div", contenteditable="true"),
    )


def found(recording: Recording, *kinds: str) -> list[Observation]:
    return [seen for seen in recording.timeline().observations if seen.kind in (kinds or KINDS)]


def clicks(recording: Recording, *at: tuple[float, float, float]) -> Recording:
    for seconds, x, y in at:
        recording.at(seconds).click(10, x, y)
    return recording


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ([(1, 5, 5), (1.5, 5, 5)], []),
        ([(1, 5, 5), (1.5, 5, 5), (2.0, 5, 5)], [(2.0, "3 clicks in a row")]),
        ([(1, 5, 5), (1.9, 19, 20), (2.8, 34, 34)], [(2.8, "3 clicks in a row")]),
        ([(1, 5, 5), (2.0, 5, 5), (3.0, 5, 5)], []),
        ([(1, 5, 5), (1.1, 20, 20), (1.2, 20, 20)], []),
        ([(1 + n / 5, 5, 5) for n in range(7)], [(1.4, "7 clicks in a row")]),
        (
            [(n + m / 5, 5, 5) for n in (1, 10) for m in range(3)],
            [(1.4, "3 clicks in a row"), (10.4, "3 clicks in a row")],
        ),
    ],
)
def test_three_clicks_close_in_time_and_place_are_rage(
    at: list[tuple[float, float, float]], expected: list[tuple[float, str]]
) -> None:
    assert [(seen.t, detail_of(seen)) for seen in found(clicks(page(), *at), "rage_click")] == expected


def test_a_rage_click_has_its_target_and_its_end_and_is_marked_as_derived() -> None:
    (rage,) = found(clicks(page(), (1, 5, 5), (1.2, 5, 5), (1.4, 5, 5), (1.6, 5, 5)), "rage_click")

    assert (subject_of(rage), rage.last, rage.derived, rage.source) == ('button "Apply"', 1.6, True, "replay")


def answered(recording: Recording, after: float, how: str) -> Recording:
    recording.at(1).click(10).at(1 + after)
    match how:
        case "change":
            recording.mutate(attributes=[(17, {"class": "open"})])
        case "scroll":
            recording.scroll(1, 100)
        case "selection":
            recording.change(14, ranges=[])
        case "left":
            recording.tag("window hidden")
        case "input":
            recording.input(15, "set by the page")
        case "page":
            recording.open("/next")
        case "address":
            recording.tag("$pageview", {"href": "https://shop.example/next"})
        case "console":
            recording.console("log", "clicked")
        case _:
            recording.request("/api", responseStatus=200)
    return recording.at(9).console("log", "end")


@pytest.mark.parametrize(
    ("how", "after", "dead"),
    [
        ("change", 2.49, 0),
        ("change", 2.5, 1),
        ("scroll", 0.09, 0),
        ("scroll", 0.1, 1),
        ("selection", 0.09, 0),
        ("selection", 0.1, 1),
        ("left", 0.99, 0),
        ("left", 1.0, 1),
        ("input", 2.4, 0),
        ("page", 2.7, 0),
        ("page", 8, 0),
        ("address", 8, 0),
        ("console", 0.1, 1),
        ("request", 0.1, 1),
    ],
)
def test_a_click_that_nothing_answers_in_time_is_dead(how: str, after: float, dead: int) -> None:
    assert len(found(answered(page(), after, how), "dead_click")) == dead


def test_a_dead_click_has_the_time_of_the_click() -> None:
    (dead,) = found(page().at(1).click(11).at(9).console("log", "end"), "dead_click")

    assert (dead.t, subject_of(dead), detail_of(dead), dead.derived) == (
        1.0,
        'button "Apply"',
        "no change recorded",
        True,
    )


@pytest.mark.parametrize("node_id", [12, 14, 15, 19, 20, 2, 4711])
def test_clicks_whose_response_is_not_recorded_are_not_dead(node_id: int) -> None:
    assert found(page().at(1).click(node_id).at(9).console("log", "end"), "dead_click") == []


def test_a_click_right_after_coming_back_is_not_dead() -> None:
    assert (
        found(page().at(1).tag("window visible").at(1.9).click(10).at(9).console("log", "end"), "dead_click")
        == []
    )


def test_clicks_on_one_node_within_a_second_are_one_dead_click() -> None:
    (dead,) = found(
        page().at(1).click(10).at(1.9).click(10).at(4).click(10).at(9).console("log", "end"), "dead_click"
    )

    assert (dead.t, dead.count, dead.last) == (1.0, 2, 4.0)


@pytest.mark.parametrize(("after", "dead"), [(0.3, 0), (0.9, 0), (1.0, 1)])
def test_a_click_on_a_node_within_a_second_is_ignored_also_if_the_first_was_answered(
    after: float, dead: int
) -> None:
    recording = page().at(1).click(10).mutate(attributes=[(17, {"class": "open"})])

    assert len(found(recording.at(1 + after).click(10).at(9).console("log", "end"), "dead_click")) == dead


def selecting(recording: Recording, *, last_after: bool = False) -> Recording:
    """Three clicks on a paragraph, of which the second selects a word and the third all of it."""
    for n in range(3):
        recording.at(1 + n * 0.15).interact(1, 18, x=5, y=5)
        span = {"start": 18, "startOffset": 0, "end": 18, "endOffset": 5 * n}
        if not last_after:
            recording.change(14, ranges=[span])
        recording.at(1.05 + n * 0.15).interact(0, 18, x=5, y=5).at(1.06 + n * 0.15).interact(2, 18, x=5, y=5)
        if last_after:
            recording.at(1.1 + n * 0.15).change(14, ranges=[span])
    return recording


@pytest.mark.parametrize("last_after", [False, True])
def test_three_clicks_that_select_text_are_neither_rage_nor_dead(*, last_after: bool) -> None:
    recording = selecting(page(), last_after=last_after)

    assert found(recording.at(9).console("log", "end")) == []


def test_a_fourth_click_is_rage_whatever_it_selects() -> None:
    (rage,) = found(selecting(page()).at(1.6).click(18, 5, 5), "rage_click")

    assert (subject_of(rage), rage.t, detail_of(rage)) == ('div "Plain"', 1.6, "4 clicks in a row")


def test_a_caret_is_no_selection() -> None:
    recording = page()
    for n in range(3):
        caret = {"start": 11, "startOffset": 2, "end": 11, "endOffset": 2}
        recording.at(1 + n / 5).click(10, 5, 5).change(14, ranges=[caret])

    assert len(found(recording, "rage_click")) == 1


@pytest.mark.parametrize(
    ("node", "rage"),
    [
        (element(10, "button", text(11, "Apply")), 1),
        (element(10, "button", text(11, "Add to the next order now")), 1),
        (element(10, "button", aria_label="Next"), 0),
        (element(10, "button", text(11, "Previous month")), 0),
        (element(10, "button", text(11, "Weiter")), 0),
        (element(10, "button", text(11, "+")), 0),
        (element(10, "button", text(11, "\N{MINUS SIGN}")), 0),
        (element(10, "a", text(11, "\N{RIGHTWARDS ARROW}"), href="#"), 0),
        (element(10, "button", class_="swiper-button-next"), 0),
        (element(10, "button", data_testid="quantity_plus"), 0),
        (element(10, "input", type="number"), 0),
        (element(10, "input", element(11, "i")), 0),
        (element(10, "textarea"), 0),
        (element(10, "input", type="checkbox"), 1),
        (element(10, "input", type="CHECKBOX"), 1),
        (element(10, "div", element(11, "p", text(12, "Minutes")), contenteditable="FALSE"), 1),
        (element(10, "div", element(11, "pre", text(12, "x = 1")), class_="CodeMirror"), 0),
        (element(10, "div", element(11, "p", text(12, "Minutes")), contenteditable="true"), 0),
        (element(10, "div", element(11, "p", text(12, "Minutes")), contenteditable="false"), 1),
        (element(10, "div", text(11, "Comment"), role="textbox"), 0),
    ],
)
def test_clicks_in_text_fields_and_editors_and_on_steppers_are_no_rage(node: Any, rage: int) -> None:
    clicked = (node["childNodes"] or [node])[0]["id"]
    recording = Recording().open("/", node)
    for n in range(3):
        recording.at(1 + n / 5).click(clicked, 5, 5)

    assert len(found(recording, "rage_click")) == rage


def sign_up(**form: Any) -> Recording:
    return Recording().open(
        "/join",
        element(
            10,
            "form",
            element(11, "label", text(12, "Username"), for_="name"),
            element(13, "input", id="name", required=""),
            element(14, "input", id="town", aria_label="Town"),
            element(15, "button", element(16, "span", text(17, "Sign Up"))),
            element(18, "button", text(19, "Search places"), type="button"),
            **form,
        ),
        element(20, "a", text(21, "More"), href="#"),
    )


NAME = 'textbox "Username" [name]'


@pytest.mark.parametrize(
    ("recording", "clicked", "focused", "expected"),
    [
        (sign_up(), 16, 13, f'click button "Sign Up" (focus moved to {NAME} (the browser refused the form))'),
        (sign_up(novalidate=""), 15, 13, f'click button "Sign Up" (focus moved to {NAME})'),
        (sign_up(), 15, 14, 'click button "Sign Up" (focus moved to textbox "Town" [town])'),
        (sign_up(), 18, 13, f'click button "Search places" (focus moved to {NAME})'),
        (sign_up(), 20, 13, 'click link "More"'),
        (sign_up(), 16, 15, 'click button "Sign Up"'),
        (sign_up(), 16, 20, 'click button "Sign Up"'),
        (sign_up(), 16, -1, 'click button "Sign Up"'),
        (sign_up(), 12, 13, 'click label "Username"'),
    ],
)
def test_the_focus_that_a_click_moved_to_a_field_is_reported(
    recording: Recording, clicked: int, focused: int, expected: str
) -> None:
    assert recording.at(1).click(clicked).at(1.001).focus(focused).sentences("click") == [expected]


def test_the_focus_that_moves_after_the_page_changed_is_not_reported() -> None:
    recording = sign_up().at(1).click(18).at(1.01).mutate(texts=[(19, "Searching")])

    assert recording.at(1.02).focus(13).sentences("click") == ['click button "Search places"']


@pytest.mark.parametrize(
    ("focused", "after", "dead"),
    [(13, 0.001, 0), (13, 0.099, 0), (13, 0.1, 1), (20, 0.001, 0), (15, 0.001, 1)],
)
def test_the_focus_that_moves_at_once_to_another_node_answers_a_click(
    focused: int, after: float, dead: int
) -> None:
    recording = sign_up(novalidate="").at(1).click(16).at(1 + after).focus(focused)
    recording.at(9).console("log", "end")

    assert len(found(recording, "dead_click")) == dead


def test_clicks_that_the_browser_refused_are_counted_apart_from_the_others() -> None:
    recording = sign_up().input(13, "no address")
    for at, focused in ((1, 0), (3, 13), (5, 13), (7, 0)):
        recording.at(at).click(15)
        if focused:
            recording.at(at + 0.01).focus(focused).blur(focused)

    refused = f"focus moved to {NAME} (the browser refused the form)"
    assert recording.sentences("click") == [
        'click button "Sign Up"',
        f'click button "Sign Up" ({refused}) x2',
        'click button "Sign Up"',
    ]


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("following", ["/join", "/welcome"])
def test_a_form_that_led_to_a_page_was_not_refused(following: str, *, waiting: bool) -> None:
    recording = sign_up().at(1).click(15)
    if waiting:
        recording.at(9).mutate(texts=[(19, "Places")])

    assert recording.at(12).add(0, {}).open(following).sentences("click", "dead_click") == [
        'click button "Sign Up"'
    ]


DEAD = 'dead_click button "Sign Up" (no change recorded)'


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("page", []),
        ("again", []),
        ("other click", [DEAD]),
        ("other text", [DEAD]),
        ("reload", []),
    ],
)
def test_a_page_that_follows_answers_the_last_clicks_however_late(then: str, expected: list[str]) -> None:
    recording = sign_up(novalidate="").at(1).click(15)
    match then:
        case "again":
            recording.at(1.4).click(15).at(5).click(15)
        case "other click":
            recording.at(5).click(18).at(9).console("log", "waiting")
        case "other text":
            recording.at(5).focus(14).input(14, "Ghent")
        case _:
            pass
    recording.at(20).add(0, {}).open("/join" if then == "reload" else "/welcome")

    assert recording.sentences("dead_click") == expected


@pytest.mark.parametrize("following", ["/join", "/before"])
def test_a_reload_and_going_back_answer_no_click_that_submits_nothing(following: str) -> None:
    recording = sign_up()
    recording.events.insert(0, {**recording.events[0], "timestamp": START - 900})
    recording.events[0]["data"] = {**recording.events[0]["data"], "href": "https://shop.example/before"}
    recording.at(1).click(18).at(20).add(0, {}).open(following)

    assert recording.sentences("dead_click") == ['dead_click button "Search places" (no change recorded)']


AS_IN_DIALOG = "the mouse did not move for 4.2 s, as while a native dialog is open"


def moved(recording: Recording, at: float, *places: tuple[float, float], late: float = 0.0) -> Recording:
    positions = [{"x": x, "y": y, "id": 6, "timeOffset": -1000 * late} for x, y in places]
    return recording.at(at + late).change(1, positions=positions).at(30).console("log", "end")


@pytest.mark.parametrize(
    ("places", "at", "expected"),
    [
        ([(300, 200), (320, 210)], 4.5, ["click — a native dialog was open for 3.5 s"]),
        ([(300, 200), (320, 210)], 1.9, ["click", "dead_click — no change recorded"]),
        ([(300, 200)], 2.5, ["click", "dead_click — no change recorded"]),
        ([(12, 10), (60, 20)], 2.5, ["click", "dead_click — no change recorded"]),
        (
            [(12, 10), (60, 20)],
            5.2,
            [
                "click",
                f"dead_click — no change recorded; {AS_IN_DIALOG}",
            ],
        ),
    ],
)
@pytest.mark.parametrize("late", [0.0, 0.4])
@pytest.mark.parametrize("changed", [False, True])
def test_a_mouse_that_rests_after_a_click_and_is_then_elsewhere_was_used_in_a_native_dialog(
    places: list[tuple[float, float]], at: float, expected: list[str], late: float, *, changed: bool
) -> None:
    recording = page().at(1).click(10)
    if changed and at > 3.8:
        recording.at(at).mutate(attributes=[(17, {"class": "gone"})])
    seen = moved(recording, at, *places, late=late).timeline().observations

    assert [
        " — ".join(filter(None, (one.kind, detail_of(one))))
        for one in seen
        if one.kind in ("click", "dead_click")
    ] == expected


MISSING = f"the browser refused the form: {NAME} is empty"


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        (sign_up().at(1).click(16), f'click button "Sign Up" ({MISSING})'),
        (sign_up(novalidate="").at(1).click(16), 'click button "Sign Up"'),
        (sign_up().at(1).focus(13).input(13, "ada").at(2).click(16), 'click button "Sign Up"'),
        (
            sign_up().at(1).focus(13).input(13, "ada").input(13, "").at(2).click(16),
            f'click button "Sign Up" ({MISSING})',
        ),
        (sign_up().at(1).click(18), 'click button "Search places"'),
        (sign_up().mutate(attributes=[(13, {"value": "ada"})]).at(4).click(16), 'click button "Sign Up"'),
        (
            sign_up().mutate(attributes=[(15, {"type": "SUBMIT"})]).at(4).click(16),
            f'click button "Sign Up" ({MISSING})',
        ),
        (sign_up().mutate(attributes=[(13, {"disabled": ""})]).at(4).click(16), 'click button "Sign Up"'),
        (
            sign_up().mutate(attributes=[(15, {"formnovalidate": ""})]).at(4).click(16),
            'click button "Sign Up"',
        ),
    ],
)
def test_a_submit_with_an_empty_required_field_was_refused_by_the_browser(
    recording: Recording, expected: str
) -> None:
    recording.at(30).console("log", "end")
    dead = 0 if MISSING in expected else 1

    assert recording.sentences("click") == [expected]
    assert len(recording.sentences("dead_click")) == dead


def test_a_recording_that_ends_too_soon_does_not_say_whether_a_click_was_dead() -> None:
    assert found(page().at(1).click(10).at(3).console("log", "end")) == []


def test_what_posthog_reports_is_not_reported_again() -> None:
    recording = clicks(page(), (1, 5, 5), (1.2, 5, 5), (1.4, 5, 5)).at(9).console("log", "end")
    reported = (event("$rageclick", 1.38), event("$dead_click", 0.99))
    observed = [seen for seen in recording.timeline(*reported).observations if seen.kind in KINDS]

    assert [(seen.kind, seen.t, seen.source, subject_of(seen)) for seen in observed] == [
        ("dead_click", 1.0, "event", 'button "Apply"'),
        ("rage_click", 1.38, "event", 'button "Apply"'),
    ]


def test_what_posthog_reports_lasts_from_the_first_click_it_refers_to_to_the_last() -> None:
    recording = page().at(1).click(10).at(4).click(10).at(9).console("log", "end")
    reported = (event("$dead_click", 1.0), event("$dead_click", 4.0))
    (dead,) = [seen for seen in recording.timeline(*reported).observations if seen.kind == "dead_click"]

    assert (dead.t, dead.count, dead.last, dead.source) == (1.0, 2, 4.0, "event")


def test_what_posthog_reports_about_one_click_hides_no_other() -> None:
    recording = page().at(1).click(10).at(10).click(17).at(20).click(10).at(29).console("log", "end")
    reported = (event("$dead_click", 1.0), event("$dead_click", 20.0))
    observed = [seen for seen in recording.timeline(*reported).observations if seen.kind == "dead_click"]

    assert [(seen.t, subject_of(seen), seen.source) for seen in observed] == [
        (1.0, 'button "Apply"', "event"),
        (10.0, 'div "Plain"', "replay"),
    ]


@pytest.mark.parametrize("early", [0.0, 0.4, 0.9])
def test_a_dead_click_is_reported_after_the_click_it_refers_to(early: float) -> None:
    """PostHog adjusts an event's time to when it was sent; a property holds the time of the page's own
    clock."""
    recording = page().at(1).click(10).at(2).click(17).at(9).console("log", "end")
    reported = event("$dead_click", 2.0 - early, dollar_dead_click_event_timestamp=START + 1_999)

    assert recording.sentences("click", "dead_click", events=[reported]) == [
        'click button "Apply"',
        'click div "Plain"',
        'dead_click div "Plain"',
    ]


def test_a_quick_back_known_from_pageviews_alone_is_reported() -> None:
    visits = ((1, "/a"), (5, "/b"), (6, "/a"))
    reported = [
        event("$pageview", at, dollar_current_url=f"https://shop.example{path}") for at, path in visits
    ]
    (back,) = [seen for seen in page().timeline(*reported).observations if seen.kind == "quick_back"]

    assert (subject_of(back), back.t, back.last, back.source, back.derived) == ("/b", 5.0, 6.0, "event", True)


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([(0, "/a"), (5, "/b"), (6.9, "/a")], [("/b", 5.0, 6.9)]),
        ([(0, "/a"), (5, "/b"), (7.1, "/a")], []),
        ([(0, "/a"), (5, "/b"), (6, "/c")], []),
        ([(0, "/"), (5, "/a"), (6, "/"), (9, "/b"), (10, "/")], [("/a", 5.0, 6.0), ("/b", 9.0, 10.0)]),
    ],
)
def test_a_page_left_at_once_for_the_previous_one_is_a_quick_back(
    visits: list[Any], expected: list[Any]
) -> None:
    recording = Recording()
    for seconds, path in visits:
        recording.at(seconds).open(path)

    assert [(subject_of(seen), seen.t, seen.last) for seen in found(recording, "quick_back")] == expected
