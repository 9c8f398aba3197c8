"""SECURITY.md promises nothing without a test that exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_is_named_exists() -> None:
    assert [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).is_file() or name not in names_in(ROOT / file)
    ] == []


def test_every_promise_names_a_test() -> None:
    promises = PAGE.partition("## Promises")[2].partition("## ")[0]
    numbered = re.split(r"^(?=\d+\. )", promises, flags=re.MULTILINE)[1:]

    assert [int(promise.partition(".")[0]) for promise in numbered] == list(range(1, len(numbered) + 1))
    assert [promise for promise in numbered if "`tests/" not in promise] == []


def test_the_page_says_where_to_report() -> None:
    assert "privately to the maintainers through the repository's security advisories" in PAGE.replace(
        "\n", " "
    )
