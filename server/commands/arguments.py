"""The grammar of the command line. Shared options may come before or after the command."""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from recordings_mcp import __version__
from recordings_mcp.server.configuration import (
    SECRETS,
    Configuration,
    choices,
    environment_variables,
    flag,
)
from recordings_mcp.server.install.assistants import ASSISTANTS

_PROGRAM = "recordings-mcp"
_NOT_SHOWN = (None, (), False)
"""Defaults that the help text of a setting already describes."""

_EXAMPLES = """\
examples:
  recordings-mcp demo                         see it work, no account needed
  recordings-mcp watch recording.json         what happened in a saved recording
  recordings-mcp --sandbox                    serve MCP over stdio from the embedded sandbox
  recordings-mcp install cursor --sandbox     add it to an assistant
  recordings-mcp doctor                       does the account work? what is missing?
  POSTHOG_PERSONAL_API_KEY=phx_… recordings-mcp serve --host https://eu.posthog.com
  recordings-mcp serve --http 127.0.0.1:8080 --sandbox      serve MCP over HTTP
"""

_METAVARS = {
    "host": "URL",
    "project": "ID",
    "toolsets": "NAME,NAME",
    "tools": "NAME,NAME",
    "exclude_tools": "NAME,NAME",
    "audit_file": "FILE",
    "ledger": "FILE",
    "max_tokens": "N",
    "http": "ADDRESS:PORT",
    "allowed_hosts": "NAME,NAME",
    "allowed_origins": "URL,URL",
}
_FIRST_OF_GROUP = {
    "sandbox": "PostHog",
    "toolsets": "tools and permissions",
    "privacy": "answers",
    "http": "HTTP",
    "log_level": "logging",
}
"""A heading before each of these settings, down to the next."""

_ABOUT = """\
Let AI assistants search, watch and manage PostHog session recordings.
Without a command it serves MCP over stdio, which is how an assistant starts it."""

_ABOUT_SETTINGS = """\
Each of these can also be set by the variable in brackets, or as a key of a JSON file.
A flag beats the variable, which beats the file.
The API key is never a flag: set POSTHOG_PERSONAL_API_KEY."""


class CommandLine(argparse.Namespace):
    """The parsed command line: what each option means is in its help.

    Attributes:
        settings: The settings that were given as options, by name.
    """

    command: str | None
    config: Path | None = None
    settings: Mapping[str, object]
    file: Path
    format: str
    start: str | None = None
    end: str | None = None
    kinds: str | None = None
    port: int
    database: str
    client: str
    path: Path | None = None
    name: str
    dry_run: bool = False
    link: bool = False


def parse_arguments(arguments: Sequence[str]) -> CommandLine:
    """Parse the arguments.

    Raises:
        SystemExit: Wrong usage (2), or --help and --version (0).
    """
    parser, commands = _parsers()
    try:
        known, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        misspelt = _misspelt_option(arguments, parser) or _misspelt_command(arguments, commands)
        parser.error(misspelt or str(error))
    parsed = vars(known)
    if unknown:
        misspelt = _misspelt_option(unknown, commands.get(parsed.get("command", ""), parser))
        parser.error(misspelt or f"unrecognized arguments: {' '.join(unknown)}")
    settings = {name: parsed.pop(name) for name in Configuration.model_fields if name in parsed}
    return CommandLine(**parsed, settings=settings)


def _misspelt_option(arguments: Sequence[str], parser: argparse.ArgumentParser) -> str | None:
    """Return a message that names the unknown option; argparse would take its value for the command."""
    known = set(re.findall(r"--[a-z-]+", parser.format_help()))
    for argument in arguments:
        name = argument.partition("=")[0]
        if name.startswith("--") and not any(option.startswith(name) for option in known):
            near = get_close_matches(name, known, 1)
            return f"there is no option {name}{f'; did you mean {near[0]}?' if near else ''}"
    return None


def _misspelt_command(arguments: Sequence[str], commands: Iterable[str]) -> str | None:
    """Return a message that names the command that was probably meant, if the first word is none."""
    word = next((argument for argument in arguments if not argument.startswith("-")), "")
    near = get_close_matches(word, commands, 1)
    return f"there is no command {word}; did you mean {near[0]}?" if near and near[0] != word else None


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of the whole line, and the parser of each command by its name."""
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        exit_on_error=False,
        usage=f"{_PROGRAM} [COMMAND] [OPTIONS]",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument(
        "--version", action="version", version=f"{_PROGRAM} {__version__}", help="the version"
    )
    commands: Any = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        dest="command",
        prog=_PROGRAM,
        help="run `COMMAND --help` for details",
    )
    _add_commands(partial(commands.add_parser, argument_default=argparse.SUPPRESS))
    _add_settings(parser, _ABOUT_SETTINGS)
    return parser, commands.choices


def _add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the commands here, since importing them all would be most of a cold start."""
    serve = add(
        "serve",
        usage=f"{_PROGRAM} serve [OPTIONS]",
        help="serve MCP over stdio (the default) or HTTP",
        description="Serve MCP: over stdio to the assistant that starts this command, or with --http to "
        "all callers that are allowed.",
    )
    add(
        "demo",
        help="a real MCP conversation with the sandbox, on screen",
        description="Let a real MCP client and this server talk about the sandbox's recordings, on screen: "
        "search, watch, summarize, and a deletion that asks first. No account is needed.",
    )
    watch = add(
        "watch",
        help="what happened in a saved recording: no account, no MCP",
        description="Print what happened in a saved recording: an export of PostHog (.json) or snapshot "
        "lines (.jsonl), also gzipped.",
    )
    sandbox = add(
        "sandbox",
        help="the embedded PostHog on a port, to test and develop against",
        description="Serve an embedded PostHog with the recordings of a demo shop: the same API as the real "
        "one, for tests and development. Prints on standard error how to use it.",
    )
    doctor = add(
        "doctor",
        usage=f"{_PROGRAM} doctor [OPTIONS]",
        help="check key, region, project, scopes and recordings",
        description="Check with your PostHog whether the server will work with these settings: the key, the "
        "region, the project, the scopes, reading a recording. Each failure comes with its fix. Changes "
        "nothing.",
    )
    install = add(
        "install",
        usage=f"{_PROGRAM} install CLIENT [OPTIONS]",
        help="let an assistant start it: writes the assistant's configuration",
        description="Add this server to an assistant's configuration, for all projects of this user, with "
        "the options given here and the settings in the environment. For one project only, name its file: "
        "--path .mcp.json (Claude Code), --path .cursor/mcp.json, --path .vscode/mcp.json.",
    )
    _add_watch_options(watch)
    _add_sandbox_options(sandbox)
    _add_install_options(install)
    for command in (serve, doctor, install):
        _add_settings(command, " ".join(_ABOUT_SETTINGS.split()))


def _add_settings(parser: argparse.ArgumentParser, about: str) -> None:
    group = parser.add_argument_group("settings", about)
    group.add_argument(
        "--config", type=Path, metavar="FILE", help="JSON file with settings; see config.example.json"
    )
    for name, field in Configuration.model_fields.items():
        if name in _FIRST_OF_GROUP:
            group = parser.add_argument_group(_FIRST_OF_GROUP[name])
        if name in SECRETS:
            continue
        default = "" if field.default in _NOT_SHOWN else f"; default: {field.default}"
        help_text = f"{field.description}{default} [{environment_variables(name)[0]}]"
        if field.annotation is bool:
            group.add_argument(flag(name), dest=name, action="store_true", help=help_text)
        else:
            metavar = "|".join(choices(name)) or _METAVARS[name]
            group.add_argument(flag(name), dest=name, metavar=metavar, help=help_text)


def _add_watch_options(watch: argparse.ArgumentParser) -> None:
    watch.add_argument("file", type=Path, metavar="FILE", help="the saved recording; /dev/stdin reads a pipe")
    watch.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for programs; default: text"
    )
    watch.add_argument("--start", metavar="TIME", help='from this moment, "mm:ss" or seconds')
    watch.add_argument("--end", metavar="TIME", help='up to this moment, "mm:ss" or seconds')
    watch.add_argument("--kinds", metavar="KIND,KIND", help="only these kinds, e.g. click,console_error")
    watch.add_argument("--privacy", metavar="standard|strict|off", help="what is redacted; default: standard")
    watch.add_argument(
        "--show-typing", metavar="none|search|all", help="which fields show what was typed; default: none"
    )


def _add_sandbox_options(sandbox: argparse.ArgumentParser) -> None:
    sandbox.add_argument(
        "--port", type=int, default=8000, metavar="N", help="port on 127.0.0.1; default: 8000"
    )
    sandbox.add_argument(
        "--database",
        default=":memory:",
        metavar="FILE",
        help="keep changes in this file; default: in memory only",
    )


def _add_install_options(install: argparse.ArgumentParser) -> None:
    install.add_argument(
        "client", choices=list(ASSISTANTS), metavar="CLIENT", help=f"one of {', '.join(ASSISTANTS)}"
    )
    instead = install.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="show the change and write nothing")
    instead.add_argument(
        "--link",
        action="store_true",
        help="print a link (cursor, vscode) or a command (claude-code) that installs it on any machine with "
        "uv; it contains no key",
    )
    install.add_argument(
        "--path", type=Path, metavar="FILE", help="the assistant's configuration file, if not the usual one"
    )
    install.add_argument(
        "--name",
        type=_entry_name,
        default=_PROGRAM,
        metavar="NAME",
        help=f"name of this server in that file; default: {_PROGRAM}",
    )


def _entry_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text):
        raise argparse.ArgumentTypeError("use up to 40 letters, digits, hyphens and underscores")
    return text
