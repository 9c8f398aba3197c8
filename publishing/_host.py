"""Starts an unpacked bundle as a host does: by its manifest, with the answers in its form."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uv
from mcp import Client, StdioServerParameters

_PLACEHOLDER = re.compile(r"\$\{([\w.]+)\}")


def start_of(folder: Path, answers: Mapping[str, str]) -> StdioServerParameters:
    """Return how a host starts the bundle in this folder.

    Args:
        folder: The unpacked bundle.
        answers: What was entered in the form; `true` or `false` for a switch. Other fields have defaults.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    stated = manifest["server"]["mcp_config"]
    values = {"__dirname": str(folder.absolute()), **_entered(manifest["user_config"], answers)}

    def filled_in(text: str) -> str:
        return _PLACEHOLDER.sub(lambda placeholder: values[placeholder[1]], text)

    return StdioServerParameters(
        command=uv.find_uv_bin() if stated["command"] == "uv" else stated["command"],
        args=[filled_in(argument) for argument in stated["args"]],
        env={**os.environ, **{name: filled_in(text) for name, text in stated["env"].items()}},
    )


async def tools_of(folder: Path) -> list[str]:
    """Return the tools that the bundle in this folder offers to a person without an account."""
    async with Client(start_of(folder, {"sandbox": "true"})) as client:
        return [tool.name for tool in (await client.list_tools()).tools]


def _entered(form: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the form by placeholder. Switches are `true` and `false`."""
    defaults = {name: field["default"] for name, field in form.items()}
    texts = {
        name: json.dumps(value) if isinstance(value, bool) else value for name, value in defaults.items()
    }
    return {f"user_config.{name}": value for name, value in {**texts, **answers}.items()}
