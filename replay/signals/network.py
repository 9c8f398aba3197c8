"""Requests that failed or were slow."""

from typing import Any

from recordings_mcp.replay.intake.clock import milliseconds
from recordings_mcp.replay.model import Request
from recordings_mcp.replay.shapes import finite
from recordings_mcp.replay.shortening import one_line, short_address
from recordings_mcp.replay.signals.window import Session, Window

SLOW_CALL_MS = 1000.0
"""A call by the page is slow from this duration on: the limit for an uninterrupted flow of thought (Nielsen,
Response Times: The 3 Important Limits)."""

SLOW_RESOURCE_MS = 2500.0
"""A page or file is slow from this duration on: the limit of a good Largest Contentful Paint (web.dev, Web
Vitals)."""

FAILED = 400
"""A request failed if its HTTP status is this or higher (RFC 9110, 15.5 and 15.6)."""

_FETCH, _XHR = "fetch", "xmlhttprequest"
_CALLS = frozenset({_FETCH, _XHR})
_NO_STATUS = 1e9  # no such number is a status, and not every program can hold it
_SECOND_MS = 1000
_NUMBERS = (float, int)
_KEPT_REQUESTS = 10_000
_LEGACY_NAME, _LEGACY_DURATION, _LEGACY_STATUS, _LEGACY_TIMESTAMP = "0", "39", "21", "timestamp"


def on_network(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Handle a batch of requests."""
    request: dict[str, Any]
    for request in payload.get("requests", (payload,)):
        window.session.coverage.network += 1
        answer: Any = request.get("responseStatus")
        duration: Any = request.get("duration")
        if not (payload.get("isInitial") or request.get("isInitial")):
            _time_report(window.session, at, request)
        if (
            answer.__class__ is int
            and 0 < answer < FAILED
            and duration.__class__ in _NUMBERS
            and duration < SLOW_CALL_MS
            and request.get("status", answer) == answer
        ):
            continue  # nearly all requests are neither failed nor slow
        _request(window, at, request)


def on_legacy_network(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Handle a request of `posthog/network@1`, whose fields are numbered."""
    window.session.coverage.network += 1
    request = {
        "name": payload.get("name") or payload.get(_LEGACY_NAME) or "",
        "duration": payload.get(_LEGACY_DURATION),
        "responseStatus": payload.get(_LEGACY_STATUS),
        "timestamp": payload.get(_LEGACY_TIMESTAMP),
    }
    _time_report(window.session, at, request)
    _request(window, at, request)


def _time_report(session: Session, at: float, request: dict[str, Any]) -> None:
    """Record how long after its end a request was reported, by its own clock."""
    started = _started(request)
    if started is not None:
        delay = at - started - (finite(request.get("duration")) or 0.0)
        session.request_delay = min(session.request_delay, max(0.0, delay))


def _started(request: dict[str, Any]) -> float | None:
    started = finite(request.get("timestamp"))
    return None if started is None else milliseconds(started)


def _request(window: Window, at: float, request: dict[str, Any]) -> None:
    duration = finite(request.get("duration"))
    if duration is not None and duration < 0:
        duration = None
    failed, status = _failure(request)
    failed = failed or (status is None and window.shown.offline and _has_no_response(request))
    if status is None and not request.get("method"):
        window.session.coverage.requests_without_status += 1
    if not failed and not _is_slow(request, duration):
        return
    key = (str(request.get("name"))[:500], finite(request.get("startTime")) or at, duration or 0.0)
    if key in window.session.requests:
        return  # the browser's list of entries is recorded again whenever the recorder starts
    if len(window.session.requests) < _KEPT_REQUESTS:
        window.session.requests.add(key)
    took = duration or 0.0
    started = _started(request)
    ended = at if started is None else min(at, started + took)
    method = request.get("method")
    facts = Request(
        url=short_address(str(request.get("name", "")), window.session.home),
        method=one_line(method) or None if isinstance(method, str) else None,
        status=status,
        seconds=None if duration is None else _seconds(duration),
    )
    if failed:
        window.observe(ended, "network_error", None, facts)
    else:
        window.observe(ended - took, "slow_request", None, facts).last = ended


def _seconds(duration: float) -> float:
    """Return milliseconds as seconds, rounded to tenths above 1 s so that similar waits are equal."""
    return round(duration / 1000, 1) if duration >= _SECOND_MS else round(duration) / 1000


def _failure(request: dict[str, Any]) -> tuple[bool, int | None]:
    """Return whether a request failed, and its status; None if there was no response or none was recorded.

    Without a status, only a call that posthog-js wrapped can be known to have failed; only such a call has a
    method. It writes no status for a rejected `fetch`, and status 0 for an XMLHttpRequest without a response.
    A `fetch` with status 0 succeeded: the page may not read its response (mode `no-cors`). A status 0 in the
    browser's own list means that a cross-origin server hides its status.
    """
    by, recorded = request.get("initiatorType"), request.get("status")
    status = finite(recorded)
    is_call = bool(request.get("method"))
    if status == 0 and by == _XHR and is_call:
        return True, None
    status = status or finite(request.get("responseStatus"))
    if not status or status < 0:
        return recorded is None and by == _FETCH and is_call, None
    return status >= FAILED, int(status) if status < _NO_STATUS else None


def _has_no_response(request: dict[str, Any]) -> bool:
    """Return whether the browser's own list has a call without a response.

    The page may also have cancelled it, so that is a failure only where the browser is offline.
    """
    return (
        request.get("initiatorType") in _CALLS
        and request.get("responseStatus") == 0
        and request.get("responseStart") == 0
    )


def _is_slow(request: dict[str, Any], duration: float | None) -> bool:
    if duration is None or "event-stream" in str(request.get("contentType", "")):
        return False
    return duration >= (SLOW_CALL_MS if request.get("initiatorType") in _CALLS else SLOW_RESOURCE_MS)
