"""The error texts that troubleshooting goes by are those the code has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
NOT_OURS = {
    "`spawn uvx ENOENT` or `command not found`",
    "`docker stop` kills the server while it still works",
}
HEADINGS = [heading for heading in re.findall(r"^### (.*)$", PAGE, re.MULTILINE) if "`" in heading]
ROOMS = ("server", "tools", "reading", "client", "replay", "privacy")


def texts() -> Iterator[str]:
    """Every text in the code, with a mark where something is filled in."""
    for room in ROOMS:
        for file in (ROOT / room).glob("**/*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    pieces = (
                        str(piece.value) if isinstance(piece, ast.Constant) else "…" for piece in node.values
                    )
                    yield "".join(pieces)


TEXTS = list(texts())


def pattern(heading: str) -> re.Pattern[str]:
    """A heading's text, where `…` is anything."""
    quoted = heading[heading.index("`") + 1 : heading.rindex("`")]
    if "` and `" in quoted or "` or `" in quoted:
        quoted = re.split("` (?:and|or) `", quoted)[-1]
    return re.compile(".*".join(re.escape(piece) for piece in quoted.split("…")), re.DOTALL)


@pytest.mark.parametrize("heading", [heading for heading in HEADINGS if heading not in NOT_OURS])
def test_the_text_is_in_the_code(heading: str) -> None:
    assert any(pattern(heading).search(text) for text in TEXTS)


def test_there_are_texts_to_look_for() -> None:
    assert len(HEADINGS) > 25
