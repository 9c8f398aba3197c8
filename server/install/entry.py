"""The entry that makes an assistant start this server as this command line would."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.configuration import SECRETS, Configuration, environment_variables

KEY_VARIABLE = environment_variables("api_key")[-1]
SECRET_VARIABLES = frozenset(variable for name in SECRETS for variable in environment_variables(name))
KEY_PLACEHOLDER = "phx_…"
"""Stands where a person is to put the key; refused as a key."""
_COMMAND = "recordings-mcp"
_FOR_HTTP = frozenset({"http", "http_secret", "allowed_hosts", "allowed_origins", "gateway"})
_TEMPORARY_PLACES = frozenset({".cache", "Caches", "Cache", "archive-v0"})


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """A command with its arguments and variables.

    Attributes:
        command: Absolute path, since assistants are started with a short PATH.
        arguments: What follows it.
        variables: Settings that stood in the environment, the API key among them.
    """

    command: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]

    def over(self, present: object, *, states_type: bool) -> dict[str, Any]:
        """The entry as JSON, laid over the one that is there: what this one does not say stays."""
        kept = as_object(present)
        if "url" in kept:
            kept = {}  # a server somewhere else, of which nothing fits a command
        entry: dict[str, Any] = {"type": "stdio", **kept} if states_type else dict(kept)
        entry |= {"command": self.command, "args": list(self.arguments)}
        variables = {**as_object(kept.get("env")), **self.variables}
        return {**entry, "env": variables} if variables else entry


def server_entry(options: CommandLine, environment: Mapping[str, str], *, sandbox: bool) -> ServerEntry:
    """Make the entry from the options given and the settings in the environment.

    Files become absolute, since an assistant starts the server in a folder of its own. The sandbox gets no
    API key: it does not need it. What the environment says of a server over HTTP is for another process.
    """
    command, *arguments = _own_command()
    left_out = {*options.settings, *_FOR_HTTP, *({"api_key"} if sandbox else ())}
    names = [name for name in Configuration.model_fields if name not in left_out]
    return ServerEntry(command, (*arguments, *_options(options)), dict(_variables(names, environment)))


def portable_entry(options: CommandLine, *, sandbox: bool) -> ServerEntry:
    """Make an entry that works on any machine with uv, which fetches the server. It holds no secret."""
    variables = {} if sandbox else {KEY_VARIABLE: KEY_PLACEHOLDER}
    return ServerEntry("uvx", (_COMMAND, *_options(options)), variables)


def is_temporary() -> bool:
    """Whether this installation is one that its installer may clear away, as those of uvx and pipx run."""
    return not _TEMPORARY_PLACES.isdisjoint(Path(sys.prefix).parts)


def as_object(value: object) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _options(options: CommandLine) -> Iterator[str]:
    if options.config is not None:
        yield from ("--config", str(options.config.absolute()))
    for name, value in options.settings.items():
        flag = f"--{name.replace('_', '-')}"
        yield from [flag] if value is True else [flag, _settled(name, str(value))]


def _variables(names: list[str], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for variable in environment_variables(name):
            if value := environment.get(variable):
                yield variable, _settled(name, value)


def _settled(name: str, value: str) -> str:
    is_file = Path in get_args(Configuration.model_fields[name].annotation)
    return str(Path(value).absolute()) if is_file else value


def _own_command() -> list[str]:
    started = Path(sys.argv[0])
    folders = [started.parent.absolute()] if started.stem == _COMMAND else []
    places = [*folders, Path(sysconfig.get_path("scripts"))]
    found = shutil.which(_COMMAND, path=os.pathsep.join(map(str, places)))
    return [found] if found else [sys.executable, "-m", "recordings_mcp.server"]
