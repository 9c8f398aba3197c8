"""What a person is asked and answers: the question and its form, and the preview that the model passes on.

Question and preview contain what the server knows (ids, times, counts) and whose recordings they are. The
untrusted text, which is the person's name and e-mail address and the first page's address, is sanitized and
shortened. The same plan always reads the same: a client that is asked in two
rounds must find its question again. Both forms start at "no", and anything but the exact yes is a no.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from recordings_mcp.client import Recording
from recordings_mcp.tools._result import AddressCell, PersonValue, Row
from recordings_mcp.tools._wording import counted, length, text_property, when
from recordings_mcp.tools.confirmation._plan import Plan, Preview

if TYPE_CHECKING:
    from recordings_mcp.privacy import Sanitizer

MOST_BY_CHECKBOX = 10
"""Recordings up to which a yes is enough; above, the person types how many there are."""

_LONGEST_SHOWN = 60
_LISTED_OF_MANY = 5
_BEFORE_THE_PATH = re.compile(r"\A[a-z]+://[^/?#]*", re.IGNORECASE)
_AFTER_THE_PATH = re.compile(r"[?#].*")


class ShownRecording(BaseModel):
    """A recording that an operation applies to. The duration is in seconds; None is not known."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    start_time: datetime | None
    duration: float | None
    clicks: int | None
    start_url: str | None
    person: Annotated[str | None, PersonValue("name")]
    email: Annotated[str | None, PersonValue("email")]

    @classmethod
    def of(cls, recording: Recording) -> "ShownRecording":
        """Return what is shown of a recording."""
        person = recording.person
        name = (person.name if person else None) or recording.distinct_id
        email = text_property((person.properties if person else None) or {}, "email")
        return cls(
            id=recording.id,
            start_time=recording.start_time,
            duration=recording.recording_duration,
            clicks=recording.click_count,
            start_url=recording.start_url,
            person=name,
            email=None if email == name else email,
        )

    def row(self) -> Row:
        """Return the row of a preview, cell by cell."""
        return [
            self.id,
            *self._whose(),
            when(self.start_time),
            *self._counts(),
            AddressCell(self.start_url or "-"),
        ]

    def line(self, sanitizer: "Sanitizer") -> str:
        """Return the line of a question."""
        whose = " ".join(_cut(sanitizer.own(one.value, one.kind)) for one in self._whose())
        facts = [f'of "{whose}"', when(self.start_time), *self._counts()]
        if self.start_url:
            facts.append(f'first page "{_path(self.start_url, sanitizer)}"')
        return f"- {_cut(sanitizer.line(self.id))}: {', '.join(facts)}"

    def _whose(self) -> list[PersonValue]:
        email = [PersonValue("email", self.email)] if self.email else []
        return [PersonValue("name", self.person or "unknown person"), *email]

    def _counts(self) -> tuple[str, str]:
        return f"{length(self.duration)} long", f"PostHog counts {counted(self.clicks, 'click')}"


def ask(plan: Plan, sanitizer: "Sanitizer") -> str:
    """Return the question to a person."""
    shown = [ShownRecording.of(recording) for recording in plan.preview.recordings]
    many = len(shown) > MOST_BY_CHECKBOX
    listed = shown[:_LISTED_OF_MANY] if many else shown
    lines = [summarize(plan), *(recording.line(sanitizer) for recording in listed)]
    if many:
        lines.append(f"- and {len(shown) - _LISTED_OF_MANY} more")
        lines.append("To go ahead, type how many recordings these are in all.")
    return "\n".join([*lines, f"Plan {plan.id}"])


def summarize(plan: Plan) -> str:
    """Return what would be done to how much, and the consequence: trusted words and numbers only."""
    wording, number = plan.operation.wording, len(plan.preview.recordings)
    question = wording.question.format(recordings=counted(number, "recording"))
    extent = [_extent(plan.preview)] if number > 1 else []
    more = len(plan.preview.named) - number
    missing = [f"{more} more named, not in this project."] if more > 0 else []
    return " ".join([question, *extent, *missing, wording.consequence])


def _extent(preview: Preview) -> str:
    people = {
        (recording.person and recording.person.uuid) or recording.distinct_id
        for recording in preview.recordings
    }
    pages = {recording.start_url for recording in preview.recordings if recording.start_url}
    times = sorted(recording.start_time for recording in preview.recordings if recording.start_time)
    lasted = sum(recording.recording_duration or 0 for recording in preview.recordings)
    ends = list(dict.fromkeys(when(time) for time in (times[0], times[-1]))) if times else []
    span = f", from {' to '.join(ends)}" if ends else ""
    first_pages = counted(len(pages), "first page")
    return f"Of {counted(len(people), 'person', 'people')} and {first_pages}{span}, {length(lasted)} in all."


def _path(address: str, sanitizer: "Sanitizer") -> str:
    """Return the part of an address by which a person recognises a page; never its query."""
    # What is half gone cannot be recognised as a secret, so the pass comes before the cut; and once more
    # after it, for what the cut made look like an address.
    path = _AFTER_THE_PATH.sub("", _BEFORE_THE_PATH.sub("", sanitizer.line(address)))
    return _cut(sanitizer.line(path))


def _cut(text: str) -> str:
    """Return a text that fits a line, without a quotation mark that could end ours."""
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1].rstrip()}…"
    return short.replace('"', "'")


class Form(BaseModel):
    """A form that says no."""

    model_config = ConfigDict(frozen=True, title="Confirm")

    def says_yes(self, number: int) -> bool:
        """Return whether the person agreed to the operation on this number of recordings."""
        del number
        return False


class YesOrNo(Form):
    """A box to tick."""

    approve: StrictBool = Field(default=False, title="Yes, go ahead")

    @model_validator(mode="before")
    @classmethod
    def _anything_else_is_no(cls, content: Any) -> dict[str, Any]:
        return _only(content, "approve", bool)

    def says_yes(self, number: int) -> bool:
        """Return whether the box was ticked."""
        del number
        return self.approve


class TypedNumber(Form):
    """A number to type, because a tick comes too easily."""

    recordings: StrictInt = Field(default=0, title="Number of recordings")

    @model_validator(mode="before")
    @classmethod
    def _anything_else_is_no(cls, content: Any) -> dict[str, Any]:
        return _only(content, "recordings", int)

    def says_yes(self, number: int) -> bool:
        """Return whether the number was typed."""
        return self.recordings == number


def form_for(number: int) -> type[Form]:
    """Return the form for an operation on this number of recordings."""
    return YesOrNo if number <= MOST_BY_CHECKBOX else TypedNumber


def _only(content: Any, name: str, kind: type) -> dict[str, Any]:
    """Return the content if it is this one answer and nothing else; otherwise nothing, which is a no."""
    if not isinstance(content, dict):
        return {}
    answer = cast("dict[str, Any]", content)
    return answer if set(answer) == {name} and type(answer[name]) is kind else {}
