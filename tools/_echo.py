"""Repeats what a caller wrote, outside the fence; a model may have copied it from a recorded page."""

import json
import re
from collections.abc import Mapping, Sequence

import orjson

_LONGEST = 60
_LONGEST_LOOKED_AT = 1_000
_LONGEST_OF_QUERY = 2_000
_PLAIN = re.compile(r"[A-Za-z0-9_$-]{1,64}")


def echo(value: object) -> str:
    """Return a value as JSON on one line of at most 60 characters, with nothing live or hidden in it."""
    from recordings_mcp.privacy import harmless_line  # noqa: PLC0415 - not a part of the start

    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    shown = harmless_line(text[:_LONGEST_LOOKED_AT], limit=_LONGEST)
    return f'"{shown}"' if isinstance(value, str) else shown


def echo_path(path: Sequence[str | int]) -> str:
    """Return the place of a value in the arguments; a name that no argument could have is quoted."""
    parts = [str(part) for part in path]
    return ".".join(part if _PLAIN.fullmatch(part) else echo(part) for part in parts) or "arguments"


def echo_query(query: Mapping[str, str]) -> dict[str, str]:
    """Return a query as it was sent, except that invisible characters are escaped as in JSON."""
    return {name: _seen(value) for name, value in query.items()}


def echo_line(query: Mapping[str, str]) -> str:
    """Return a query on one line, with nothing live in it."""
    from recordings_mcp.privacy import harmless_line  # noqa: PLC0415 - not a part of the start

    return harmless_line(" ".join(f"{name}={value}" for name, value in query.items()))


def _seen(value: str) -> str:
    if len(value) > _LONGEST_OF_QUERY:
        return f"({len(value)} characters, not repeated)"
    if value.isprintable():
        return value
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in value)
