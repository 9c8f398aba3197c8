"""What the recorder reports about the tab and about itself."""

from typing import Any

from recordings_mcp.replay.intake.compression import encode_json
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Custom, Media, Pause, Recorder
from recordings_mcp.replay.page.targets import target_of
from recordings_mcp.replay.shapes import fields_of, finite
from recordings_mcp.replay.shortening import MESSAGE_LENGTH, one_line
from recordings_mcp.replay.signals.frustration import ANSWERED_BY_CHANGE_MS, answer, change_visibility
from recordings_mcp.replay.signals.native import on_keyboard
from recordings_mcp.replay.signals.navigation import on_address_change
from recordings_mcp.replay.signals.window import Window

RECORDER_IDLE_MS = 300_000
"""The recorder pauses after this long without activity (posthog-js, lazy-loaded-session-recorder.ts)."""

QUIET_TAGS = frozenset(
    {
        "$remote_config_received",
        "$session_options",
        "$posthog_config",
        "$recording_started",
        "$session_id_change",
        "$session_starting",
        "sessionNoLongerIdle",
        "chrome-extension-stripped",
    }
)
"""Custom events that are of no interest."""
_VISIBILITY: dict[str, Kind] = {"window hidden": "tab_hidden", "window visible": "tab_visible"}
_CONNECTION: dict[str, Kind] = {"browser offline": "offline", "browser online": "online"}
_RECORDER = {
    "recording paused": Recorder("paused"),
    "recording resumed": Recorder("resumed"),
    "$session_ending": Recorder("session_ended"),
}
_MEDIA = dict(
    enumerate(
        (Media("played"), Media("paused"), Media("jumped"), Media("volume_changed"), Media("speed_changed"))
    )
)


def on_custom(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a custom event of the recorder or the page."""
    tag = str(data["tag"])
    if tag in QUIET_TAGS:
        return
    payload = fields_of(data.get("payload"))
    if tag in ("$pageview", "$url_changed") and payload:
        on_address_change(window, at, payload)
    elif tag in _VISIBILITY:
        change_visibility(window, at)
        window.observe(at, _VISIBILITY[tag])
    elif tag in _CONNECTION:
        window.shown.offline = _CONNECTION[tag] == "offline"
        window.observe(at, _CONNECTION[tag])
    elif tag == "sessionIdle":
        _idle(window, at, payload)
    elif tag == "keyboard":
        on_keyboard(window, at, payload)
    elif tag in _RECORDER:
        window.observe(at, "custom", None, _RECORDER[tag])
    else:
        text = one_line(encode_json(data["payload"]).decode(), MESSAGE_LENGTH) if payload else None
        window.observe(at, "custom", None, Custom(one_line(tag), payload=text))


def _idle(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Observe a pause that the recorder noticed, from the last activity on.

    The event is dated at the end of the threshold, on the recording's clock. `lastActivityTimestamp` may be
    on another one, or be from before the recording.
    """
    since, threshold = finite(payload.get("lastActivityTimestamp")), finite(payload.get("threshold"))
    length = RECORDER_IDLE_MS if threshold is None or threshold <= 0 else threshold
    if since is None or not window.oldest <= since <= at:
        since = max(window.oldest, at - length)
    if since < at:
        window.observe(since, "idle", None, Pause(recorder_paused=True)).last = at


def on_media(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a change of a video or sound."""
    window.activity.touch(at)
    answer(window, at, ANSWERED_BY_CHANGE_MS)
    window.observe(at, "media", target_of(window.mirror, data["id"]), _MEDIA[data["type"]])
