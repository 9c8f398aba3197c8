"""What to do about a search that found nothing."""

from recordings_mcp.client import RecordingsClient
from recordings_mcp.tools._search_query import SearchQuery

_NOTES = {
    "exclude_test_accounts": "exclude_test_accounts leaves out your own team",
    "events": "events are exact names; a page view is $pageview",
    "friction": "friction rests on events PostHog captures only when the project switched them on",
    "hide_viewed": "hide_viewed leaves out what this key's owner has watched",
    "match": "match='all' wants every condition at once; match='any' one of them",
    "person": "person is an exact e-mail, distinct id or person uuid",
    "recordings": "recordings finds only ids that this project still has; since does not matter to it",
    "url": "url matches any part of a page's address",
}


async def explain_nothing(client: RecordingsClient, query: SearchQuery) -> str:
    """Why nothing was found, from one more search of the same time span without conditions.

    Raises:
        RecordingsError: That search failed.
    """
    narrowing = query.narrowing()
    if not narrowing:
        return _nothing_at_all(query)
    page = await client.search(query.window_only())
    if not page.results:
        return _nothing_at_all(query)
    match = ["match"] if len(narrowing) > 1 and query.match == "all" else []
    notes = [_NOTES[name] for name in [*narrowing, *match] if name in _NOTES]
    return "\n".join(
        [
            f"There are recordings in this time span, so it is the conditions: {', '.join(narrowing)}.",
            "Leave out one at a time, or widen since.",
            *(f"- {note}." for note in notes),
        ]
    )


def _nothing_at_all(query: SearchQuery) -> str:
    until, order = (f" until {query.until}", ", which must lie before until") if query.until else ("", "")
    return (
        f"There is no recording at all since {query.since}{until}. "
        f'Widen since (e.g. "-30d"){order}. If that is empty too: '
        "recording may be off in this project, the recordings may have expired, or it is another project."
    )
