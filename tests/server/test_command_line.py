"""The command line, as a person or a client starts it."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recordings_mcp import __version__
from recordings_mcp.server.__main__ import main
from recordings_mcp.tools import TOOLS
from tests.replay._building import form as checkout

RECORDINGS = Path(__file__).parents[2] / "sandbox" / "recordings"
COMMAND = [sys.executable, "-m", "recordings_mcp.server"]
SANDBOX_OVER_STDIO = (
    f"recordings-mcp {__version__} over stdio; the embedded sandbox; confirm auto, privacy standard; "
    f"{len(TOOLS)} tools: {', '.join(tool.name for tool in TOOLS)}\n"
)


def player_export(lines: bytes) -> bytes:
    """The same recording in the form that PostHog's player saves."""
    pairs = [json.loads(line) for line in lines.splitlines()]
    snapshots = [{"windowId": window, **event} for window, event in pairs]
    return json.dumps({"version": "2024-04-30", "data": {"id": "x", "snapshots": snapshots}}).encode()


def test_a_saved_recording_gives_the_same_observations_in_every_format(
    tmp_path: Path, lines: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    export = player_export(lines)
    forms = {
        "a.jsonl": lines,
        "a.jsonl.gz": gzip.compress(lines),
        "a.json": export,
        "a.json.gz": gzip.compress(export),
    }
    told: list[object] = []
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
        assert main(["watch", str(tmp_path / name), "--format", "json"]) == 0
        told.append(json.loads(capsys.readouterr().out)["observations"])

    assert all(observations == told[0] for observations in told)
    assert told[0]


def test_a_saved_recording_is_printed_as_text_with_its_coverage(
    tmp_path: Path, lines: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)

    assert main(["watch", str(tmp_path / "a.jsonl"), "--kinds", "click,network_error"]) == 0

    out = capsys.readouterr().out
    assert 'click button "Pay now"' in out
    assert "network_error POST /api/payments" in out
    assert "page /checkout" not in out
    assert "\nCoverage: " in out


def run_with_encoding(encoding: str, *arguments: str, piped: bytes = b"") -> bytes:
    """What a command prints whose standard output has this encoding, as consoles of Windows have."""
    environment = os.environ | {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    command = [*COMMAND, *arguments]
    return subprocess.run(command, env=environment, input=piped, capture_output=True, check=True).stdout  # noqa: S603 - our own


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_a_console_that_lacks_a_character_shows_another(tmp_path: Path, lines: bytes, encoding: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)
    watch = ("watch", str(tmp_path / "a.jsonl"))

    plain = run_with_encoding("utf-8", *watch).decode()
    shown = run_with_encoding(encoding, *watch).decode(encoding)
    document = run_with_encoding(encoding, *watch, "--format", "json")

    assert not plain.isascii()
    assert shown == plain.encode(encoding, "replace").decode(encoding)
    assert document == run_with_encoding("utf-8", *watch, "--format", "json")
    assert "search_recordings" in run_with_encoding(encoding, "--help").decode(encoding)


@pytest.mark.parametrize("source", ["/dev/stdin", "/dev/fd/0"])
def test_a_recording_may_come_through_a_pipe_of_the_shell(tmp_path: Path, lines: bytes, source: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)

    piped = run_with_encoding("utf-8", "watch", source, piped=gzip.compress(lines))

    assert piped == run_with_encoding("utf-8", "watch", str(tmp_path / "a.jsonl"))


@pytest.mark.parametrize(
    ("name", "why"),
    [("pipe", "not a regular file"), ("/dev/zero", "not a regular file"), ("", "Is a directory")],
)
def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, why: str
) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert main(["watch", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err == (
        f"recordings-mcp: {tmp_path / name}: cannot be read ({why}); check the path.\n"
    )


def test_json_contains_only_the_requested_part(
    tmp_path: Path, lines: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)
    part = ["--start", "00:10", "--end", "00:30", "--kinds", "click"]

    assert main(["watch", str(tmp_path / "a.jsonl"), "--format", "json", *part]) == 0

    observations = json.loads(capsys.readouterr().out)["observations"]
    assert observations
    assert {observation["kind"] for observation in observations} == {"click"}
    assert all(10 <= observation["t"] <= 30 for observation in observations)


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_was_typed_into_a_field_for_a_secret_is_hidden(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = checkout().focus(13).input(13, "737")
    typed.mutate(attributes=[(13, {"aria-label": "Security code"})]).blur(13).focus(13).input(13, "738")
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(typed.lines()))

    part = ["--kinds", "input", "--format", form, "--show-typing", "all"]
    assert main(["watch", str(tmp_path / "a.jsonl"), *part]) == 0

    shown = capsys.readouterr().out
    assert ("737" in shown, "738" in shown, "typed (masked)" in shown) == (True, False, True)


@pytest.mark.parametrize("form", ["text", "json"])
def test_sizes_and_durations_beyond_all_bounds_are_printed(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = checkout().request("/api", status=10**18, duration=1e300, method="POST")
    recording.change(4, width=10**18, height=-1e300)
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(recording.lines()).replace(b"%d" % 10**18, b"1%040d" % 0))

    assert main(["watch", str(tmp_path / "a.jsonl"), "--kinds", "viewport", "--format", form]) == 0
    assert "1e+40 \N{MULTIPLICATION SIGN} -1e+300" in capsys.readouterr().out


def test_a_part_in_which_nothing_happened_is_reported_as_a_part(
    tmp_path: Path, lines: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)

    assert main(["watch", str(tmp_path / "a.jsonl"), "--start", "10:00"]) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\d\d:\d\d long, 0 of its \d+ observations\.", first)
    assert second.startswith("Coverage: ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["watch", "README.md", "--start", "00:30", "--end", "00:10"],
            2,
            "recordings-mcp: start (00:30) must not be after end (00:10).\n",
        ),
        (
            ["watch", "absent"],
            2,
            "recordings-mcp: absent: cannot be read (No such file or directory); check the path.\n",
        ),
        (
            ["watch", "README.md", "--kinds", "clik"],
            2,
            "recordings-mcp: kinds: there is no 'clik'; did you mean 'click'?\n",
        ),
        (
            ["watch", "README.md", "--start", "x"],
            2,
            'recordings-mcp: start: must be "mm:ss" or seconds, e.g. "01:30" or 90\n',
        ),
        (
            ["watch", "README.md", "--privacy", "x"],
            2,
            (
                "recordings-mcp: privacy (from --privacy): "
                "Input should be 'standard', 'strict' or 'off'; use one of standard, strict, off.\n"
            ),
        ),
        (["--max-tokens", "x"], 2, None),
    ],
)
def test_wrong_usage_is_answered_with_what_is_wrong(
    arguments: list[str], code: int, message: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code

    captured = capsys.readouterr()
    assert captured.out == ""
    assert message is None or captured.err == message


@pytest.mark.parametrize(
    ("arguments", "last_line"),
    [
        (["--projet", "3"], "there is no option --projet; did you mean --project?"),
        (["--hots=x", "serv"], "there is no option --hots; did you mean --host?"),
        (["serv"], "there is no command serv; did you mean serve?"),
        (["--sandbox", "wach", "a.json"], "there is no command wach; did you mean watch?"),
        (["play"], "argument COMMAND: invalid choice: 'play' "),
        (["serve", "--sanbox"], "there is no option --sanbox; did you mean --sandbox?"),
        (["--sandbox", "--projet"], "there is no option --projet; did you mean --project?"),
        (["watch", "a.json", "--formt", "json"], "there is no option --formt; did you mean --format?"),
        (["watch", "a.json", "--format", "json", "--sandbox"], "there is no option --sandbox"),
        (["watch", "a.json", "b.json"], "unrecognized arguments: b.json"),
    ],
)
def test_a_misspelt_option_is_named_instead_of_its_value(
    arguments: list[str], last_line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)

    assert capsys.readouterr().err.splitlines()[-1].startswith(f"recordings-mcp: error: {last_line}")


def test_a_file_that_is_not_a_recording_is_a_failure_not_an_empty_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("not a recording", encoding="utf-8")

    assert main(["watch", str(tmp_path / "notes.txt")]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "This is not a recording" in captured.err


@pytest.mark.parametrize(
    "content",
    [
        b'{"events": [{"event_type": "click", "timestamp": 1795000000000.0}]}',
        b'[{"event": "$pageview", "timestamp": 1795000000000, "properties": {}}]',
        b'[{"type": 4, "data": {}, "timestamp": "2026-11-18T10:00:00Z"}]',
    ],
    ids=["another tool's session", "analytics events", "times as text"],
)
def test_json_that_is_no_recording_is_refused_and_never_read_as_an_empty_one(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_bytes(content)

    assert main(["watch", str(tmp_path / "a.json")]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("recordings-mcp: ")


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])

    assert (caught.value.code, capsys.readouterr().out) == (0, f"recordings-mcp {__version__}\n")


def test_the_demo_holds_a_whole_conversation() -> None:
    finished = subprocess.run([*COMMAND, "demo"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603

    assert finished.returncode == 0, finished.stderr
    assert "→ search_recordings" in finished.stdout
    assert "→ watch_recording" in finished.stdout
    assert "→ summarize_recording" in finished.stdout
    assert "? the server asks the person at the client: Delete 1 recording for good?" in finished.stdout
    assert "\nNothing was deleted. The answer was no.\n" in finished.stdout
    assert " click button " in finished.stdout
    assert "\nCoverage: " in finished.stdout


def test_a_reader_that_goes_away_is_not_an_error(tmp_path: Path, lines: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines)
    read, write = os.pipe()
    os.close(read)

    finished = subprocess.run(  # noqa: S603 - the command line is this test's own
        [*COMMAND, "watch", str(tmp_path / "a.jsonl")],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(write)

    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_server_whose_client_goes_away_ends_quietly() -> None:
    # One line tells what is served; the rest of standard error is for what goes wrong.
    finished = subprocess.run(  # noqa: S603 - the command line is this test's own
        [*COMMAND, "--sandbox"], input="", capture_output=True, text=True, check=False, timeout=60
    )

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", SANDBOX_OVER_STDIO)


def test_ctrl_c_ends_the_server_at_once_and_quietly() -> None:
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    with subprocess.Popen(  # noqa: S603 - the command line is this test's own
        [*COMMAND, "--sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(initialize) + "\n")
        server.stdin.flush()
        assert '"serverInfo"' in server.stdout.readline()

        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)  # its input is still open: a closed one would end it by itself
        _, errors = server.communicate(timeout=10)

    assert (server.returncode, errors) == (130, SANDBOX_OVER_STDIO)


def test_watching_a_file_loads_nothing_of_mcp_or_the_network() -> None:
    program = (
        "import sys; from recordings_mcp.server.__main__ import main; main(['watch', 'absent']); "
        "print([name for name in ('mcp', 'httpx', 'starlette') if name in sys.modules])"
    )

    finished = subprocess.run(  # noqa: S603 - the program is this test's own
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert finished.stdout == "[]\n"
