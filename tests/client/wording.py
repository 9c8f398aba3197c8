"""Lays out texts for comparison, a line at a time."""

import textwrap
from collections.abc import Mapping


def table(texts: Mapping[str, str]) -> str:
    """Write each name on a line of its own and its text, wrapped and indented, below it."""
    blocks = [
        f"{name}\n" + textwrap.fill(text, 96, initial_indent="    ", subsequent_indent="    ")
        for name, text in texts.items()
    ]
    return "\n".join(blocks)
