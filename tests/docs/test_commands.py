"""What the pages tell people to type can be typed: options exist, make has the targets, JSON is JSON."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing import pages
from recordings_mcp.server.commands.arguments import parse_arguments
from recordings_mcp.server.configuration import Configuration, environment_variables

ROOT = Path(__file__).parents[2]
TEXTS = {
    str(page.relative_to(ROOT)): page.read_text(encoding="utf-8")
    for page in [*pages(), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLAG = re.compile(r"`(--[a-z][a-z-]+)[ `]")
ASSIGNMENT = re.compile(r"\w+=\S*")


def blocks(language: str) -> Iterator[tuple[str, str]]:
    for name, text in TEXTS.items():
        for found, content in BLOCK.findall(text):
            if found == language:
                yield name, content


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every call of the command in a block, by page."""
    for name, block in blocks("console"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True) if "'" not in line else []
            while words and ASSIGNMENT.fullmatch(words[0]):
                words = words[1:]
            if words and words[0].endswith("recordings-mcp"):
                yield name, words[1:]


COMMANDS = list(commands())


@pytest.mark.parametrize(("page", "arguments"), COMMANDS, ids=lambda value: " ".join(value).strip())
def test_a_command_has_only_options_that_there_are(page: str, arguments: list[str]) -> None:
    del page

    parsed = parse_arguments(arguments)

    assert parsed.settings.keys() <= Configuration.model_fields.keys()


def test_there_are_commands_to_try() -> None:
    assert len(COMMANDS) > 10


def test_every_flag_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ([], ["install"], ["watch"], ["sandbox"]):
        with pytest.raises(SystemExit):
            parse_arguments([*command, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    named = {flag for text in TEXTS.values() for flag in FLAG.findall(text)}

    assert named - known == set()


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for text in TEXTS.values()
        for target in re.findall(r"(?:^|`)make ([\w-]+)", text, re.MULTILINE)
    }

    assert named - targets == set()


def test_every_variable_that_is_named_is_a_setting() -> None:
    known = {variable for name in Configuration.model_fields for variable in environment_variables(name)}
    named = {
        variable
        for text in TEXTS.values()
        for variable in re.findall(r"\b(?:RECORDINGS_MCP|POSTHOG)_[A-Z_]*[A-Z]\b", text)
    }

    assert named - known == set()


@pytest.mark.parametrize(("page", "text"), list(blocks("json")))
def test_json_is_json(page: str, text: str) -> None:
    del page

    assert json.loads(text)
