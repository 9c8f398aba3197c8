"""Rage clicks and dead clicks, as posthog-js defines them.

If they were captured, PostHog's own `$rageclick` and `$dead_click` events report the same. Clicks found here
are marked as derived, and left out if such an event reports them.
"""

from dataclasses import replace
from typing import Any, Final

from recordings_mcp.replay.limits import MAX_UNANSWERED
from recordings_mcp.replay.model import Click, ClickRun, Target
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.targets import control_of, node_behind, target_of
from recordings_mcp.replay.signals.forms import refuses
from recordings_mcp.replay.signals.steppers import is_stepper
from recordings_mcp.replay.signals.window import ClickRow, Unanswered, Window

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

SAME_NODE_MS = 1000
"""A click on a node that was clicked less than this before is ignored (posthog-js, as above)."""

_NEVER: Final = float("-inf")
_MOST_AROUND = 20
_UNSEEN_ANSWERS = frozenset(
    {"a", "select", "option", "textarea", "canvas", "video", "audio", "iframe", "html"}
)
_SEEN_INPUTS = frozenset({"button", "submit", "reset", "image", "checkbox", "radio"})
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
    attributes: dict[str, Any] = control.get("attributes") or {}
    if control.get("tagName") == "input":
        return attributes.get("type") not in _SEEN_INPUTS
    if control.get("tagName") == "textarea" or attributes.get("role") in _TEXT_ROLES:
        return True
    around = (control, *window.mirror.ancestors(control, _MOST_AROUND))
    return any(_is_editor((node.get("attributes") or {}).get("contenteditable")) for node in around)


def _is_editor(editable: object) -> bool:
    return isinstance(editable, str) and editable != "false"


def select_text(window: Window, at: float) -> None:
    """Record that text was selected. If the third click of a row did it, the row is no rage click yet."""
    row = window.answers.row
    if at - row.at < RAGE_GAP_MS:
        row.selected = True
    if row.rage is not None and row.length == RAGE_CLICKS and at - row.at < ANSWERED_BY_SELECTION_MS:
        row.rage.count = 0
        row.rage = None


def move_focus(window: Window, at: float, node_id: int) -> None:
    """Record that the focus moved, which answers a click just before, unless it moved to what was clicked."""
    clicked = window.answers.clicked
    if clicked is None or at - clicked.at >= ANSWERED_BY_FOCUS_MS:
        return
    window.answers.clicked = None
    mirror = window.mirror
    node, field = mirror.node(clicked.node_id), mirror.node(node_id)
    control = node and control_of(mirror, node)
    if node_id == clicked.node_id or (control is not None and node_id == control["id"]):
        return
    answer(window, at, ANSWERED_BY_FOCUS_MS)
    if control is None or field is None or control.get("tagName") == "label" or not _is_field(window, field):
        return
    before = clicked.draft.facts
    focus = target_of(mirror, node_id)
    refused_for = focus if refuses(mirror, control, field) else None
    facts = before if isinstance(before, Click) else Click()
    window.amend(clicked.draft, clicked.at, replace(facts, focus=focus, refused_for=refused_for))


def _is_field(window: Window, node: Node) -> bool:
    return node.get("tagName") == "select" or _is_typed_into(window, node)


def await_answer(window: Window, at: float, node: Node | None, target: Target | None) -> None:
    """Start to wait for the page's response to a click, unless a response would not be recorded.

    posthog-js leaves out links, and clicks on the same node within a second. This also leaves out elements
    whose response is not recorded: fields, which show a caret, choices, media and canvases.
    """
    expire(window, at)
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
    if tag == "input" and attributes.get("type") not in _SEEN_INPUTS:
        return
    if len(waited_on) >= MAX_UNANSWERED:
        recent = {one: since for one, since in waited_on.items() if at - since < SAME_NODE_MS}
        waited_on = window.answers.waited_on = recent
    if len(waited_on) < MAX_UNANSWERED and len(window.answers.unanswered) < MAX_UNANSWERED:
        waited_on[node["id"]] = at
        window.answers.unanswered.append(Unanswered(at, node["id"], target))


def answer(window: Window, at: float, within: float) -> None:
    """Mark the clicks of the last `within` milliseconds as answered."""
    expire(window, at)
    window.answers.unanswered = [click for click in window.answers.unanswered if at - click.at >= within]


def change_visibility(window: Window, at: float) -> None:
    """Record that the tab was left or entered, which answers clicks."""
    window.answers.visibility_changed_at = at
    answer(window, at, ANSWERED_BY_VISIBILITY_MS)


def expire(window: Window, at: float) -> None:
    """Observe the clicks that nothing has answered in time at `at`."""
    for click in window.answers.unanswered:
        if at - click.at >= DEAD_AFTER_MS:
            _observe_dead(window, click)
    window.answers.unanswered = [
        click for click in window.answers.unanswered if at - click.at < DEAD_AFTER_MS
    ]


def _observe_dead(window: Window, click: Unanswered) -> None:
    """Observe a dead click; repetitions on the same target are counted there."""
    last = window.answers.dead
    node_id = node_behind(window.mirror, click.target, click.node_id)
    if last is not None and (last.target, last.node) == (click.target, node_id):
        last.count += 1
        last.last = click.at
    else:
        window.answers.dead = window.infer(click.at, "dead_click", click.target)
        window.answers.dead.node = node_id
