"""Parse the ids and links that people give for recordings."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from recordings_mcp.client._errors import InvalidInput, InvalidRecordingId, InvalidReference
from recordings_mcp.client._settings import authority

LONGEST_ID = 200
_LONGEST_LINK = 2_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
_TIME = re.compile(r"(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?")
_PAGES_OF_THE_REPLAY_SECTION = frozenset(
    {
        "home",
        "recent",
        "playlists",
        "collections",
        "settings",
        "templates",
        "file-playback",
        "kiosk",
        "ai",
        "new",
    }
)
_WHAT_IS_READ = (
    "Give the recording's id, its address in PostHog (…/project/<number>/replay/<id>) "
    "or a shared link (…/shared/<token>)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReference:
    """The recording that a text refers to. Either the id or the token is given.

    Attributes:
        recording_id: The recording's id.
        share_token: The token of a shared link; only PostHog knows its recording.
        authority: Name and port of the link's host, lower-case; None for a bare id or path.
        project_id: The project in the link.
        seconds: The time in the link, in seconds from the recording's start.
    """

    recording_id: str | None = None
    share_token: str | None = None
    authority: tuple[str, int] | None = None
    project_id: int | None = None
    seconds: int | None = None


def parse_recording_reference(text: str) -> RecordingReference:
    """Parse an id, a replay link or a shared link. Nothing is sent.

    Example:
        >>> parse_recording_reference("https://eu.posthog.com/project/7/replay/0190-abc?t=90").seconds
        90

    Raises:
        InvalidReference: The text is a link that is not for a recording, or too long.
        InvalidRecordingId: The text is no link and cannot be an id.
    """
    text = text.strip()
    if "/" not in text:
        return RecordingReference(recording_id=check_recording_id(text))
    if len(text) > _LONGEST_LINK or not text.isprintable() or "\\" in text:
        raise InvalidReference(f"That is not a valid link. {_WHAT_IS_READ}")
    address = text if "://" in text or text.startswith("/") else f"https://{text}"
    try:
        return _read_link(urlsplit(address))
    except InvalidInput:
        raise
    except ValueError:
        raise InvalidReference(f"That is not a valid link. {_WHAT_IS_READ}") from None


def check_recording_id(recording_id: str) -> str:
    """Return the id if it can be one: 1 to 200 printable characters, without slashes.

    PostHog accepts any text as a session id, but its API cannot serve one with a slash, `.` or `..`.

    Raises:
        InvalidRecordingId: It cannot be an id.
    """
    if not recording_id.strip():
        raise InvalidRecordingId(f"The recording id is empty. {_WHAT_IS_READ}")
    if len(recording_id) > LONGEST_ID:
        raise InvalidRecordingId(f"A recording id has at most {LONGEST_ID} characters; this one has more.")
    if not recording_id.isprintable() or not {"/", "\\"}.isdisjoint(recording_id):
        raise InvalidRecordingId(
            "A recording id cannot contain slashes, line breaks or invisible characters."
        )
    if recording_id in {".", ".."}:
        raise InvalidRecordingId("A recording id cannot consist of dots only.")
    return recording_id


def path_segment(recording_id: str) -> str:
    """Return an id quoted, so that it stays one segment of a path.

    Raises:
        InvalidRecordingId: It cannot be an id.
    """
    return quote(check_recording_id(recording_id), safe="")


def _read_link(link: SplitResult) -> RecordingReference:
    segments = [unquote(segment) for segment in link.path.split("/") if segment]
    parameters = {**parse_qs(link.fragment), **parse_qs(link.query)}
    host = authority(link.hostname, link.port, link.scheme) if link.hostname else None
    project_id = None
    if segments[:1] == ["project"] and len(segments) > 1:
        project_id = _project_number(segments[1])
        segments = segments[2:]
    if len(segments) == 2 and segments[0] in {"shared", "embedded"}:  # noqa: PLR2004 - the page and the token
        return RecordingReference(share_token=_share_token(segments[1]), authority=host)
    return RecordingReference(
        recording_id=check_recording_id(_id_in_link(segments, parameters)),
        authority=host,
        project_id=project_id,
        seconds=_seconds(parameters.get("t", [""])[0]),
    )


def _project_number(segment: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", segment):
        raise InvalidReference(f"The project in that link is not a number. {_WHAT_IS_READ}")
    return int(segment)


def _share_token(segment: str) -> str:
    token = segment.removesuffix(".json")
    if not _TOKEN.fullmatch(token):
        raise InvalidReference(
            "The token of that shared link is not one that PostHog makes. Copy the link again."
        )
    return token


def _id_in_link(segments: list[str], parameters: dict[str, list[str]]) -> str:
    if segments[:1] in (["replay"], ["recordings"]):
        if chosen := parameters.get("sessionRecordingId"):
            return chosen[0]
        if len(segments) == 2 and segments[1] not in _PAGES_OF_THE_REPLAY_SECTION:  # noqa: PLR2004 - page and id
            return segments[1]
    raise InvalidReference(f"That link is not for a recording. {_WHAT_IS_READ}")


def _seconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if not text or match is None:
        return None
    hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return hours * 3600 + minutes * 60 + seconds
