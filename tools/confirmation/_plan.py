"""What an act is, what of it was seen, and the plan that a confirmation is bound to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from recordings_mcp.client import Recording
from recordings_mcp.tools.confirmation._policy import Way


@dataclass(frozen=True, slots=True)
class Words:
    """How an act is spoken of.

    Attributes:
        question: What a person is asked; `{recordings}` stands for how many there are.
        consequence: What follows from a yes, in whole sentences.
        nothing_done: Said whenever the act did not happen: `Nothing was deleted.`
    """

    question: str
    consequence: str
    nothing_done: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was shown or decides what the act does; when it differs later, the act is off.

    Attributes:
        recordings: The recordings that would be hit, as they are.
        state: What else was read of them, such as whether they are public.
        missing: How many more were named that the project does not have.
    """

    recordings: tuple[Recording, ...]
    state: Mapping[str, str] = field(default_factory=dict[str, str])
    missing: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the recordings."""
        return tuple(recording.id for recording in self.recordings)

    def fingerprint(self) -> dict[str, object]:
        """All of it in a form that can be compared. Who watched a recording is no part of it."""
        in_order = sorted(self.recordings, key=lambda recording: recording.id)
        return {"recordings": [_fingerprint(recording) for recording in in_order], "state": dict(self.state)}


@dataclass(frozen=True, slots=True)
class Act:
    """What a call of a tool wants to do.

    Attributes:
        tool: The tool's name.
        arguments: Its arguments in one canonical form: ids instead of links, each once, sorted.
        project: Host and project.
        words: How it is spoken of.
        links: Where in PostHog a person can do the same.
        look: Reads what it would hit, as that is at the time of the call.
        harmless: It destroys nothing and publishes nothing, so nobody is asked.
    """

    tool: str
    arguments: Mapping[str, object]
    project: str
    words: Words
    links: Sequence[str]
    look: Callable[[], Awaitable[Seen]]
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An act, as it was seen, for one caller: what a confirmation confirms.

    Attributes:
        act: What is to be done.
        seen: What it hits, as it was seen.
        caller: Who wants it.
        way: How it is confirmed.
        subject: A keyed digest of all of the above: two plans with the same subject are about the same.
        id: Names the plan in the ledger, in the question and in the audit; empty for a harmless act.
        token: What the caller must present, for the way of a preview; empty otherwise.
    """

    act: Act
    seen: Seen
    caller: str
    way: Way
    subject: str
    id: str = ""
    token: str = ""


def _fingerprint(recording: Recording) -> list[object]:
    person = recording.person
    return [
        recording.id,
        recording.start_time and recording.start_time.isoformat(),
        recording.end_time and recording.end_time.isoformat(),
        recording.recording_duration,
        recording.active_seconds,
        recording.click_count,
        recording.keypress_count,
        recording.mouse_activity_count,
        recording.console_log_count,
        recording.console_warn_count,
        recording.console_error_count,
        recording.start_url,
        recording.distinct_id,
        person and person.uuid,
    ]
