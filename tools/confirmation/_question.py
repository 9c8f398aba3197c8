"""What is said before an act: the question to a person, and the preview that goes through the model.

Both say what the server knows (ids, times, counts). The one text a stranger wrote, the first page's address,
goes through the privacy pass and is cut. The same plan always reads the same: a client that is asked in two
rounds must find its question again.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from recordings_mcp.client import Recording
from recordings_mcp.tools._result import Row
from recordings_mcp.tools._wording import counted, length, when
from recordings_mcp.tools.confirmation._form import MOST_BY_CHECKBOX
from recordings_mcp.tools.confirmation._plan import Plan, Seen

if TYPE_CHECKING:
    from recordings_mcp.privacy import Outgoing

_LONGEST_SHOWN = 60
_LISTED_OF_MANY = 5
_BEFORE_THE_PATH = re.compile(r"\A[a-z]+://[^/?#]*", re.IGNORECASE)
_AFTER_THE_PATH = re.compile(r"[?#].*")


class ShownRecording(BaseModel):
    """A recording that an act would hit. The duration is in seconds; None is not known."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    start_time: datetime | None
    duration: float | None
    clicks: int | None
    start_url: str | None

    @classmethod
    def of(cls, recording: Recording) -> "ShownRecording":
        """What is shown of a recording."""
        return cls(
            id=recording.id,
            start_time=recording.start_time,
            duration=recording.recording_duration,
            clicks=recording.click_count,
            start_url=recording.start_url,
        )

    def row(self) -> Row:
        """The row as text, cell by cell."""
        return [self.id, when(self.start_time), *self._counts(), self.start_url or "-"]

    def line(self, outgoing: "Outgoing") -> str:
        """The row as one line for a person's eyes."""
        facts = [when(self.start_time), *self._counts()]
        if self.start_url:
            facts.append(f'first page "{_path(self.start_url, outgoing)}"')
        return f"- {_short(self.id, outgoing)}: {', '.join(facts)}"

    def _counts(self) -> tuple[str, str]:
        return f"{length(self.duration)} long", counted(self.clicks, "click")


def ask(plan: Plan, outgoing: "Outgoing") -> str:
    """The question to a person."""
    shown = [ShownRecording.of(recording) for recording in plan.seen.recordings]
    many = len(shown) > MOST_BY_CHECKBOX
    listed = shown[:_LISTED_OF_MANY] if many else shown
    lines = [summarize(plan), *(recording.line(outgoing) for recording in listed)]
    if many:
        lines.append(f"- and {len(shown) - _LISTED_OF_MANY} more")
        lines.append("To go ahead, type how many recordings these are in all.")
    return "\n".join([*lines, f"Plan {plan.id}"])


def summarize(plan: Plan) -> str:
    """What would be done to how much, and what follows: our own words and numbers only."""
    words, number = plan.act.words, len(plan.seen.recordings)
    question = words.question.format(recordings=counted(number, "recording"))
    extent = [_extent(plan.seen)] if number > 1 else []
    missing = [f"{plan.seen.missing} more named, not in this project."] if plan.seen.missing else []
    return " ".join([question, *extent, *missing, words.consequence])


def _extent(seen: Seen) -> str:
    people = {_person(recording) for recording in seen.recordings}
    pages = {recording.start_url for recording in seen.recordings if recording.start_url}
    times = sorted(recording.start_time for recording in seen.recordings if recording.start_time)
    lasted = sum(recording.recording_duration or 0 for recording in seen.recordings)
    span = f", from {_span(times)}" if times else ""
    first_pages = counted(len(pages), "first page")
    return f"Of {counted(len(people), 'person', 'people')} and {first_pages}{span}, {length(lasted)} in all."


def _person(recording: Recording) -> str | None:
    return (recording.person and recording.person.uuid) or recording.distinct_id


def _span(times: Sequence[datetime]) -> str:
    first, last = when(times[0]), when(times[-1])
    return first if first == last else f"{first} to {last}"


def _path(address: str, outgoing: "Outgoing") -> str:
    """The part of an address that a person recognises a page by; never its query."""
    # What is half gone cannot be recognised as a secret, so the pass comes before the cut; and once more
    # after it, for what the cut made look like an address.
    path = _AFTER_THE_PATH.sub("", _BEFORE_THE_PATH.sub("", outgoing.line(address)))
    return _cut(outgoing.line(path))


def _short(text: str, outgoing: "Outgoing") -> str:
    return _cut(outgoing.line(text))


def _cut(text: str) -> str:
    """A text with no quotation mark that could end ours, so long that it fits a line."""
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1].rstrip()}…"
    return short.replace('"', "'")
