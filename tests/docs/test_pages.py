"""The pages for people say what is so: what the code writes in them is fresh, and every link leads somewhere."""

import re
from pathlib import Path

import anyio
import pytest
from markdown_it import MarkdownIt

from publishing import PARTS, pages, refreshed

ROOT = Path(__file__).parents[2]
PAGES = [*pages(), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links(page: Path) -> list[str]:
    """Where links and images of a page lead, except out of the project."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    inline = [child for token in tokens for child in token.children or []]
    found = [str(child.attrGet("href") or child.attrGet("src") or "") for child in inline]
    return [link for link in found if link and not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The headings of a page as their links are written."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=name)
def test_what_the_code_writes_in_a_page_is_fresh(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert text == anyio.run(refreshed, text), "`make pages` brings it up to date"


def test_every_part_that_the_code_can_write_is_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in pages())

    assert {part for part in PARTS if f"<!-- written: {part} -->" not in text} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), link
        assert not anchor or anchor in anchors(file), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = {ROOT / "README.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        waiting |= {target for target in targets if target.suffix == ".md"} - reached

    assert set(pages()) - reached == set()


def test_the_examples_answer_with_what_the_sandbox_has() -> None:
    """Three conversations, none of which may be empty or fail."""
    examples = [page for page in pages() if page.name.startswith("example-")]

    assert len(examples) == 3
    for page in examples:
        answers = re.findall(r"```text\n→ [^\n]*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        assert all(answers), page
        assert not [answer for answer in answers if answer.startswith("Error")]
