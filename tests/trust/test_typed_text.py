"""Nothing that a person typed is in any output of any tool or command, except where the page repeats it."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from mcp.types import TextResourceContents

from recordings_mcp.replay import read_timeline
from recordings_mcp.server.__main__ import main
from recordings_mcp.tools import TOOLS
from tests.mcp_client import open_client
from tests.sandbox.shop import Recording as Stored
from tests.tools.calls import arguments_of
from tests.trust.typed import REPEATED, TYPED, repeated, stored

pytestmark = pytest.mark.anyio

TYPED_INTO = stored()
PAGE_REPEATS = repeated()
LEVELS = ("standard", "strict", "off")


def lines_of(recording: Stored) -> list[bytes]:
    return [line.encode() for line in recording.lines or ()]


async def answers(tmp_path: Path, recordings: Sequence[Stored], **settings: Any) -> list[str]:
    """Everything that a client gets about these recordings: each tool's answer as text and data, each timeline."""
    found: list[str] = []
    ids = [recording.id for recording in recordings]
    options = {"output": "structured", "max_tokens": 25_000, "confirm": "two-step", **settings}
    async with open_client(tmp_path, "auto", recordings, {}, options) as client:
        for tool in TOOLS:
            for some in ([one] for one in ids) if len(ids) > 1 else [ids]:
                arguments = arguments_of(
                    tool, *some, *([ids[0]] if tool.name == "compare_recordings" else [])
                )
                found.append((await client.call_tool(tool.name, arguments)).model_dump_json())
        for one in ids:
            [content] = (await client.read_resource(f"recording://{one}/timeline")).contents
            assert isinstance(content, TextResourceContents)
            found.append(content.text)
    return found


@pytest.mark.parametrize("level", LEVELS)
async def test_nothing_that_was_typed_is_in_any_answer_of_any_tool(tmp_path: Path, level: str) -> None:
    found = await answers(tmp_path, TYPED_INTO, privacy=level)

    assert [TYPED.findall(answer) for answer in found if TYPED.search(answer)] == []
    assert sum('"kind":"input"' in answer for answer in found) > len(TYPED_INTO) / 2


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", LEVELS)
def test_nothing_that_was_typed_is_in_what_the_command_prints(
    tmp_path: Path, level: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for recording in TYPED_INTO:
        file = tmp_path / f"{recording.id}.jsonl"
        file.write_bytes(b"\n".join(lines_of(recording)))
        assert main(["watch", str(file), "--format", form, "--privacy", level]) == 0

    shown = capsys.readouterr()
    assert TYPED.findall(shown.out + shown.err) == []
    assert shown.out.count("typed") > len(TYPED_INTO)


def test_nothing_that_was_typed_is_in_what_the_engine_returns() -> None:
    for recording in TYPED_INTO:
        assert TYPED.findall(repr(read_timeline(lines_of(recording)))) == []


async def test_with_strict_privacy_no_option_shows_what_was_typed(tmp_path: Path) -> None:
    found = await answers(tmp_path, TYPED_INTO[::3], privacy="strict", show_typing="all")

    assert [TYPED.findall(answer) for answer in found if TYPED.search(answer)] == []


async def test_these_recordings_hold_what_was_typed_where_it_is_asked_for(tmp_path: Path) -> None:
    found = await answers(tmp_path, TYPED_INTO[::3], show_typing="all")

    assert sum(TYPED.search(answer) is not None for answer in found) > len(TYPED_INTO) / 3


async def test_the_page_may_repeat_what_was_typed_in_these_ways(tmp_path: Path) -> None:
    [watched] = [
        json.loads(answer)["structured_content"]
        for answer in await answers(tmp_path, [PAGE_REPEATS])
        if '"observations":' in answer
    ]
    kinds = {
        word: seen["kind"] for seen in watched["observations"] for word in REPEATED.findall(json.dumps(seen))
    }

    assert kinds == {
        "qzrpath": "page",
        "qzrtitle": "page",
        "qzrview": "page",
        "qzrlog": "console_log",
        "qzrerror": "exception",
        "qzrthrown": "exception",
        "qzrrequest": "network_error",
        "qzrlabel": "click",
        "qzrid": "click",
        "qzrclick": "rage_click",
        "qzrpayload": "custom",
        "qzrproperty": "custom",
    }
    page = Path(__file__).parents[2].joinpath("SECURITY.md").read_text(encoding="utf-8")
    limit = re.sub(
        r"\s+", " ", page.partition("**A page may repeat what was typed.**")[2].partition("\n- **")[0]
    )
    for words in ("address", "title", "console line", "exception", "analytics event", "label", "test id"):
        assert words in limit
