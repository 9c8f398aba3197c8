"""Command `watch FILE`: what happened in a saved recording. No account, no MCP."""

import os
import sys
from difflib import get_close_matches
from pathlib import Path

import orjson

from recordings_mcp.privacy import Sanitizer
from recordings_mcp.reading.secret_fields import mask_secret_fields
from recordings_mcp.replay import (
    KINDS,
    Kind,
    NotARecording,
    ShowTyping,
    Timeline,
    TimelineText,
    clock,
    describe_coverage,
    observation_as_dict,
    parse_moment,
    read_timeline,
    recording_lines,
    render,
    timeline_as_dict,
)
from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.configuration import (
    Configuration,
    InvalidConfiguration,
    environment_variables,
)
from recordings_mcp.server.process.files import open_regular_or_handed_over

_SETTINGS = ("privacy", "show_typing")
_NO_BUDGET = 10**9
"""Tokens. A person at a terminal can scroll, so nothing is cut."""


def run(options: CommandLine) -> int:
    """Read the file and print what happened in it, as text or as JSON.

    Returns:
        0 on success, 1 when the file is not a recording.

    Raises:
        InvalidConfiguration: The file cannot be read, or an option has no such value.
    """
    settings = _settings(options)
    sanitizer = Sanitizer(settings.privacy)
    start, end, kinds = _moment("start", options), _moment("end", options), _kinds(options.kinds)
    if start is not None and end is not None and start > end:
        raise InvalidConfiguration(f"start ({clock(start)}) must not be after end ({clock(end)}).")
    try:
        timeline = _read(options.file, settings.shown_typing)
    except NotARecording as error:
        sys.stderr.write(f"recordings-mcp: {sanitizer.line(str(options.file))}: {error}\n")
        return 1
    shown = render(timeline, start=start, end=end, kinds=kinds or KINDS, max_tokens=_NO_BUDGET)
    if options.format == "json":
        if reconfigure := getattr(sys.stdout, "reconfigure", None):
            reconfigure(encoding="utf-8")  # as RFC 8259 wants, whatever the console shows
        sys.stdout.write(_as_json(timeline, shown, sanitizer))
    else:
        sys.stdout.write(_as_text(timeline, shown, sanitizer))
    return 0


def _settings(options: CommandLine) -> Configuration:
    """Return the settings for answers: privacy, and which typing is shown. No other is read."""
    flags = {name: options.settings[name] for name in _SETTINGS if name in options.settings}
    variables = [variable for name in _SETTINGS for variable in environment_variables(name)]
    environment = {variable: os.environ[variable] for variable in variables if variable in os.environ}
    return Configuration.load(flags, environment, options.config)


def _read(file: Path, show_typing: ShowTyping) -> Timeline:
    try:
        with open_regular_or_handed_over(file) as stream:
            timeline = read_timeline(recording_lines(stream), show_typing=show_typing)
    except OSError as error:
        raise InvalidConfiguration(f"{file}: cannot be read ({error.strerror}); check the path.") from None
    mask_secret_fields(timeline)
    return timeline


def _as_text(timeline: Timeline, shown: TimelineText, sanitizer: Sanitizer) -> str:
    everything = len(timeline.observations)
    much = f"{everything}" if shown.total == everything else f"{shown.total} of its {everything}"
    return "\n".join(
        [
            f"{clock(timeline.duration)} long, {much} observations.",
            *([sanitizer.text("\n".join(shown.lines))] if shown.lines else []),
            describe_coverage(timeline.coverage),
            *([sanitizer.notice] if sanitizer.redactions else []),
            "",
        ]
    )


def _as_json(timeline: Timeline, shown: TimelineText, sanitizer: Sanitizer) -> str:
    document = timeline_as_dict(timeline) | {
        "observations": [observation_as_dict(observation) for observation in shown.observations]
    }
    return orjson.dumps(sanitizer.values(document), option=orjson.OPT_INDENT_2).decode() + "\n"


def _moment(name: str, options: CommandLine) -> float | None:
    text = getattr(options, name)
    try:
        return None if text is None else parse_moment(text)
    except ValueError as error:
        raise InvalidConfiguration(f"{name}: {error}") from None


def _kinds(text: str | None) -> list[Kind]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    for name in names:
        if name not in KINDS:
            near = get_close_matches(name, KINDS, 1)
            fix = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(KINDS)}."
            raise InvalidConfiguration(f"kinds: there is no {name!r}; {fix}")
    return [kind for kind in KINDS if kind in names]
