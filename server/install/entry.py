"""The entry that makes an assistant start this server with the settings of this command line."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.configuration import SECRETS, Configuration, environment_variables, flag

KEY_VARIABLE = environment_variables("api_key")[-1]
SECRET_VARIABLES = frozenset(variable for name in SECRETS for variable in environment_variables(name))
KEY_PLACEHOLDER = "phx_…"
"""A placeholder for the key; refused as a key."""
_COMMAND = "recordings-mcp"
_FOR_HTTP = frozenset({"http", "http_secret", "allowed_hosts", "allowed_origins", "gateway"})
_TEMPORARY_PLACES = frozenset({".cache", "Caches", "Cache", "archive-v0"})


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """A command with its arguments and variables.

    Attributes:
        command: Absolute path, since assistants start servers with a minimal PATH.
        arguments: Its arguments.
        variables: Settings from the environment, the API key among them.
    """

    command: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]

    def over(self, present: object, *, states_type: bool) -> dict[str, Any]:
        """Return the entry as JSON, merged over the present one: what this one does not set stays."""
        kept = as_object(present)
        if "url" in kept:
            kept = {}  # a remote server, whose keys do not fit a command
        entry: dict[str, Any] = {"type": "stdio", **kept} if states_type else dict(kept)
        entry |= {"command": self.command, "args": list(self.arguments)}
        variables = {**as_object(kept.get("env")), **self.variables}
        return {**entry, "env": variables} if variables else entry


def server_entry(options: CommandLine, environment: Mapping[str, str], *, sandbox: bool) -> ServerEntry:
    """Return the entry for the given options and the settings in the environment.

    Paths become absolute, since an assistant starts the server in another folder. The sandbox needs no API
    key and gets none. Variables of a server over HTTP are for another process and are left out.
    """
    command, *arguments = _own_command()
    left_out = {*options.settings, *_FOR_HTTP, *({"api_key"} if sandbox else ())}
    names = [name for name in Configuration.model_fields if name not in left_out]
    return ServerEntry(command, (*arguments, *_options(options)), dict(_variables(names, environment)))


def portable_entry(options: CommandLine, *, sandbox: bool) -> ServerEntry:
    """Return an entry without secrets that works on any machine with uv, which downloads the server."""
    variables = {} if sandbox else {KEY_VARIABLE: KEY_PLACEHOLDER}
    return ServerEntry("uvx", (_COMMAND, *_options(options)), variables)


def is_temporary() -> bool:
    """Return whether this installation is in a cache, like those of uvx and pipx run."""
    return not _TEMPORARY_PLACES.isdisjoint(Path(sys.prefix).parts)


def as_object(value: object) -> dict[str, Any]:
    """Return the value if it is a JSON object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _options(options: CommandLine) -> Iterator[str]:
    if options.config is not None:
        yield from ("--config", str(options.config.absolute()))
    for name, value in options.settings.items():
        yield from [flag(name)] if value is True else [flag(name), _absolute(name, str(value))]


def _variables(names: list[str], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for variable in environment_variables(name):
            if value := environment.get(variable):
                yield variable, _absolute(name, value)


def _absolute(name: str, value: str) -> str:
    """Return the value of a setting; a path as an absolute one."""
    is_file = Path in get_args(Configuration.model_fields[name].annotation)
    return str(Path(value).absolute()) if is_file else value


def _own_command() -> list[str]:
    started = Path(sys.argv[0])
    folders = [started.parent.absolute()] if started.stem == _COMMAND else []
    places = [*folders, Path(sysconfig.get_path("scripts"))]
    found = shutil.which(_COMMAND, path=os.pathsep.join(map(str, places)))
    return [found] if found else [sys.executable, "-m", "recordings_mcp.server"]
