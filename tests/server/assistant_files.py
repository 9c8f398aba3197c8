"""A home folder for assistants' configuration files, and the command that writes them."""

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio
import pytest

from recordings_mcp.server.__main__ import main

COMMAND = str(Path(sys.executable).parent / "recordings-mcp")
KEY = "phx_CanaryThatMustNeverBeShownAnywhere01"

Result = TypeVar("Result")
_SETTINGS = ("POSTHOG_", "RECORDINGS_MCP_", "XDG_", "CLAUDE_")


@dataclass(frozen=True)
class Home:
    """A home folder and what the command printed."""

    folder: Path
    printed: pytest.CaptureFixture[str]

    def write(self, name: str, content: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
        return file

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Every file by its name in the home folder."""
        files = (file for file in sorted(self.folder.rglob("*")) if file.is_file())
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}

    def install(self, *arguments: str) -> str:
        """Run the command, which must succeed. Returns what it said."""
        code, out, errors = self.try_install(*arguments)
        assert (code, errors) == (0, "")
        return out

    def try_install(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command. Returns its exit code, output and errors."""
        code = main(["install", *arguments])
        out, errors = self.printed.readouterr()
        return code, self._neutral(out), self._neutral(errors)

    def run_async(self, function: Callable[[], Awaitable[Result]]) -> Result:
        return anyio.run(function)

    def _neutral(self, text: str) -> str:
        return text.replace(str(self.folder), "HOME").replace(COMMAND, "COMMAND")


def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    """A home folder of its own, without the settings of whoever runs the tests."""
    for variable in [name for name in os.environ if name.startswith(_SETTINGS)]:
        monkeypatch.delenv(variable)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return Home(folder, capsys)
