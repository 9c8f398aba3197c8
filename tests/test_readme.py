"""The README says what is so: its tables, its output and its programs."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import SANDBOX_API_KEY, create_sandbox
from recordings_mcp.server.__main__ import main
from recordings_mcp.server.configuration import SECRETS, Configuration, environment_variables

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_settings_table_lists_every_setting_with_its_variable_and_default() -> None:
    expected = [
        [f"`--{name.replace('_', '-')}`", f"`{environment_variables(name)[0]}`", shown(field.get_default())]
        for name, field in Configuration.model_fields.items()
        if name not in SECRETS
    ]

    assert [row[:3] for row in rows("Settings")] == expected


def shown(default: object) -> str:
    """A default as the table writes it."""
    return "" if default in (None, (), False) else f"`{default}`"


def test_the_output_shown_is_the_output_there_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    command, _, output = blocks("console")[0].partition("\n")

    assert main(shlex.split(command.removeprefix("$ recordings-mcp "))) == 0

    assert capsys.readouterr().out == output


@pytest.mark.parametrize("text", blocks("json"))
def test_the_configurations_shown_are_json(text: str) -> None:
    assert json.loads(text)


def test_the_agent_shown_runs_against_the_sandbox() -> None:
    program = blocks("python")[0].replace('command="recordings-mcp"', f"command={sys.executable!r}")
    program = program.replace('args=["--sandbox"', 'args=["-m", "recordings_mcp.server", "--sandbox"')

    finished = subprocess.run(  # noqa: S603 - the program is the README's
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )

    assert finished.returncode == 0, finished.stderr
    assert " click " in finished.stdout


def test_the_parts_shown_work_without_mcp(capsys: pytest.CaptureFixture[str]) -> None:
    program = blocks("python")[1].replace("api_key=key)", "api_key=key, transport=transport)")
    names: dict[str, object] = {"transport": application_transport(create_sandbox())}
    exec(program, names)  # noqa: S102 - the program is the README's

    anyio.run(names["main"], "http://localhost", SANDBOX_API_KEY)  # type: ignore[arg-type]

    assert " page " in capsys.readouterr().out
