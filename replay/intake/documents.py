"""Find the events in JSON of any shape: exports, arrays, captured events, lists under any name."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from recordings_mcp.replay.intake.compression import decode_json, encode_json
from recordings_mcp.replay.intake.stream import in_usual_order
from recordings_mcp.replay.limits import MAX_CONTAINERS
from recordings_mcp.replay.shapes import fields_of, finite, is_fields, is_items, items_of

_DEEPEST = 6
_MOST_CHILDREN = 1000
_EXAMINED = 10_000
_EXAMINED_IN_RECORD = 100
_PAIR = 2
_EXPECTED = (
    "Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
)


class NotARecording(ValueError):
    """The data is not a recording in any known form."""


def lines_of_document(document: object) -> Iterator[bytes]:
    """Return the events of a JSON document as lines of the snapshots API, so that both are read the same way.

    The list of events may be under any name, in a text that is JSON, or in several lists: a list of lists is
    read as one, and lists beside each other under several names as windows of these names.

    Raises:
        NotARecording: It contains no rrweb events.
    """
    lists = _lists_of_events(document)
    if not lists:
        raise refusal(_samples(document))
    named = len(lists) > 1
    return chain.from_iterable(
        lines_of_record(record, name if named else None) for name, records in lists for record in records
    )


def lines_of_record(record: object, window: str | None = None) -> Iterator[bytes]:
    """Yield the events of one record, each as a line of the snapshots API.

    Args:
        record: `["window", event]`, an event, `{"window_id", "data": [events]}`, or a captured `$snapshot`.
        window: The window of events that name none.
    """
    fields = fields_of(record)
    pair = items_of(record)
    if "event" in fields and is_fields(fields.get("properties")):
        for name, event in _captured(fields["properties"]):
            yield _line(event, name or window)
    elif len(pair) == _PAIR and is_fields(pair[1]):
        yield _line(pair[1], pair[0])
    elif "type" in fields:
        yield _line(fields, fields.get("windowId") or fields.get("window_id") or window)
    else:
        yield encode_json(record)  # a line of older storage, or damage, which the reader counts


def is_record(value: object) -> bool:
    """Return whether this holds at least one rrweb event, in any form that `lines_of_record` reads."""
    return any(_is_event(event) for event in _events_of(value))


def is_capture(value: object) -> bool:
    """Return whether this is an event as posthog-js sends it, with rrweb events in it."""
    return any(True for _ in _captured(fields_of(fields_of(value).get("properties"))))


def refusal(records: Iterable[object]) -> NotARecording:
    """Return why these records are not a recording."""
    for record in islice(records, _EXAMINED):
        if isinstance(fields_of(record).get("event"), str) and "properties" in fields_of(record):
            return NotARecording(f"These are analytics events, not a recording. {_EXPECTED}")
        for event in _events_of(record):
            if _has_type_and_data(event) and isinstance(fields_of(event).get("timestamp"), str):
                return NotARecording(
                    "The times of these events are text. Expected are milliseconds since 1970, as rrweb "
                    "writes them."
                )
    return NotARecording(f"This is JSON but not a recording: it contains no rrweb events. {_EXPECTED}")


def _events_of(record: object) -> Iterable[object]:
    fields, pair = fields_of(record), items_of(record)
    if len(pair) == _PAIR and not is_fields(pair[0]):
        return pair[1:]
    if "type" not in fields and (stored := items_of(fields.get("data"))):
        return stored[:_EXAMINED_IN_RECORD]
    if "event" in fields:
        return (event for _, event in _captured(fields_of(fields.get("properties"))))
    return (record,)


def _has_type_and_data(event: object) -> bool:
    fields = fields_of(event)
    return type(fields.get("type")) is int and "data" in fields


def _is_event(event: object) -> bool:
    return _has_type_and_data(event) and finite(fields_of(event).get("timestamp")) is not None


def _captured(properties: dict[str, Any]) -> Iterator[tuple[object, dict[str, Any]]]:
    """Yield the rrweb events of a captured `$snapshot`, with the window it came from."""
    for name in ("$snapshot_data", "$snapshot_items"):
        found = properties.get(name)
        for event in found if is_items(found) else [found]:
            if is_fields(event):
                yield properties.get("$window_id"), event


def _lists_of_events(document: object) -> list[tuple[str | None, list[Any]]]:
    """Return the lists nearest to the root that contain events, each with the name it has in an object."""
    if is_fields(document) and is_record(document):
        return [(None, [document])]
    level: list[tuple[str | None, object]] = [(None, document)]
    for _ in range(_DEEPEST):
        found = [
            (name, value)
            for name, value in level
            if is_items(value) and any(is_record(record) for record in value[:_EXAMINED])
        ]
        if found:
            return found
        level = list(islice(chain.from_iterable(_children(value) for _, value in level), _MOST_CHILDREN))
    return []


def _children(value: object) -> Iterator[tuple[str | None, object]]:
    if is_fields(value):
        for name, child in value.items():
            yield name, _decoded(child)
    else:
        for child in items_of(value)[:_MOST_CHILDREN]:
            yield None, child


def _decoded(value: object) -> object:
    """Decode a text that is JSON: some tools store the events of a session as one text."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return decode_json(value.encode("utf-8", "replace"), MAX_CONTAINERS)
        except ValueError:
            pass
    return value


def _samples(document: object) -> Iterator[object]:
    """Yield objects of a document that might have been taken for events."""
    level: list[object] = [document]
    for _ in range(_DEEPEST):
        for value in level:
            yield from islice((item for item in items_of(value) if is_fields(item) or is_items(item)), 100)
        level = [child for value in level[:100] for _, child in islice(_children(value), 100)]


def _line(event: dict[str, Any], window: object) -> bytes:
    name = "" if window is None else str(window)
    return encode_json([name, in_usual_order(event, event.get("timestamp"))])
