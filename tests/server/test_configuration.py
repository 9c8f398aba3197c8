"""Where settings come from, and the errors about settings that cannot be used."""

import json
import os
from pathlib import Path

import pytest

from recordings_mcp.server.commands.arguments import parse_arguments
from recordings_mcp.server.configuration import SECRETS, Configuration, InvalidConfiguration

ROOT = Path(__file__).parents[2]


def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"max_tokens": 1000, "privacy": "strict", "project": 7}', encoding="utf-8")
    environment = {"RECORDINGS_MCP_MAX_TOKENS": "2000", "RECORDINGS_MCP_PRIVACY": "off"}

    loaded = Configuration.load({"max_tokens": "3000"}, environment, file)

    assert loaded == Configuration(max_tokens=3000, privacy="off", project="7")


def test_posthogs_own_variables_are_understood_and_ours_win() -> None:
    environment = {
        "POSTHOG_HOST": "https://eu.posthog.com",
        "POSTHOG_PROJECT_ID": "12",
        "RECORDINGS_MCP_PROJECT": "34",
        "POSTHOG_PERSONAL_API_KEY": "phx_secret",
    }

    loaded = Configuration.load({}, environment)

    assert (loaded.host, loaded.project) == ("https://eu.posthog.com", "34")
    assert loaded.api_key is not None
    assert loaded.api_key.get_secret_value() == "phx_secret"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Configuration.load({}, {"POSTHOG_HOST": "", "RECORDINGS_MCP_PRIVACY": ""}) == Configuration()


def test_a_field_that_a_host_of_bundles_left_empty_counts_as_not_set() -> None:
    unfilled = {
        "POSTHOG_PROJECT_ID": "${user_config.project}",
        "RECORDINGS_MCP_READ_ONLY": "${user_config.read}",
    }

    assert Configuration.load({}, unfilled) == Configuration()


def test_lists_are_written_with_commas_in_flags_and_variables() -> None:
    loaded = Configuration.load({"toolsets": "recordings, sharing"}, {"RECORDINGS_MCP_TOOLS": "a,,b"})

    assert (loaded.toolsets, loaded.tools) == (("recordings", "sharing"), ("a", "b"))


def test_the_example_configuration_loads_as_it_is() -> None:
    example = ROOT / "config.example.json"

    assert Configuration.load({}, {}, example) == Configuration()
    assert [*json.loads(example.read_bytes())] == [
        name for name in Configuration.model_fields if name not in SECRETS
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"maxtokens": 1}', "maxtokens (in FILE): unknown key; did you mean 'max_tokens'?"),
        ('{"zzz": 1}', "zzz (in FILE): unknown key; see config.example.json."),
        (
            '{"max_tokens": 3}',
            (
                "max_tokens (in FILE): Input should be greater than or equal to 500; "
                "for example 8000 (maximum length of an answer, in tokens)."
            ),
        ),
        (
            '{"privacy": "none"}',
            (
                "privacy (in FILE): Input should be 'standard', 'strict' or 'off'; "
                "use one of standard, strict, off."
            ),
        ),
        ("[]", "FILE: must be a JSON object; compare it with config.example.json."),
        (
            '{"read_only": true, "read_only": false}',
            "FILE: has the key 'read_only' twice; delete one of them.",
        ),
        (
            '{"sandbox": true, "host": "a", "host": "a"}',
            "FILE: has the key 'host' twice; delete one of them.",
        ),
        ('{"max_tokens": NaN}', "FILE: is not JSON; compare it with config.example.json."),
        ("[" * 100_000, "FILE: is not JSON; compare it with config.example.json."),
        ("{", "FILE: is not JSON (line 1, column 2); compare it with config.example.json."),
    ],
)
def test_a_wrong_file_is_answered_with_key_problem_and_fix(
    tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "config.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(InvalidConfiguration) as caught:
        Configuration.load({}, {}, file)

    assert str(caught.value).replace(str(file), "FILE") == message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_in_every_encoding_that_windows_writes(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"project": "größte", "max_tokens": 4000}', encoding=encoding)

    loaded = Configuration.load({}, {}, file)

    assert (loaded.project, loaded.max_tokens) == ("größte", 4000)


def test_a_file_that_is_no_text_is_not_json(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(b'{"project": "\xff"}')

    with pytest.raises(InvalidConfiguration, match="is not JSON; compare it"):
        Configuration.load({}, {}, file)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("pipe", "not a regular file"),
        ("/dev/zero", "not a regular file"),
        ("folder", "Is a directory"),
        ("huge", "larger than 1,048,576 bytes"),
    ],
)
def test_a_file_that_is_none_is_refused_at_once(tmp_path: Path, name: str, why: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "huge").write_text(" " * 2**21)
    file = tmp_path / name

    with pytest.raises(InvalidConfiguration) as caught:
        Configuration.load({}, {}, file)

    assert str(caught.value) == f"{file}: cannot be read ({why}); check the path."


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "absent.json"

    with pytest.raises(InvalidConfiguration) as caught:
        Configuration.load({}, {}, file)

    assert str(caught.value) == f"{file}: cannot be read (No such file or directory); check the path."


def test_a_key_in_a_file_others_can_read_is_refused_without_showing_it(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"api_key": "phx_canary"}', encoding="utf-8")
    file.chmod(0o644)

    with pytest.raises(InvalidConfiguration) as caught:
        Configuration.load({}, {}, file)

    assert "chmod 600" in str(caught.value)
    assert "phx_canary" not in str(caught.value)

    file.chmod(0o600)
    assert Configuration.load({}, {}, file).api_key is not None


def test_a_wrong_value_is_never_printed() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Configuration.load({}, {"RECORDINGS_MCP_MAX_TOKENS": "phx_canary"})

    assert "phx_canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("flags", "environment", "content"),
    [
        ({"read_only": True}, {"RECORDINGS_MCP_READ_ONLY": "0"}, '{"read_only": false}'),
        ({}, {"RECORDINGS_MCP_READ_ONLY": "1"}, '{"read_only": false}'),
        ({"read_only": False}, {"RECORDINGS_MCP_READ_ONLY": "true"}, "{}"),
        ({}, {"RECORDINGS_MCP_READ_ONLY": "no"}, '{"read_only": true}'),
        ({"read_only": False}, {}, '{"read_only": true}'),
    ],
    ids=["flag", "environment over file", "environment over flag", "file over environment", "file over flag"],
)
def test_read_only_from_any_source_wins(
    tmp_path: Path, flags: dict[str, object], environment: dict[str, str], content: str
) -> None:
    file = tmp_path / "config.json"
    file.write_text(content, encoding="utf-8")

    assert Configuration.load(flags, environment, file).read_only


def test_read_only_is_off_when_no_source_sets_it(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"read_only": false}', encoding="utf-8")

    assert not Configuration.load({"read_only": False}, {"RECORDINGS_MCP_READ_ONLY": "0"}, file).read_only


def test_a_misspelt_value_of_read_only_stops_the_start() -> None:
    with pytest.raises(InvalidConfiguration, match=r"read_only \(from RECORDINGS_MCP_READ_ONLY\)"):
        Configuration.load({"read_only": False}, {"RECORDINGS_MCP_READ_ONLY": "yes please"})


def test_a_secret_is_never_a_flag_and_never_short() -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--secret", "s" * 32])
    with pytest.raises(InvalidConfiguration, match=r"secret \(from RECORDINGS_MCP_SECRET\)") as caught:
        Configuration.load({}, {"RECORDINGS_MCP_SECRET": "canary"})

    assert str(caught.value).startswith("secret (from RECORDINGS_MCP_SECRET): too short; expected: ")
    assert "at least 32 characters" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_secret_in_a_file_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(f'{{"secret": "{"s" * 32}"}}', encoding="utf-8")
    file.chmod(0o644)

    with pytest.raises(InvalidConfiguration, match=r"secret in .* set RECORDINGS_MCP_SECRET instead"):
        Configuration.load({}, {}, file)
