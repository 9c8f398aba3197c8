"""Command `install CLIENT`: put this server into an assistant's configuration file."""

import json
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recordings_mcp.server.application import prepare_caller_clients, prepare_client
from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.install.assistants import ASSISTANTS, Assistant, configuration_file
from recordings_mcp.server.install.entry import (
    KEY_VARIABLE,
    SECRET_VARIABLES,
    ServerEntry,
    as_object,
    is_temporary,
    portable_entry,
    server_entry,
)
from recordings_mcp.server.install.json_file import (
    OWNER_ONLY,
    ChangedMeanwhile,
    NotEditable,
    decode,
    parse_object,
    read_if_there,
    replace_file,
    show_change,
    without_secrets,
    write_like,
)
from recordings_mcp.server.install.links import install_link
from recordings_mcp.server.selection import select_tools

_ENCODING_ONLY = "  it would be UTF-8 without a byte order mark\n"


@dataclass(frozen=True, slots=True)
class _Change:
    """The change of one file.

    Attributes:
        assistant: The owner of the file.
        file: Its path.
        read: Its bytes; None when there is no file.
        before: Its text.
        after: Its text with the entry.
        secrets: Variables of the entry that hold a secret.
        needs_key: Whether the API key is missing.
    """

    assistant: Assistant
    file: Path
    read: bytes | None
    before: str
    after: str
    secrets: tuple[str, ...]
    needs_key: bool


def run(options: CommandLine) -> int:
    """Add or update the entry. `--dry-run` shows the change, `--link` prints a link that makes it elsewhere.

    All other values in the file stay, in the file's style, and it becomes UTF-8 without a byte order mark,
    which some assistants cannot read. A backup beside it keeps what was there.

    Returns:
        0 when the file has the entry, 1 when the file cannot be changed and is as it was.

    Raises:
        InvalidConfiguration: The server would not start with these settings.
    """
    configuration = Configuration.load(options.settings, os.environ, options.config)
    _check(configuration, options)
    if options.link:
        # For another machine: the environment of this one does not apply.
        sandbox = Configuration.load(options.settings, {}, options.config).sandbox
        link = install_link(options.client, options.name, portable_entry(options, sandbox=sandbox))
        sys.stdout.write(f"{link}\n")
        return 0
    entry = server_entry(options, os.environ, sandbox=configuration.sandbox)
    assistant = ASSISTANTS[options.client]
    file = _file(options)
    try:
        change = _plan(assistant, file, options.name, entry, configuration)
    except NotEditable as error:
        return _refuse(assistant, file, options.name, entry, str(error))
    except OSError as error:
        return _fail(file, f"cannot be read ({error.strerror})")
    if change.after.encode() == change.read:
        sys.stdout.write(f"Nothing to change: {assistant.title} starts recordings-mcp like this: {file}\n")
        _print_notes(change)
        return 0
    if not options.dry_run:
        return _write(change, entry)
    sys.stdout.write(f"Nothing was written. This would change in {file}:\n")
    sys.stdout.write(show_change(str(file), change.before, change.after) or _ENCODING_ONLY)
    _print_notes(change)
    return 0


def _check(configuration: Configuration, options: CommandLine) -> None:
    started = Configuration.load(options.settings, {}, options.config)
    if started.http is not None:
        raise InvalidConfiguration("http: an assistant talks to the server over stdio; leave http out.")
    select_tools(configuration)
    if configuration.sandbox or configuration.api_key:
        prepare_client(configuration, None)
    else:
        prepare_caller_clients(configuration, None)  # checks host and project without a key


def _file(options: CommandLine) -> Path:
    if options.path is not None:
        return options.path.expanduser().absolute()
    return configuration_file(
        options.client, system=sys.platform, home=Path.home(), environment=os.environ
    ).absolute()


def _plan(
    assistant: Assistant, file: Path, name: str, entry: ServerEntry, configuration: Configuration
) -> _Change:
    read = read_if_there(file)
    before = decode(read or b"")
    document = parse_object(before)
    servers = as_object(document.setdefault(assistant.section, {}))
    if servers is not document[assistant.section]:
        raise NotEditable(f'"{assistant.section}" in it is not an object')
    present = servers.get(name)
    merged = entry.over(present, states_type=assistant.states_type)
    servers[name] = merged
    held = SECRET_VARIABLES & as_object(merged.get("env")).keys()
    return _Change(
        assistant,
        file,
        read,
        before,
        before if merged == present else write_like(before, document),
        tuple(sorted(held)),
        needs_key=not (KEY_VARIABLE in held or configuration.sandbox or configuration.api_key),
    )


def _refuse(assistant: Assistant, file: Path, name: str, entry: ServerEntry, problem: str) -> int:
    """Say why the file was not changed, and print the entry to add by hand."""
    key = ", with your key in place of the redacted one" if KEY_VARIABLE in entry.variables else ""
    sys.stderr.write(
        f"recordings-mcp: {file} was not changed: {problem}. "
        f'Add this by hand under "{assistant.section}"{key}:\n'
    )
    pasted = json.dumps({name: entry.over(None, states_type=assistant.states_type)}, indent=2)
    lines = pasted.splitlines()[1:-1]
    sys.stdout.write("".join(f"{without_secrets(line)}\n" for line in lines))
    return 1


def _fail(file: Path, problem: str) -> int:
    sys.stderr.write(f"recordings-mcp: {file} {problem}. Nothing was written.\n")
    return 1


def _write(change: _Change, entry: ServerEntry) -> int:
    private = change.secrets or change.read is None
    try:
        mode = OWNER_ONLY if private else change.file.stat().st_mode & 0o777
        backup = replace_file(change.file, change.read, change.after.encode(), mode=mode)
    except ChangedMeanwhile:
        return _fail(change.file, "was just changed by another program; run this again")
    except OSError as error:
        return _fail(change.file, f"cannot be written ({error.strerror})")
    command = shlex.join([entry.command, *entry.arguments])
    sys.stdout.write(f"{change.assistant.title} now starts recordings-mcp: {change.file}\n")
    sys.stdout.write(f"  command: {command}\n")
    sys.stdout.write(f"  backup:  {backup or 'no such file'}\n")
    sys.stdout.write(f"Next: {change.assistant.afterwards}.\nDoes it work? {command} doctor\n")
    _print_notes(change)
    return 0


def _print_notes(change: _Change) -> None:
    sys.stdout.write("".join(f"{note}\n" for note in _notes(change)))


def _notes(change: _Change) -> Iterator[str]:
    if change.needs_key:
        yield (
            f'Missing: the API key. Set {KEY_VARIABLE} and run this again, or add "env": '
            f'{{"{KEY_VARIABLE}": "phx_…"}} to the entry.'
        )
    if change.secrets and any((folder / ".git").exists() for folder in change.file.parents):
        held = " and ".join(change.secrets)
        yield f"Careful: the file contains {held} and is in a git repository. Do not commit it."
    if is_temporary():
        yield (
            "Careful: this installation is in a cache that may be cleared. Install recordings-mcp "
            "permanently (pip install, uv tool install) and run this again."
        )
