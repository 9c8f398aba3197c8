"""`install CLIENT` when it fails: the file stays as it was, and the output says what to do."""

import errno
import os
import sysconfig
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.server.assistant_files import KEY, Home

COMMENTED = '{\n  // my servers\n  "mcpServers": {},\n}\n'


def test_a_file_with_comments_is_not_changed_and_the_entry_is_printed_to_paste(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)
    home.write(".config/Code/User/mcp.json", COMMENTED)
    before = home.files()

    code, out, errors = home.try_install("vscode", "--host", "https://eu.posthog.com")

    assert (code, home.files()) == (1, before)
    assert errors == snapshot(
        'recordings-mcp: HOME/.config/Code/User/mcp.json was not changed: it is not plain JSON (line 2, column 3), perhaps because of comments. Add this by hand under "servers", with your key in place of the redacted one:\n'
    )
    assert out == snapshot("""\
  "recordings-mcp": {
    "type": "stdio",
    "command": "COMMAND",
    "args": [
      "--host",
      "https://eu.posthog.com"
    ],
    "env": {
      "POSTHOG_PERSONAL_API_KEY": "phx_…redacted"
    }
  }
""")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "it is not a JSON object"),
        ('{"mcpServers": []}', '"mcpServers" in it is not an object'),
        ('{"mcpServers": null}', '"mcpServers" in it is not an object'),
        ('{"a": NaN}', "it has a number or a nesting that plain JSON does not have"),
        ("[" * 100_000, "it has a number or a nesting that plain JSON does not have"),
        (
            '{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}',
            'an object in it has the key "a" twice',
        ),
        ('\n{"a": 1} {}', "it is not plain JSON (line 2, column 10), perhaps because of comments"),
        ("\udcff", "it is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_edited_safely_is_not_changed(home: Home, content: str, problem: str) -> None:
    file = home.folder / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_bytes(content.encode(errors="surrogateescape"))
    before = home.files()

    code, _, errors = home.try_install("cursor", "--sandbox")

    assert (code, home.files()) == (1, before)
    assert f"mcp.json was not changed: {problem}. " in errors


def test_a_folder_in_place_of_the_file_is_reported(home: Home) -> None:
    (home.folder / ".cursor" / "mcp.json").mkdir(parents=True)

    assert home.try_install("cursor", "--sandbox") == (
        1,
        "",
        "recordings-mcp: HOME/.cursor/mcp.json cannot be read (Is a directory). Nothing was written.\n",
    )


def test_a_full_disk_loses_nothing_and_leaves_nothing_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    home.write(".cursor/mcp.json", '{"a": 1}')
    before = home.files()
    monkeypatch.setattr(os, "fsync", full)

    assert home.try_install("cursor", "--sandbox") == (
        1,
        "",
        (
            "recordings-mcp: HOME/.cursor/mcp.json cannot be written (No space left on device). "
            "Nothing was written.\n"
        ),
    )
    assert home.files() == before


def test_a_concurrent_write_of_another_program_is_not_lost(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home.write(".claude.json", '{"startups": 1}')
    to_disk = os.fsync

    def interrupted(descriptor: int) -> None:
        to_disk(descriptor)
        file.write_text('{"startups": 2}', encoding="utf-8")

    monkeypatch.setattr(os, "fsync", interrupted)

    code, _, errors = home.try_install("claude-code", "--sandbox")

    assert (code, home.files()) == (1, {".claude.json": b'{"startups": 2}'})
    assert errors == (
        "recordings-mcp: HOME/.claude.json was just changed by another program; run this again. "
        "Nothing was written.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "http://example.com"], "host: The host must start with https://"),
        (["--project", "x"], "project: The project id must be a positive whole number."),
        (["--tools", "serch_recordings"], "tools: there is no 'serch_recordings'; did you mean"),
        (["--max-tokens", "3"], "max_tokens (from --max-tokens): "),
        (["--sandbox", "--http", "127.0.0.1:80"], "http: an assistant talks to the server over stdio; "),
    ],
)
def test_settings_that_prevent_a_start_are_refused_before_anything_is_written(
    home: Home, arguments: list[str], message: str
) -> None:
    code, out, errors = home.try_install("cursor", *arguments)

    assert (code, out, home.files()) == (2, "", {})
    assert errors.startswith(f"recordings-mcp: {message}")


def test_a_key_that_can_only_send_events_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", "phc_CanaryOfAProject")

    code, _, errors = home.try_install("cursor")

    assert (code, home.files()) == (2, {})
    assert errors.startswith("recordings-mcp: api_key: This is a project key (phc_)")
    assert "phc_Canary" not in errors


def test_an_installation_in_a_cache_comes_with_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.prefix", "/home/me/.cache/uv/archive-v0/abc")

    assert home.install("cursor", "--sandbox").endswith(
        "Careful: this installation is in a cache that may be cleared. Install recordings-mcp "
        "permanently (pip install, uv tool install) and run this again.\n"
    )


def test_without_the_command_beside_it_the_interpreter_starts_the_server(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty_folder(_name: str) -> str:
        return str(tmp_path)

    monkeypatch.setattr(sysconfig, "get_path", empty_folder)

    assert " -m recordings_mcp.server --sandbox\n" in home.install("cursor", "--sandbox")
