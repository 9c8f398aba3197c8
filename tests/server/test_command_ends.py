"""How a command ends when Ctrl-C comes or nobody reads its output."""

import io
import os
import signal
import subprocess
from pathlib import Path

import pytest

from recordings_mcp.server.__main__ import main
from tests.server.test_command_line import COMMAND


class Interrupted(io.StringIO):
    """A terminal at which Ctrl-C is pressed while something is printed."""

    def write(self, _text: str) -> int:
        signal.raise_signal(signal.SIGINT)
        return 0


def test_ctrl_c_ends_a_command_quietly(
    tmp_path: Path,
    lines: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)
    monkeypatch.setattr("sys.stdout", Interrupted())

    assert main(["watch", str(tmp_path / "a.jsonl")]) == 130

    assert capsys.readouterr().err == ""


def test_a_reader_that_goes_away_before_a_short_answer_is_not_an_error(tmp_path: Path, lines: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)
    read, write = os.pipe()
    os.close(read)

    finished = subprocess.run(  # noqa: S603 - the command line is this test's own
        [*COMMAND, "watch", str(tmp_path / "a.jsonl"), "--kinds", "viewport"],
        stdout=write,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        text=True,
        check=False,
        timeout=60,
    )
    os.close(write)

    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_reader_that_goes_away_during_the_demo_is_not_an_error(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(  # noqa: S603 - the command line is this test's own
            [*COMMAND, "demo"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as demo,
    ):
        assert demo.stdout
        demo.stdout.readline()
        demo.stdout.close()
        code = demo.wait(timeout=60)

    assert code == 0
    assert "Traceback" not in errors.read_text(encoding="utf-8")
