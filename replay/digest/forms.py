"""Forms that were started and never submitted."""

from dataclasses import dataclass, field

from recordings_mcp.replay.digest.journey import Action, Journey, Visit, is_typing, sent_by_keyboard
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.model import Observation, Target

FEWEST_FIELDS = 2
"""A form has at least this many fields: a single field is as often a filter or a postcode."""


def forms_given_up(journey: Journey) -> list[Signal]:
    """Find pages on which fields were filled in and never submitted.

    A form is at least two different fields filled in on one page, one of them by typing; search fields do not
    count. It was submitted when a submitting button was pressed, or when the next page appeared within 5 s of
    the last key, as after Enter. A field filled in again after a submit means that the submit failed: the
    form is open again.

    Source: in form analytics an abandoned form was interacted with and not submitted. The number of fields
    and the reopening are this project's additions.
    """
    forms = {id(visit): _Form(visit) for visit in journey.visits}
    for action in journey.actions:
        forms[id(action.visit)].take(action)
    return [form.signal() for form in forms.values() if form.is_given_up()]


@dataclass(slots=True)
class _Form:
    """The form of one visit, as filled in so far."""

    visit: Visit
    touched: dict[Target | None, Action] = field(default_factory=dict[Target | None, Action])
    sent: dict[Target | None, Action] = field(default_factory=dict[Target | None, Action])
    last: Observation | None = None

    def take(self, action: Action) -> None:
        """Record a field that was filled in, or a submit."""
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
        """Return whether this is a form, and was still open when the page was left."""
        if len(self.touched) < FEWEST_FIELDS:
            return False
        if self.last is not None and sent_by_keyboard(self.visit, self.last):
            return False
        return any(is_typing(action.observation) for action in self.touched.values())

    def signal(self) -> Signal:
        """Return the signal, with the fields that were filled in."""
        actions = sorted(self.touched.values(), key=lambda action: action.t)
        observations = tuple(action.observation for action in actions)
        return Signal(
            "form_given_up", actions[0].t, self.visit.end, self.visit, None, observations, len(actions)
        )
