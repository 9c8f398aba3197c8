"""posthog-js, installed with npm at the version that package.json pins."""

import json
import shutil
import subprocess
from pathlib import Path

ROOM = Path(__file__).parent
DISTRIBUTION = ROOM / "node_modules" / "posthog-js" / "dist"


def install_posthog_js() -> Path:
    """Install posthog-js unless the pinned version is installed. Return its folder of browser scripts.

    Raises:
        RuntimeError: npm is missing or failed.
    """
    pinned = json.loads((ROOM / "package.json").read_text(encoding="utf-8"))["dependencies"]["posthog-js"]
    if _installed_version() != pinned:
        _run_npm()
    return DISTRIBUTION


def _installed_version() -> str | None:
    package = DISTRIBUTION.parent / "package.json"
    if not package.exists():
        return None
    version: str = json.loads(package.read_text(encoding="utf-8"))["version"]
    return version


def _run_npm() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is needed to install posthog-js: install Node.js and try again.")
    # No lock file: it would name the registry of the last person who ran this.
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    # The command is ours and takes no input.
    finished = subprocess.run(command, cwd=ROOM, capture_output=True, text=True, check=False)  # noqa: S603
    if finished.returncode:
        raise RuntimeError(f"npm could not install posthog-js:\n{finished.stderr}")
