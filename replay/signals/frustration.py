"""Rage clicks and dead clicks, as posthog-js defines them.

If they were captured, PostHog's own `$rageclick` and `$dead_click` events report the same. Clicks found here
are marked as derived, and left out if such an event reports them.
"""

from typing import Any

from recordings_mcp.replay.limits import MAX_UNANSWERED
from recordings_mcp.replay.model import ClickRun, Target
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.targets import control_of
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

ANSWERED_BY_VISIBILITY_MS = 1000
"""Leaving or entering the tab this close to a click answers it (posthog-js, as above)."""

DEAD_AFTER_MS = 2750
"""A click without a response is dead after this time (posthog-js, as above)."""

SAME_NODE_MS = 1000
"""A click on a node that was clicked less than this before is ignored (posthog-js, as above)."""

_UNSEEN_ANSWERS = frozenset(
    {"a", "select", "option", "textarea", "canvas", "video", "audio", "iframe", "html"}
)
_SEEN_INPUTS = frozenset({"button", "submit", "reset", "image", "checkbox", "radio"})


def rage_click(window: Window, at: float, data: dict[str, Any], target: Target | None) -> None:
    """Add a click to the row. With the third click a rage click is observed; later ones are counted there."""
    x, y = data.get("x"), data.get("y")
    if not isinstance(x, (int, float)) or not isinstance(y, (int, float)):
        return
    row = window.answers.row
    near = abs(x - row.x) + abs(y - row.y) < RAGE_DISTANCE_PX and at - row.at < RAGE_GAP_MS
    if not near:
        row = window.answers.row = ClickRow()
    row.at, row.x, row.y = at, x, y
    row.length += 1
    if row.length == RAGE_CLICKS:
        row.rage = window.infer(at, "rage_click", target)
    if row.rage is not None:
        row.rage.last, row.rage.facts = at, ClickRun(row.length)


def await_answer(window: Window, at: float, node: Node | None, target: Target | None) -> None:
    """Start to wait for the page's response to a click, unless a response would not be recorded.

    posthog-js leaves out links, and clicks on the same node within a second. This also leaves out elements
    whose response is not recorded: fields, which show a caret, choices, media and canvases.
    """
    expire(window, at)
    if node is None or at - window.answers.visibility_changed_at < ANSWERED_BY_VISIBILITY_MS:
        return
    if any(
        click.node_id == node["id"] and at - click.at < SAME_NODE_MS for click in window.answers.unanswered
    ):
        return
    control = control_of(window.mirror, node)
    attributes: dict[str, Any] = control.get("attributes") or {}
    tag = control.get("tagName")
    if tag in _UNSEEN_ANSWERS or "contenteditable" in attributes:
        return
    if tag == "input" and attributes.get("type") not in _SEEN_INPUTS:
        return
    if len(window.answers.unanswered) < MAX_UNANSWERED:
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
    if last is not None and last.target == click.target:
        last.count += 1
        last.last = click.at
    else:
        window.answers.dead = window.infer(click.at, "dead_click", click.target)
