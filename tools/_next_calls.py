"""Suggested next calls, ready to be made."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from recordings_mcp import replay
from recordings_mcp.replay import clock
from recordings_mcp.tools._result import Trusted
from recordings_mcp.tools._search_query import Friction

if TYPE_CHECKING:
    from recordings_mcp.replay import Digest, Moment

_BEFORE, _AFTER = 5, 10
"""Seconds to watch before and after a moment."""

_APART = 30
"""Moments further apart than this many seconds are watched separately."""

_LONG_AGO = "-30d"
_ANY_FRICTION: tuple[Friction, ...] = ("rage_click", "dead_click", "exception")
_DERIVED = 5
"""The version of UUIDs that PostHog derives by hashing: nobody can choose their text."""


class NextCall(BaseModel):
    """A call and the reason for it. It contains no untrusted text."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    tool: Annotated[str, Trusted()]
    arguments: Annotated[dict[str, str | list[str]], Trusted()]
    why: Annotated[str, Trusted()]

    def line(self) -> str:
        """Return the call as written in code, and the reason."""
        given = ", ".join(f"{name}={orjson.dumps(value).decode()}" for name, value in self.arguments.items())
        return f"{self.tool}({given}): {self.why}"


def next_calls(recording: str, digest: "Digest", person_uuid: str | None) -> list[NextCall]:
    """Return two to four calls that follow from a digest.

    Args:
        recording: How to name the recording in a call: its id, or its link where an id would not be plain.
        digest: What was found.
        person_uuid: PostHog's id of the person.
    """
    calls = [_watch(recording, moment) for moment in _to_watch(digest)] or [_watch_all(recording)]
    return [*calls, _search_alike(digest), *_search_person(person_uuid)]


def _to_watch(digest: "Digest") -> "list[Moment]":
    """Return the heaviest moment, and the next one from another part of the recording."""
    first = digest.moments[:1]
    others = [moment for moment in digest.moments[1:] if abs(moment.t - first[0].t) > _APART]
    return [*first, *others[:1]]


def _watch(recording: str, moment: "Moment") -> NextCall:
    end = min(moment.until, moment.t + 2 * _APART) + _AFTER
    arguments: dict[str, str | list[str]] = {
        "recording": recording,
        "start": clock(max(0.0, moment.t - _BEFORE)),
        "end": clock(end),
    }
    return NextCall(tool="watch_recording", arguments=arguments, why=f"what led to {clock(moment.t)}")


def _watch_all(recording: str) -> NextCall:
    return NextCall(tool="watch_recording", arguments={"recording": recording}, why="all that was done")


def _search_alike(digest: "Digest") -> NextCall:
    """Search for the same problem on the same page, as far as both can be named without untrusted text."""
    arguments: dict[str, str | list[str]] = {}
    if digest.moments:
        if word := replay.page_word(digest.moments[0].place):
            arguments["url"] = word
        if alike := _friction(digest.moments[0]):
            arguments["friction"] = list(alike)
    if arguments:
        why = "others there, to put into compare_recordings"
        return NextCall(tool="search_recordings", arguments={**arguments, "since": _LONG_AGO}, why=why)
    anything: dict[str, str | list[str]] = {"friction": list(_ANY_FRICTION), "match": "any"}
    return NextCall(tool="search_recordings", arguments=anything, why="where something did go wrong")


def _friction(moment: "Moment") -> list[Friction]:
    """Return the kind of friction that best describes a moment, if any."""
    if any(signature.name == "exception" for signature in moment.signatures):
        return ["exception"]
    if moment.signals[0] == "rage_click":
        return ["rage_click"]
    if moment.signals[0] == "dead_click":
        return ["dead_click"]
    if any(signature.name == "console_error" for signature in moment.signatures):
        return ["console_error"]
    return []


def _search_person(person_uuid: str | None) -> list[NextCall]:
    try:
        person = UUID(person_uuid or "")
    except ValueError:
        return []
    if person.version != _DERIVED:
        return []
    arguments: dict[str, str | list[str]] = {"person": str(person), "since": _LONG_AGO}
    return [NextCall(tool="search_recordings", arguments=arguments, why="what else this person did")]
