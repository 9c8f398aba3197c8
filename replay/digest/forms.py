"""Forms that were begun and never sent."""

from dataclasses import dataclass, field

from recordings_mcp.replay.digest.journey import Action, Journey, Visit, is_typing, sent_by_keyboard
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.model import Observation, Target

FEWEST_FIELDS = 2
"""Fields touched, one of them typed into, that make a form: a lone field is as often a filter or a
postcode."""


def forms_given_up(journey: Journey) -> list[Signal]:
    """Find pages left, or the recording ended, with fields touched and nothing sent off after them.

    A form is at least two different fields touched on one page, one of them typed into; search fields are
    none. It was sent when a button was pressed that sends something off, or when the next page came within 5
    s of the last key, as Enter makes it come. A field touched again after sending shows that it did not go
    through: the form is open again.

    Source: form analytics call a form abandoned that was interacted with and not submitted; the number of
    fields and the reopening are added here.
    """
    drafts = {id(visit): _Draft(visit) for visit in journey.visits}
    for action in journey.actions:
        drafts[id(action.visit)].take(action)
    return [draft.signal() for draft in drafts.values() if draft.is_given_up()]


@dataclass(slots=True)
class _Draft:
    """The form of one visit, as far as it is filled in."""

    visit: Visit
    touched: dict[Target | None, Action] = field(default_factory=dict[Target | None, Action])
    sent: dict[Target | None, Action] = field(default_factory=dict[Target | None, Action])
    last: Observation | None = None

    def take(self, action: Action) -> None:
        """Fill in a field, or send what is filled in."""
        if action.submits:
            self.sent |= self.touched
            self.touched, self.last = {}, None
        elif action.is_click:
            self.last = None
        elif action.control.role != "search field":
            target = action.observation.target
            if target in self.sent:
                self.touched, self.sent = self.sent | self.touched, {}
            self.touched.setdefault(target, action)
            self.last = action.observation

    def is_given_up(self) -> bool:
        """Say whether the form is one, and still open when the page was left."""
        if len(self.touched) < FEWEST_FIELDS:
            return False
        if self.last is not None and sent_by_keyboard(self.visit, self.last):
            return False
        return any(is_typing(action.observation) for action in self.touched.values())

    def signal(self) -> Signal:
        """Tell it, with the fields touched."""
        actions = sorted(self.touched.values(), key=lambda action: action.t)
        observations = tuple(action.observation for action in actions)
        return Signal(
            "form_given_up", actions[0].t, self.visit.end, self.visit, None, observations, len(actions)
        )
