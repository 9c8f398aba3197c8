"""Command `doctor`: does the account work? One line for each check, with the fix."""

import logging
import os
import sys
from collections.abc import AsyncGenerator

import anyio

from recordings_mcp.server.application import create_server, prepare_client
from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.doctor.checkup import Checkup
from recordings_mcp.server.doctor.finding import Finding
from recordings_mcp.server.selection import select_tools

_PERSONAL = "phx_"
_KINDS_OF_KEY = {
    _PERSONAL: Finding("ok", "key: personal (phx_)"),
    "pha_": Finding("ok", "key: OAuth access token (pha_), which expires"),
    "phs_": Finding(
        "warn",
        "key: project secret (phs_), which can only list and read",
        "A personal key (phx_) can do more.",
    ),
}
_SUBJECTS = {"api_key": "key"}


def run(options: CommandLine) -> int:
    """Check everything in order and print as it goes.

    Returns:
        0 when all that is needed works, 1 otherwise.
    """
    logging.basicConfig(level=logging.ERROR)  # warnings about retries would come between the findings
    return anyio.run(_examine, options)


async def _examine(options: CommandLine) -> int:
    failed = False
    async for finding in _findings(options):
        failed = failed or finding.level == "fail"
        sys.stdout.write(f"{finding}\n")
        sys.stdout.flush()
    sys.stdout.write("\nNot ready: fix what failed, then run doctor again.\n" if failed else "\nReady.\n")
    return int(failed)


async def _findings(options: CommandLine) -> AsyncGenerator[Finding]:
    try:
        configuration = Configuration.load(options.settings, os.environ, options.config)
        tools = select_tools(configuration)
    except InvalidConfiguration as error:
        for line in str(error).splitlines():
            yield Finding("fail", f"configuration: {line}")
        return
    yield Finding("ok", "configuration: readable")
    try:
        connect = prepare_client(configuration, None)
    except InvalidConfiguration as error:
        setting = error.setting or "configuration"
        yield Finding("fail", f"{_SUBJECTS.get(setting, setting)}: {error.problem}")
        return
    key = _kind_of_key(configuration)
    yield key
    async with connect() as client:
        personal = key == _KINDS_OF_KEY[_PERSONAL]
        checkup = Checkup(client, tools, personal=personal, sandbox=configuration.sandbox)
        async for finding in checkup.findings():
            yield finding
    yield _policies(configuration, len(tools))


def _kind_of_key(configuration: Configuration) -> Finding:
    if configuration.sandbox or configuration.api_key is None:
        return Finding("ok", "key: the sandbox's own")
    return _KINDS_OF_KEY[configuration.api_key.get_secret_value()[: len(_PERSONAL)]]


def _policies(configuration: Configuration, tools: int) -> Finding:
    try:
        create_server(configuration)  # finds the rest that may prevent a start, such as files it cannot write
    except InvalidConfiguration as error:
        return Finding("fail", f"server: {error}")
    reads = ", read-only" if configuration.read_only else ""
    shown = configuration.shown_typing
    privacy = configuration.privacy + ("" if shown == "none" else f", typing shown ({shown})")
    what = f"policies: privacy {privacy}, confirm {configuration.confirm}{reads}, {tools} tools"
    if configuration.privacy == "off":
        return Finding(
            "warn",
            what,
            "Assistants see secrets and personal data as recorded; --privacy standard hides them.",
        )
    return Finding("ok", what)
