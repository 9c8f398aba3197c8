"""The errors for requests that PostHog refuses: the part of the tree in `_errors` under RequestRefused."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from recordings_mcp.client._errors import RecordingsError

_NOT_KNOWN_TO_US = (
    "This client does not know the reason; PostHog's documentation or a proxy in front of it may explain it."
)
_SECONDS_PER_MINUTE = 60
_SECONDS_PER_DAY = 86_400


class RequestRefused(RecordingsError):
    """PostHog answered and refused the request.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, status: int, text: str | None = None) -> None:
        self.status = status
        super().__init__(text or f"PostHog refused the request with status {status}. {_NOT_KNOWN_TO_US}")


class InvalidRequest(RequestRefused):
    """400: PostHog did not understand a part of the request.

    Attributes:
        fields: The parts that it named, out of those that this client sends.
    """

    def __init__(self, fields: Sequence[str] = ()) -> None:
        self.fields = tuple(fields)
        where = f" (it named: {', '.join(self.fields)})" if self.fields else ""
        super().__init__(
            400,
            f"PostHog did not accept the request{where}. Check the filters and values; "
            "an older or newer server may support different ones.",
        )


class NotAuthenticated(RequestRefused):
    """401: the key is unknown at this host."""

    def __init__(self) -> None:
        super().__init__(
            401,
            "PostHog does not know this API key. Check that it was not deleted or rolled, and that the host "
            "is the region where it was made: a key from us.posthog.com is unknown at eu.posthog.com.",
        )


class PermissionDenied(RequestRefused):
    """403: the key is known and may not do this."""

    def __init__(self, text: str | None = None) -> None:
        super().__init__(
            403,
            text
            or "PostHog does not allow this with this API key. The key's owner may lack access to session "
            "recordings in this project; a project secret key (phs_) can only list and read recordings.",
        )


class MissingScope(PermissionDenied):
    """403: the key lacks a scope.

    Attributes:
        scope: The scope it lacks, such as `session_recording:read`; None when the server's wording hides it.
    """

    def __init__(self, scope: str | None) -> None:
        self.scope = scope
        named = f"the scope {scope}" if scope else "a required scope"
        super().__init__(
            f"The API key lacks {named}. Add it to the key in PostHog under "
            "Settings → Personal API keys, or use a key that has it."
        )


class ActionNotAllowedForKeys(PermissionDenied):
    """403: PostHog offers this to people who are logged in, never to API keys."""

    def __init__(self) -> None:
        super().__init__(
            "PostHog does not allow this with an API key, whatever its scopes: do it in PostHog itself. "
            "A project secret key (phs_) can only list and read; a personal key (phx_) may do more."
        )


class ProjectNotAllowed(PermissionDenied):
    """403: the key is limited to other projects or organizations."""

    def __init__(self) -> None:
        super().__init__(
            "This API key is limited to other projects than the requested one. Configure a project it was "
            "made for, or widen the key in PostHog under Settings → Personal API keys."
        )


class PublicSharingDisabled(PermissionDenied):
    """403: the organization does not allow public links."""

    def __init__(self) -> None:
        super().__init__(
            "Public sharing is disabled for this organization in PostHog. An administrator can allow it "
            "in the organization's security settings."
        )


class NotFound(RequestRefused):
    """404: there is nothing at this address."""

    missing: ClassVar[str] = "PostHog found nothing there. Check the host and the project id."

    def __init__(self) -> None:
        super().__init__(404, self.missing)


class RecordingNotFound(NotFound):
    """404: this project has no such recording."""

    missing = (
        "This project has no recording with that id. It may have expired, been deleted, not been ingested "
        "yet, or belong to another project. Search for recordings to get ids that exist."
    )


class SharedLinkNotFound(NotFound):
    """404: PostHog does not know the shared link."""

    missing = (
        "This shared link is not for a recording: sharing was disabled, the link was replaced, or it is for "
        "something else. Use the recording's id or its replay address."
    )


class RecordingDeleted(RequestRefused):
    """410: the recording was deleted for good.

    Attributes:
        deleted_at: When, if the server said so.
    """

    def __init__(self, deleted_at: datetime | None = None) -> None:
        self.deleted_at = deleted_at
        when = f" on {deleted_at:%Y-%m-%d at %H:%M} UTC" if deleted_at else ""
        super().__init__(410, f"This recording was deleted{when} and cannot be brought back.")


class Throttled(RequestRefused):
    """429: too many requests for now.

    Attributes:
        retry_after: Seconds until the next request may be answered; None when the server did not say.
    """

    def __init__(self, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(
            429,
            f"PostHog's rate limit is reached for this API key. {self.when_to_retry} "
            "Searches and downloads have the lowest limits.",
        )

    @property
    def when_to_retry(self) -> str:
        """When to try again, as a sentence."""
        seconds = self.retry_after
        if seconds is None:
            return "Try again in a minute."
        if seconds > _SECONDS_PER_DAY:
            return "Try again tomorrow."
        if seconds > 2 * _SECONDS_PER_MINUTE:
            return f"Try again in {math.ceil(seconds / _SECONDS_PER_MINUTE)} minutes."
        whole = max(1, math.ceil(seconds))
        return f"Try again in {whole} second{'s' if whole > 1 else ''}."
