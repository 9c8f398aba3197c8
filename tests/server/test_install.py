"""`install CLIENT`: the change of an assistant's configuration file, and the output about it."""

import json
import os
import stat

import pytest
from inline_snapshot import snapshot
from mcp import Client, StdioServerParameters

from recordings_mcp.server.__main__ import main
from tests.server.assistant_files import COMMAND, KEY, Home


@pytest.mark.parametrize(
    ("client", "file"),
    [
        ("claude-desktop", ".config/Claude/claude_desktop_config.json"),
        ("claude-code", ".claude.json"),
        ("cursor", ".cursor/mcp.json"),
        ("vscode", ".config/Code/User/mcp.json"),
    ],
)
def test_each_assistant_gets_the_entry_in_its_own_file_and_form(home: Home, client: str, file: str) -> None:
    home.install(client, "--sandbox")

    section = "servers" if client == "vscode" else "mcpServers"
    form = {"type": "stdio"} if client in {"claude-code", "vscode"} else {}
    assert json.loads(home.read(file)) == {
        section: {"recordings-mcp": {**form, "command": COMMAND, "args": ["--sandbox"]}}
    }


def test_the_output_says_what_was_done_and_then_what_to_do_next(home: Home) -> None:
    assert home.install("cursor", "--sandbox", "--privacy", "strict") == snapshot("""\
Cursor now starts recordings-mcp: HOME/.cursor/mcp.json
  command: COMMAND --sandbox --privacy strict
  backup:  no such file
Next: see Settings → MCP; restart Cursor if it is not there.
Does it work? COMMAND --sandbox --privacy strict doctor
""")


def test_the_written_entry_starts_the_server(home: Home) -> None:
    home.install("cursor", "--sandbox", "--tools", "search_recordings")
    entry = json.loads(home.read(".cursor/mcp.json"))["mcpServers"]["recordings-mcp"]

    async def list_tools() -> list[str]:
        parameters = StdioServerParameters(command=entry["command"], args=entry["args"], cwd=home.folder)
        async with Client(parameters) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert home.run_async(list_tools) == ["search_recordings"]


def test_everything_else_in_the_file_stays_in_the_files_own_style(home: Home) -> None:
    file = home.write(
        ".cursor/mcp.json",
        '{\r\n\t"theme": "größte",\r\n\t"mcpServers": {\r\n\t\t"other": {"command": "x", "args": []}\r\n\t},\r\n'
        '\t"zoom": 1.0\r\n}',
    )

    home.install("cursor", "--sandbox")

    assert file.read_bytes().decode().replace(COMMAND, "COMMAND") == (
        '{\r\n\t"theme": "größte",\r\n\t"mcpServers": {\r\n\t\t"other": {\r\n\t\t\t"command": "x",\r\n\t\t\t"args": []\r\n\t\t},\r\n'
        '\t\t"recordings-mcp": {\r\n\t\t\t"command": "COMMAND",\r\n\t\t\t"args": [\r\n\t\t\t\t"--sandbox"\r\n'
        '\t\t\t]\r\n\t\t}\r\n\t},\r\n\t"zoom": 1.0\r\n}'
    )


@pytest.mark.parametrize("content", ["", " \n", "{}", "\ufeff{}\n"])
def test_an_empty_file_is_as_good_as_none(home: Home, content: str) -> None:
    file = home.write(".cursor/mcp.json", content)

    home.install("cursor", "--sandbox")

    assert json.loads(file.read_bytes().decode())["mcpServers"]["recordings-mcp"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_in_an_encoding_of_windows_is_written_without_a_byte_order_mark(
    home: Home, encoding: str
) -> None:
    home.install("cursor", "--sandbox")
    plain = home.read(".cursor/mcp.json")
    home.write(".cursor/mcp.json", "").write_text(plain, encoding=encoding)

    shown = home.install("cursor", "--sandbox", "--dry-run")
    home.install("cursor", "--sandbox")

    assert shown.endswith("  it would be UTF-8 without a byte order mark\n")
    assert home.read(".cursor/mcp.json") == plain


def test_a_pipe_is_refused_at_once(home: Home) -> None:
    file = home.write("x", "").with_name("pipe")
    os.mkfifo(file)

    assert home.try_install("cursor", "--sandbox", "--path", str(file)) == (
        1,
        "",
        "recordings-mcp: HOME/pipe cannot be read (not a regular file). Nothing was written.\n",
    )


def test_an_entry_is_renewed_and_keeps_what_was_added_by_hand(home: Home) -> None:
    entry = {"command": "old", "args": ["--host", "x"], "env": {"HAND": "1"}, "disabled": True}
    home.write(".cursor/mcp.json", json.dumps({"mcpServers": {"recordings-mcp": entry}}))

    home.install("cursor", "--sandbox")

    assert json.loads(home.read(".cursor/mcp.json"))["mcpServers"]["recordings-mcp"] == {
        "command": COMMAND,
        "args": ["--sandbox"],
        "env": {"HAND": "1"},
        "disabled": True,
    }


def test_an_entry_of_a_remote_server_is_replaced_as_a_whole(home: Home) -> None:
    entry = {"url": "https://example.com/mcp", "headers": {"A": "b"}}
    home.write(".cursor/mcp.json", json.dumps({"mcpServers": {"recordings-mcp": entry}}))

    home.install("cursor", "--sandbox")

    assert json.loads(home.read(".cursor/mcp.json"))["mcpServers"]["recordings-mcp"] == {
        "command": COMMAND,
        "args": ["--sandbox"],
    }


def test_a_second_run_changes_nothing_and_says_so(home: Home) -> None:
    home.install("claude-code", "--sandbox", "--max-tokens", "4000")
    before = home.files()

    assert home.install("claude-code", "--sandbox", "--max-tokens", "4000") == (
        "Nothing to change: Claude Code starts recordings-mcp like this: HOME/.claude.json\n"
    )
    assert home.files() == before


def test_a_file_that_has_the_entry_in_another_style_is_not_rewritten(home: Home) -> None:
    entry = json.dumps({"args": ["--sandbox"], "command": COMMAND}, separators=(" ,", ":"))
    file = home.write(".cursor/mcp.json", f'{{\n "mcpServers":{{"recordings-mcp":{entry}}}\n}}')
    before = home.files()

    assert home.install("cursor", "--sandbox") == (
        f"Nothing to change: Cursor starts recordings-mcp like this: HOME/{file.relative_to(home.folder)}\n"
    )
    assert home.files() == before


def test_two_entries_may_have_different_names(home: Home) -> None:
    home.install("cursor", "--sandbox")
    home.install("cursor", "--sandbox", "--name", "strict", "--privacy", "strict")

    assert list(json.loads(home.read(".cursor/mcp.json"))["mcpServers"]) == ["recordings-mcp", "strict"]


def test_a_name_that_clients_could_not_use_is_refused(home: Home) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["install", "cursor", "--name", "two words"])

    assert caught.value.code == 2
    assert home.files() == {}


def test_another_file_may_be_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.folder)

    home.install("vscode", "--sandbox", "--path", "project/.vscode/mcp.json")

    assert list(json.loads(home.read("project/.vscode/mcp.json"))) == ["servers"]
    assert list(home.files()) == ["project/.vscode/mcp.json"]


def test_settings_in_the_environment_are_copied_and_options_win(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTHOG_HOST", "https://eu.posthog.com")
    monkeypatch.setenv("POSTHOG_PROJECT_ID", "12")
    monkeypatch.setenv("RECORDINGS_MCP_READ_ONLY", "1")
    monkeypatch.setenv("RECORDINGS_MCP_HTTP", "127.0.0.1:8080")
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)

    home.install("cursor", "--project", "34")

    assert json.loads(home.read(".cursor/mcp.json"))["mcpServers"]["recordings-mcp"] == {
        "command": COMMAND,
        "args": ["--project", "34"],
        "env": {
            "POSTHOG_HOST": "https://eu.posthog.com",
            "POSTHOG_PERSONAL_API_KEY": KEY,
            "RECORDINGS_MCP_READ_ONLY": "1",
        },
    }


def test_paths_become_absolute_since_assistants_start_servers_elsewhere(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.folder)
    settings = home.write("settings.json", '{"sandbox": true}')

    home.install("cursor", "--config", "settings.json", "--audit-file", "audit.jsonl")

    assert json.loads(home.read(".cursor/mcp.json"))["mcpServers"]["recordings-mcp"]["args"] == [
        "--config",
        str(settings),
        "--audit-file",
        str(home.folder / "audit.jsonl"),
    ]


def test_without_a_key_the_output_says_which_one_to_add_and_where(home: Home) -> None:
    assert home.install("claude-desktop", "--host", "https://eu.posthog.com") == snapshot("""\
Claude Desktop now starts recordings-mcp: HOME/.config/Claude/claude_desktop_config.json
  command: COMMAND --host https://eu.posthog.com
  backup:  no such file
Next: quit Claude Desktop fully and reopen it.
Does it work? COMMAND --host https://eu.posthog.com doctor
Missing: the API key. Set POSTHOG_PERSONAL_API_KEY and run this again, or add "env": {"POSTHOG_PERSONAL_API_KEY": "phx_…"} to the entry.
""")


def test_a_key_is_written_for_its_owner_only_and_never_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)
    file = home.write(".cursor/mcp.json", "{\n}\n")
    file.chmod(0o644)

    said = home.install("cursor", "--dry-run") + home.install("cursor")

    assert KEY not in said
    assert KEY in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_without_a_key_keeps_its_permissions(home: Home) -> None:
    file = home.write(".cursor/mcp.json", "{\n}\n")
    file.chmod(0o640)

    home.install("cursor", "--sandbox")

    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_the_sandbox_is_given_no_key(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)

    home.install("cursor", "--sandbox")

    assert KEY not in home.read(".cursor/mcp.json")


def test_a_key_in_a_repository_comes_with_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)
    (home.folder / "project" / ".git").mkdir(parents=True)

    said = home.install("claude-code", "--path", str(home.folder / "project" / ".mcp.json"))

    assert said.endswith(
        "Careful: the file contains POSTHOG_PERSONAL_API_KEY and is in a git repository. Do not commit it.\n"
    )


def test_a_backup_readable_by_its_owner_only_keeps_the_old_file(home: Home) -> None:
    home.write(".cursor/mcp.json", '{"a": 1}')

    home.install("cursor", "--sandbox")

    (backup,) = (home.folder / ".cursor").glob("mcp.json.*.bak")
    assert backup.read_text(encoding="utf-8") == '{"a": 1}'
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_dry_run_shows_the_change_and_writes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)
    servers = {"github": {"command": "gh", "env": {"GITHUB_TOKEN": "canary-of-somebody-else"}}}
    home.write(".cursor/mcp.json", json.dumps({"mcpServers": servers}, indent=2))
    before = home.files()

    assert home.install("cursor", "--dry-run") == snapshot("""\
Nothing was written. This would change in HOME/.cursor/mcp.json:
--- HOME/.cursor/mcp.json
+++ HOME/.cursor/mcp.json
@@ -5,6 +5,13 @@
       "env": {
         "GITHUB_TOKEN": "[secret]"
       }
+    },
+    "recordings-mcp": {
+      "command": "COMMAND",
+      "args": [],
+      "env": {
+        "POSTHOG_PERSONAL_API_KEY": "phx_…redacted"
+      }
     }
   }
 }
""")
    assert home.files() == before


def test_a_link_is_followed(home: Home) -> None:
    target = home.write("dotfiles/cursor.json", "{\n}\n")
    link = home.folder / ".cursor" / "mcp.json"
    link.parent.mkdir()
    link.symlink_to(target)

    home.install("cursor", "--sandbox")

    assert link.is_symlink()
    assert "recordings-mcp" in target.read_text(encoding="utf-8")
