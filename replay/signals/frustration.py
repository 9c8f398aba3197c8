"""Rage clicks and dead clicks, as posthog-js defines them.

If they were captured, PostHog's own `$rageclick` and `$dead_click` events report the same. Clicks found here
are marked as derived, and left out if such an event reports them.
"""

from dataclasses import replace
from itertools import islice
from typing import Any, Final

from recordings_mcp.replay.limits import MAX_READ_CHILDREN, MAX_UNANSWERED
from recordings_mcp.replay.model import Click, ClickRun, Stillness, Target
from recordings_mcp.replay.page.fields import editor_around, field_type
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.roles import BUTTON_TYPES
from recordings_mcp.replay.page.targets import control_of, target_of
from recordings_mcp.replay.shapes import fields_of, finite, items_of
from recordings_mcp.replay.signals.draft import Draft
from recordings_mcp.replay.signals.forms import missing_field, refuses, submits
from recordings_mcp.replay.signals.steppers import is_stepper
from recordings_mcp.replay.signals.window import ClickRow, Clicks, Resting, Unanswered, Window

RAGE_CLICKS = 3
"""This many clicks in a row are a rage click (posthog-js, extensions/rageclick.ts)."""

RAGE_DISTANCE_PX = 30
"""Clicks of a row are less than this apart, horizontally plus vertically (posthog-js, as above)."""

RAGE_GAP_MS = 1000
"""Clicks of a row follow each other in less than this (posthog-js, as above)."""

ANSWERED_BY_CHANGE_MS = 2500
"""A change of the page within this time answers a click (posthog-js, dead-clicks-autocapture.ts)."""

ANSWERED_BY_SCROLL_MS = 100
"""Scrolling within this time answers a click (posthog-js, as above)."""

ANSWERED_BY_SELECTION_MS = 100
"""A selection of text within this time answers a click (posthog-js, as above)."""

ANSWERED_BY_FOCUS_MS = 100
"""The focus that moves to another node within this time answers a click: the browser refused a form, or the
page opened something (own definition, as for a selection)."""

ANSWERED_BY_VISIBILITY_MS = 1000
"""Leaving or entering the tab this close to a click answers it (posthog-js, as above)."""

DEAD_AFTER_MS = 2750
"""A click without a response is dead after this time (posthog-js, as above)."""

DIALOG_MS = 1000
"""A native dialog was open if the mouse rested at least this long after a click and then was elsewhere."""

JUMP_PX = 100
"""The mouse is elsewhere if its next position is further away: a position is recorded as soon as it moves."""

SAME_NODE_MS = 1000
"""A click on a node that was clicked less than this before is ignored (posthog-js, as above)."""

_NEVER: Final = float("-inf")
_UNSEEN_ANSWERS = frozenset(
    {"a", "select", "option", "textarea", "canvas", "video", "audio", "iframe", "html"}
)
_SEEN_INPUTS = BUTTON_TYPES | {"checkbox", "radio"}
_TEXT_ROLES = frozenset({"textbox", "searchbox", "spinbutton", "slider"})
_UNSEEN_ROLES = _TEXT_ROLES | {"password field", "date field", "time field", "color field"}


def rage_click(
    window: Window, at: float, data: dict[str, Any], target: Target | None, node_id: int | None = None
) -> None:
    """Add a click to the row. With the third click a rage click is observed; later ones are counted there.

    Three clicks that select a paragraph are none, nor are clicks in a text field, an editor, or on a control
    that is made for it, such as `+`.
    """
    x, y = data.get("x"), data.get("y")
    if not isinstance(x, (int, float)) or not isinstance(y, (int, float)):
        return
    row = window.answers.row
    near = abs(x - row.x) + abs(y - row.y) < RAGE_DISTANCE_PX and at - row.at < RAGE_GAP_MS
    if not near:
        row = window.answers.row = ClickRow()
    row.at, row.x, row.y = at, x, y
    row.length += 1
    needed = RAGE_CLICKS + 1 if row.selected else RAGE_CLICKS
    if row.rage is None and row.length == needed and not _is_made_for_it(window, target, node_id):
        row.rage = window.infer(at, "rage_click", target)
    if row.rage is not None:
        row.rage.last, row.rage.facts = at, ClickRun(row.length)


def _is_made_for_it(window: Window, target: Target | None, node_id: int | None) -> bool:
    """Return whether a control is made to be clicked several times."""
    node = None if node_id is None else window.mirror.node(node_id)
    control = node and control_of(window.mirror, node)
    attributes: dict[str, Any] = (control and control.get("attributes")) or {}
    is_text = (target is not None and target.role in _UNSEEN_ROLES) or _is_typed_into(window, control)
    return is_text or is_stepper(target, attributes)


def _is_typed_into(window: Window, control: Node | None) -> bool:
    """Return whether a control is a text field or inside an editor."""
    if control is None:
        return False
    if control.get("tagName") == "input":
        return field_type(control) not in _SEEN_INPUTS
    role = fields_of(control.get("attributes")).get("role")
    is_field = control.get("tagName") == "textarea" or role in _TEXT_ROLES
    return is_field or editor_around(window.mirror, control) is not None


def select_text(window: Window, at: float) -> None:
    """Record that text was selected. If the third click of a row did it, the row is no rage click yet."""
    row = window.answers.row
    if at - row.at < RAGE_GAP_MS:
        row.selected = True
    if row.rage is not None and row.length == RAGE_CLICKS and at - row.at < ANSWERED_BY_SELECTION_MS:
        row.rage.count = 0
        row.rage = None


def move_focus(window: Window, at: float, node_id: int) -> None:
    """Record that the focus moved, which answers a click just before, unless it moved to what was clicked.

    The click says so if nothing had answered it before.
    """
    clicked = window.answers.clicked
    if clicked is None or at - clicked.at >= ANSWERED_BY_FOCUS_MS:
        return
    window.answers.clicked = None
    mirror = window.mirror
    node, field = mirror.node(clicked.node_id), mirror.node(node_id)
    control = node and control_of(mirror, node)
    if node_id == clicked.node_id or (control is not None and node_id == control["id"]):
        return
    waits = any(click.at == clicked.at for click in window.answers.unanswered)
    answer(window, at, ANSWERED_BY_FOCUS_MS)
    if control is None or field is None or control.get("tagName") == "label" or not _is_field(window, field):
        return
    focus = target_of(mirror, node_id)
    refused_for = focus if refuses(mirror, control, field) else None
    if waits or refused_for is not None:
        _amend(window, clicked.draft, clicked.at, focus=focus, refused_for=refused_for)


def _is_field(window: Window, node: Node) -> bool:
    return node.get("tagName") == "select" or _is_typed_into(window, node)


def await_answer(
    window: Window, at: float, node: Node | None, target: Target | None, draft: Draft, data: dict[str, Any]
) -> None:
    """Start to wait for the page's response to a click, unless a response would not be recorded.

    posthog-js leaves out links, and clicks on the same node within a second. This also leaves out elements
    whose response is not recorded: fields, which show a caret, choices, media and canvases.
    """
    expire(window, at)
    run = _run_of(window, at, draft)
    if node is None or at - window.answers.visibility_changed_at < ANSWERED_BY_VISIBILITY_MS:
        return
    waited_on = window.answers.waited_on
    if at - waited_on.get(node["id"], _NEVER) < SAME_NODE_MS:
        return
    control = control_of(window.mirror, node)
    attributes: dict[str, Any] = control.get("attributes") or {}
    tag = control.get("tagName")
    if tag in _UNSEEN_ANSWERS or "contenteditable" in attributes:
        return
    if tag == "input" and field_type(control) not in _SEEN_INPUTS:
        return
    if len(waited_on) >= MAX_UNANSWERED:
        recent = {one: since for one, since in waited_on.items() if at - since < SAME_NODE_MS}
        waited_on = window.answers.waited_on = recent
    if len(waited_on) < MAX_UNANSWERED and len(window.answers.unanswered) < MAX_UNANSWERED:
        waited_on[node["id"]] = at
        click = Unanswered(at, node["id"], target, draft, run)
        window.answers.unanswered.append(click)
        _rest(window, data, click)


def _run_of(window: Window, at: float, draft: Draft) -> Clicks:
    """Return the run of clicks that a click belongs to; its own act is the last one."""
    actions, run = window.activity.actions, window.answers.run
    is_next = run is not None and len(actions) > 1 and actions[-2] == run.until
    if run is not None and is_next and (run.target, run.node) == (draft.target, draft.node):
        run.until = at
    else:
        run = window.answers.run = Clicks(draft.target, draft.node, at)
    return run


def _rest(window: Window, data: dict[str, Any], click: Unanswered) -> None:
    """Start to watch the mouse after a click, unless its first move after an earlier one is still to come."""
    x, y = finite(data.get("x")), finite(data.get("y"))
    if (
        window.answers.resting is None
        and data.get("pointerType") in (None, 0)
        and x is not None
        and y is not None
    ):
        window.answers.resting = Resting(click, x, y)


def moves_on(window: Window, at: float) -> bool:
    """Return whether the mouse moves so soon after the click that it did not rest; then that is recorded."""
    rested = window.answers.resting
    if rested is None or at - rested.click.at >= DIALOG_MS:
        return False
    window.answers.resting = None
    return True


def first_move(window: Window, at: float, data: dict[str, Any]) -> None:
    """Record where the mouse was first after a click. Positions are older than their event.

    A mouse that rested, and then moves on from elsewhere, was used in a native dialog.
    """
    positions = [fields_of(position) for position in islice(items_of(data.get("positions")), 2)]
    places = [(finite(position.get("x")), finite(position.get("y"))) for position in positions]
    rested, window.answers.resting = window.answers.resting, None
    if rested is None or not positions:
        return
    click = rested.click
    still = at + (finite(positions[0].get("timeOffset")) or 0.0) - click.at
    has_path = len(places) > 1 and _are_near(places[0], places[1])
    is_dead = click.dead is not None and click.dead.count == 1
    if still >= DIALOG_MS and has_path and not _are_near(places[0], (rested.x, rested.y)):
        if click.dead is not None and is_dead:
            click.dead.count = 0
        if is_dead or click in window.answers.unanswered:
            _amend(window, click.draft, click.at, dialog=round(still / 1000, 1))
        window.answers.unanswered = [one for one in window.answers.unanswered if one is not click]
    elif still >= DEAD_AFTER_MS:
        click.still = still
        if click.dead is not None and is_dead:
            click.dead.facts = Stillness(round(still / 1000, 1))


def _are_near(place: tuple[float | None, float | None], other: tuple[float | None, float | None]) -> bool:
    return all(
        one is not None and two is not None and abs(one - two) <= JUMP_PX
        for one, two in zip(place, other, strict=True)
    )


def press_again(window: Window, x: float, y: float) -> None:
    """Record that the mouse went down. In another place it moved there, and its positions follow."""
    resting = window.answers.resting
    if resting is not None and _are_near((x, y), (resting.x, resting.y)):
        window.answers.resting = None


def _amend(window: Window, draft: Draft, at: float, **facts: Any) -> Draft:
    before = draft.facts
    return window.amend(draft, at, replace(before if isinstance(before, Click) else Click(), **facts))


def note_value(window: Window, data: dict[str, Any]) -> None:
    """Remember whether a field has a value, but not which."""
    filled = window.answers.filled
    if len(filled) < MAX_READ_CHILDREN or data["id"] in filled:
        filled[data["id"]] = bool(data["text"] or data.get("isChecked"))


def leave_page(window: Window, at: float, *, by_person: bool) -> None:
    """Record that another page is shown. It answers the last clicks, however late, if no other act followed.

    The person may have reloaded the page, or gone back: that answers only what submits a form.
    """
    answer(window, at, DEAD_AFTER_MS)
    answers, actions = window.answers, window.activity.actions
    run = answers.run
    answers.run = answers.clicked = answers.resting = None
    answers.filled.clear()
    if run is None or not actions or actions[-1] != run.until or (by_person and not run.submits):
        return
    if run.dead is not None:
        run.dead.count = 0
    if run.refused is not None and isinstance(run.refused.facts, Click):
        sent = replace(run.refused.facts, refused_for=None)  # its fields were filled before the recording
        run.refused.facts = None if sent == Click() else sent


def answer(window: Window, at: float, within: float) -> None:
    """Mark the clicks of the last `within` milliseconds as answered."""
    expire(window, at)
    window.answers.unanswered = [click for click in window.answers.unanswered if at - click.at >= within]


def change_visibility(window: Window, at: float) -> None:
    """Record that the tab was left or entered, which answers clicks."""
    window.answers.visibility_changed_at = at
    window.answers.resting = None
    answer(window, at, ANSWERED_BY_VISIBILITY_MS)


def expire(window: Window, at: float) -> None:
    """Observe the clicks that nothing has answered in time at `at`."""
    if not window.answers.unanswered:
        return
    for click in window.answers.unanswered:
        if at - click.at >= DEAD_AFTER_MS:
            _observe_dead(window, click)
    window.answers.unanswered = [
        click for click in window.answers.unanswered if at - click.at < DEAD_AFTER_MS
    ]


def _observe_dead(window: Window, click: Unanswered) -> None:
    """Observe a dead click; repetitions on the same target are counted there.

    Where a required field of its form is empty, the browser refused to send the form instead.
    """
    mirror = window.mirror
    node = mirror.node(click.node_id)
    control = node and control_of(mirror, node)
    run = click.run
    run.submits = control is not None and submits(mirror, control)
    missing = control and missing_field(mirror, control, window.answers.filled)
    if missing is not None:
        run.refused = _amend(window, click.draft, click.at, refused_for=target_of(mirror, missing["id"]))
        return
    facts = None if click.still is None else Stillness(round(click.still / 1000, 1))
    if run.dead is not None and run.dead.facts == facts:
        run.dead.count += 1
        run.dead.last = click.at
    else:
        run.dead = window.infer(click.at, "dead_click", click.target, facts)
        run.dead.node = run.node
    click.dead = run.dead
