"""Check that posthog-js recorded what the script did; otherwise the recording is useless."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from recorder._activity import Event, count_activity, count_clicks
from recorder._posts import Message
from recorder._truth import Truth
from recorder._witness import ScriptFailedError

_PLUGIN = 6


def confirm_recording(truth: Truth, messages: Sequence[Message]) -> None:
    """Compare the truth with the stream and with the analytics events.

    posthog-js may report more dead clicks than the script made: it takes a click for dead if nothing on the
    page changes, for example when a checkbox is ticked.

    Raises:
        ScriptFailedError: Something is missing, or was not done.
    """
    stream = list(_without_duplicates(messages))
    counts, events = count_activity([stream]), Counter(message.name for message in messages)
    levels = Counter(line.level for line in truth.console)
    thrown = len(truth.exceptions)
    _same("clicks", count_clicks(stream), truth.clicks())
    _same("pages", _viewed_paths(messages), Counter(page.path for page in truth.pages))
    _same("console.log", counts.console_log_count, levels["log"])
    _same("console.warn", counts.console_warn_count, levels["warn"])
    _same("console.error and exceptions", counts.console_error_count, levels["error"] + thrown)
    _same("failed requests", sorted(_failed_paths(stream)), sorted(f.path for f in truth.failed_requests))
    _same("$exception", events["$exception"], thrown)
    _same("$rageclick", events["$rageclick"], truth.rage_clicks)
    if events["$dead_click"] < truth.dead_clicks:
        raise ScriptFailedError(f"{truth.dead_clicks} dead clicks, but {events['$dead_click']} were seen.")


def _without_duplicates(messages: Iterable[Message]) -> Iterator[Event]:
    # posthog-js sends some events twice when a page unloads while it is sending.
    seen: set[str] = set()
    for message in messages:
        for event in message.properties["$snapshot_data"] if message.name == "$snapshot" else ():
            line = json.dumps([message.properties["$window_id"], event])
            if line not in seen:
                seen.add(line)
                yield event


def _viewed_paths(messages: Iterable[Message]) -> Counter[str]:
    return Counter(message.properties["$pathname"] for message in messages if message.name == "$pageview")


def _failed_paths(stream: Iterable[Event]) -> Iterator[str]:
    for event in stream:
        if event["type"] != _PLUGIN or event["data"]["plugin"] != "rrweb/network@1":
            continue
        for request in event["data"]["payload"]["requests"]:
            status = request.get("responseStatus", 0)
            if status >= HTTPStatus.BAD_REQUEST or (status == 0 and request.get("initiatorType") == "fetch"):
                yield urlsplit(str(request["name"])).path


def _same(what: str, recorded: object, meant: object) -> None:
    if recorded != meant:
        raise ScriptFailedError(f"{what}: the script meant {meant}, posthog-js recorded {recorded}.")
