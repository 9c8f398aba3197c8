"""What is confirmed and by which channel: the operation, its preview, and the plan that binds them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mcp.server.mcpserver import Context
from mcp.types.version import is_version_at_least

from recordings_mcp.client import Recording

Policy = Literal["auto", "ask", "two-step", "deny"]
"""The operator's choice of who has to agree, which no argument of a call can loosen.

`auto`: a client that can be asked is asked, any other gets a preview and a token. `ask`: only asking counts.
`two-step`: always a preview and a token. `deny`: never.
"""

Channel = Literal["question", "preview", "none"]
"""How a call is confirmed: a person answers a question, the caller returns a preview's token, or not."""

_ANSWERS_WITHIN_THE_CALL = "2026-07-28"


def choose_channel(policy: Policy, *, askable: bool) -> Channel:
    """Return the channel of a call, given the policy and whether its client can show a form to a person."""
    if policy == "deny":
        return "none"
    if policy == "two-step":
        return "preview"
    if askable:
        return "question"
    return "preview" if policy == "auto" else "none"


def can_be_asked(context: Context[Any]) -> bool:
    """Return whether a form can reach a person: the client says so, and the connection carries questions.

    A client that declares elicitation without naming forms or addresses means forms.
    """
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return False
    version = context.protocol_version
    if version is not None and is_version_at_least(version, _ANSWERS_WITHIN_THE_CALL):
        return True
    can_send: bool = context.session.can_send_request
    return can_send


@dataclass(frozen=True, slots=True)
class Wording:
    """How an operation is described to people.

    Attributes:
        question: What a person is asked; `{recordings}` is replaced by how many there are.
        consequence: What a yes leads to, in whole sentences.
        nothing_done: Opens every answer after which nothing was done: `Nothing was deleted.`
    """

    question: str
    consequence: str
    nothing_done: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that decides what the operation does, as it was read. If it differs later, nothing is done.

    Attributes:
        recordings: The recordings it applies to, as they are.
        state: What else was read of them, such as whether they are public.
        named: The ids that the caller named, if the project may lack some of them.
    """

    recordings: tuple[Recording, ...]
    state: Mapping[str, str] = field(default_factory=dict[str, str])
    named: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the recordings."""
        return tuple(recording.id for recording in self.recordings)

    def fingerprint(self) -> dict[str, object]:
        """Return all of it in a form that can be compared; who watched a recording is not part of it."""
        in_order = sorted(self.recordings, key=lambda recording: recording.id)
        return {"recordings": [_fingerprint(recording) for recording in in_order], "state": dict(self.state)}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call of a tool is to do.

    Attributes:
        tool: The tool's name.
        arguments: Its arguments in one canonical form: ids instead of links, each once, sorted.
        project: Host and project.
        wording: How it is described to people.
        links: Where in PostHog a person can do the same.
        look: Reads what it applies to, as that is now.
        harmless: It destroys nothing and publishes nothing, so nobody is asked.
    """

    tool: str
    arguments: Mapping[str, object]
    project: str
    wording: Wording
    links: Sequence[str]
    look: Callable[[], Awaitable[Preview]]
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation with its preview, for one caller: what a confirmation confirms.

    Attributes:
        operation: What is to be done.
        preview: What it applies to, as it was read.
        caller: Who wants it.
        channel: How it is confirmed.
        subject: A keyed digest of all of the above: two plans with the same subject are about the same.
        id: Names the plan in the ledger, in the question and in the audit; empty for a harmless operation.
        token: What the caller must present after a preview; empty in the other channels.
    """

    operation: Operation
    preview: Preview
    caller: str
    channel: Channel
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
