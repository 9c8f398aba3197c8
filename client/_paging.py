"""Walk through the pages of a search.

PostHog gives a `next_cursor` with each page but the last. Servers from before late 2025 give none: there the
cursor is `offset:<number>`, made here. A page's `next` address, should a server send one, is never followed.
"""

import re

from recordings_mcp.client._errors import InvalidCursor
from recordings_mcp.client._models import RecordingPage

_OFFSET = re.compile(r"offset:([0-9]{1,7})")
_FROM_POSTHOG = re.compile(r"[A-Za-z0-9+/_=-]{1,2000}")


def place_of(cursor: str | None) -> dict[str, str | int]:
    """Give the fields of a `RecordingsQuery` that ask for the page a cursor stands for.

    Raises:
        InvalidCursor: It comes from no page.
    """
    if cursor is None:
        return {}
    if offset := _OFFSET.fullmatch(cursor):
        return {"offset": int(offset[1])}
    if not _FROM_POSTHOG.fullmatch(cursor):
        raise InvalidCursor
    return {"after": cursor}


def with_next_cursor(page: RecordingPage, cursor: str | None) -> RecordingPage:
    """Give the page a cursor of our own when its server has none, and none when there is no next page."""
    if page.next_cursor and _FROM_POSTHOG.fullmatch(page.next_cursor):
        return page
    if not page.has_next or not page.results:
        return page.model_copy(update={"next_cursor": None})
    offset = _OFFSET.fullmatch(cursor or "offset:0")
    reached = int(offset[1]) + len(page.results) if offset else None
    return page.model_copy(update={"next_cursor": f"offset:{reached}" if reached else None})
