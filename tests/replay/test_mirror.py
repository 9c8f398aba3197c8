"""The rebuilt page at the moment of an action."""

import pytest

from tests.replay._building import Recording, document, element, text


def button(node_id: int, label: str) -> dict[str, object]:
    return element(node_id, "button", text(node_id + 1, label))


def page() -> Recording:
    return Recording().open("/", element(10, "main", button(20, "Add to cart")))


def test_a_label_is_the_one_the_button_had_when_it_was_clicked() -> None:
    recording = page().click(20).mutate(removes=[(20, 21)], adds=[(20, text(30, "Added"))]).click(20)

    assert recording.sentences("click") == ['click button "Add to cart"', 'click button "Added"']


def test_additions_may_come_before_their_parents_and_siblings() -> None:
    recording = page().mutate(
        adds=[
            (41, text(44, "three"), None),
            (41, text(42, "one "), 43),
            (41, text(43, "two "), 44),
            (40, element(41, "a", href="/"), None),
            (10, element(40, "p"), 20),
        ]
    )

    assert recording.click(41).sentences("click") == ['click link "one two three"']


def test_additions_are_put_before_the_sibling_they_name() -> None:
    recording = page().mutate(
        adds=[(20, text(32, " c"), None), (20, text(31, " b"), 32), (20, text(30, "a "), 21)]
    )

    assert recording.click(20).sentences("click") == ['click button "a Add to cart b c"']


def test_a_moved_node_is_named_by_where_it_is_now() -> None:
    recording = page().mutate(
        removes=[(10, 20)], adds=[(10, element(50, "a", href="/"), None), (50, element(20, "span"), None), (20, text(21, "Move"), None)]
    )  # fmt: skip

    assert recording.click(21).sentences("click") == ['click link "Move"']


def test_a_node_is_named_by_where_its_ancestors_are_now() -> None:
    icon = element(12, "span", element(13, "i"))
    recording = Recording().open(
        "/", element(10, "button", icon, aria_label="Save"), element(20, "button", aria_label="Send")
    )
    recording.click(13).mutate(removes=[(10, 12)], adds=[(20, element(12, "span"))]).click(13)

    assert recording.sentences("click") == ['click button "Save"', 'click button "Send"']


def test_a_button_that_was_just_removed_still_has_its_name() -> None:
    assert page().mutate(removes=[(10, 20)]).click(20).sentences("click") == ['click button "Add to cart"']


def test_what_was_removed_is_no_part_of_a_name() -> None:
    recording = Recording().open(
        "/", element(10, "button", text(11, "Buy"), element(12, "b", text(13, " now")))
    )

    assert recording.mutate(removes=[(10, 12)]).click(10).sentences("click") == ['click button "Buy"']


def test_a_full_snapshot_invalidates_earlier_ids() -> None:
    recording = page().open("/next", element(10, "p")).click(20)

    assert recording.sentences("click") == ["click"]


def test_changes_before_a_full_snapshot_do_not_outlive_it() -> None:
    recording = page().mutate(texts=[(21, "Old")], attributes=[(20, {"aria-label": "Older"})])

    assert recording.open("/next", button(20, "New")).click(20).sentences("click") == ['click button "New"']


def test_attributes_come_go_and_change() -> None:
    recording = (
        page().mutate(attributes=[(20, {"aria-label": "Put in cart", "style": {"color": "red"}})]).click(20)
    )
    recording.mutate(attributes=[(20, {"aria-label": None})]).click(20)

    assert recording.sentences("click") == ['click button "Put in cart"', 'click button "Add to cart"']


def test_a_node_without_a_known_parent_is_still_named() -> None:
    assert page().mutate(adds=[(999, button(60, "Orphan"))]).click(60).sentences("click") == [
        'click button "Orphan"'
    ]


def test_a_frame_is_a_page_within_the_page() -> None:
    recording = page().mutate(adds=[(10, element(70, "iframe"))])
    recording.mutate(adds=[(70, document(button(90, "Pay"), first_id=80))], isAttachIframe=True)

    assert recording.click(91).sentences("click") == ['click button "Pay"']


def test_a_nested_frame_that_reloads_shows_its_new_page() -> None:
    recording = page().mutate(adds=[(10, element(70, "iframe"))])
    recording.mutate(adds=[(70, document(element(90, "iframe"), first_id=80))], isAttachIframe=True)
    recording.mutate(adds=[(90, document(button(110, "Old"), first_id=100))], isAttachIframe=True)
    recording.mutate(adds=[(90, document(button(130, "New"), first_id=120))], isAttachIframe=True)

    assert recording.click(130).sentences("click") == ['click button "New"']


def test_what_is_in_a_shadow_root_is_named_like_the_rest() -> None:
    host = element(70, "shop-button") | {"isShadowHost": True}
    inner = button(71, "Shadow") | {"isShadow": True}
    recording = page().mutate(adds=[(10, host)]).mutate(adds=[(70, inner)])

    assert recording.click(72).sentences("click") == ['click button "Shadow"']


def test_a_replaced_document_is_the_page() -> None:
    recording = page().mutate(
        removes=[(1, 2)], adds=[(1, element(80, "html")), (80, element(81, "body")), (81, button(82, "New"))]
    )

    assert recording.click(82).sentences("click") == ['click button "New"']


def test_a_second_snapshot_of_one_document_keeps_its_ids_in_any_order() -> None:
    recording = page().snapshot(
        element(60, "main", button(20, "Twenty"), button(58, "Later"), button(22, "Earlier"))
    )

    for node_id in (58, 22, 20):
        recording.click(node_id)
    assert recording.sentences("click") == [
        'click button "Later"',
        'click button "Earlier"',
        'click button "Twenty"',
    ]


def test_a_page_that_changes_all_the_time_is_followed() -> None:
    recording = page()
    for index in range(3000):
        recording.mutate(
            removes=[(20, 21 if index == 0 else 999 + index)],
            adds=[(20, text(1000 + index, f"Item {index}"))],
        )

    assert recording.click(20).sentences("click") == ['click button "Item 2999"']


def test_a_list_that_is_filled_from_its_end_is_in_order() -> None:
    recording = page().mutate(adds=[(10, element(70, "a", href="/"), 20)])
    recording.mutate(
        adds=[(70, text(100 + index, f"{index} "), 99 + index if index else None) for index in range(9)]
    )

    assert recording.click(70).sentences("click") == ['click link "8 7 6 5 4 3 2 1 0"']


@pytest.mark.parametrize("kind", [8, 9, 10, 13, 14, 15, 16])
def test_sources_of_no_interest_are_ignored(kind: int) -> None:
    timeline = page().change(kind, id=20, adds=[{"rule": "a{}"}]).timeline()

    assert (timeline.coverage.unknown_events, timeline.coverage.undecodable) == (0, 0)


def test_unknown_types_sources_and_plugins_are_counted() -> None:
    recording = page().add(77, {}).change(99, id=1).add(6, {"plugin": "rrweb/canvas@9", "payload": {}})

    assert recording.timeline().coverage.unknown_events == 3


def test_an_attribute_that_is_set_to_null_is_no_longer_there() -> None:
    recording = Recording().open("/", element(10, "div", text(11, "Notes"), contenteditable="true"))
    recording.click(10).mutate(attributes=[(10, {"contenteditable": None})]).at(10).click(10).at(20)

    assert recording.console("log", "end").sentences("dead_click") == [
        'dead_click div "Notes" (no change recorded)'
    ]
