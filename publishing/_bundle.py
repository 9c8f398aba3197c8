"""The bundle (.mcpb) that desktop hosts install with a double click.

Format: manifest version 0.4 of modelcontextprotocol/mcpb, server type `uv`. The host runs uv, which fetches
Python and the dependencies at the first start: one small file for all platforms.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from recordings_mcp import __version__
from recordings_mcp.tools import TOOLS

ROOT = Path(__file__).parents[1]
_MANIFEST = Path(__file__).with_name("manifest.json")
_PACKAGE = "recordings_mcp/"


def lay_out_bundle(folder: Path) -> None:
    """Put into an empty or missing folder what the bundle is packed from.

    The package comes out of the wheel, so that a bundle holds what everybody else installs.

    Raises:
        FileExistsError: Something is in the folder.
        subprocess.CalledProcessError: The wheel cannot be built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; remove it first.")
    _unpack_package(folder)
    _write(folder / "manifest.json", json.dumps(manifest(), indent=2, ensure_ascii=False))
    _write(folder / "pyproject.toml", _project())
    _write(folder / "LICENSE", (ROOT / "LICENSE").read_text(encoding="utf-8"))


def manifest() -> dict[str, Any]:
    """Return the manifest with this version and its tools."""
    written: dict[str, Any] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    tools = [{"name": tool.name, "description": tool.title} for tool in TOOLS]
    return {**written, "version": __version__, "tools": tools}


def _unpack_package(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as built:
        command = [sys.executable, "-m", "build", "--wheel", "--outdir", built, str(ROOT)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command line
        (wheel,) = Path(built).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.startswith(_PACKAGE)])


def _project() -> str:
    """Return a project file with the same dependencies, for uv, which runs the bundle in its folder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join(
        [
            "[project]",
            f'name = "{project["name"]}"',
            f'version = "{__version__}"',
            f'requires-python = "{project["requires-python"]}"',
            f"dependencies = {json.dumps(project['dependencies'], indent=4)}",
            "",
            "[tool.uv]",
            "package = false",
        ]
    )


def _write(file: Path, text: str) -> None:
    file.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
