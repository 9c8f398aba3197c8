"""Where clients are installed: each in an environment of its own, kept under .clients/ between runs."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
_ENVIRONMENTS = ROOT / ".clients"
_SECONDS_TO_INSTALL = 300
_ADDRESS = re.compile(r"\w+://\S+")
_LONGEST_REASON = 120


class NotInstalled(Exception):
    """The client cannot be had on this machine; the text says why."""


class Environment(Protocol):
    """Where a client is installed."""

    @property
    def folder(self) -> Path:
        """Where its programs are started."""
        ...

    @property
    def version(self) -> str:
        """The version of the client."""
        ...

    def install(self) -> None:
        """Install it, unless it is there already.

        Raises:
            NotInstalled: That did not work.
        """
        ...

    def command(self, program: Path) -> list[str]:
        """How to run a program in it."""
        ...


@dataclass(frozen=True, slots=True)
class OwnEnvironment:
    """The environment this runs in, for a client that is installed here anyhow."""

    package: str
    folder: Path = ROOT

    @property
    def version(self) -> str:
        """The version that is installed."""
        return importlib.metadata.version(self.package)

    def install(self) -> None:
        """There is nothing to do."""

    def command(self, program: Path) -> list[str]:
        """How to run a program in it."""
        return [sys.executable, str(program)]


@dataclass(frozen=True, slots=True)
class PythonEnvironment:
    """A virtual environment with exactly these requirements and what they need."""

    name: str
    requirements: tuple[str, ...]

    @property
    def version(self) -> str:
        """The version of the client, which is the first requirement."""
        return self.requirements[0].rpartition("==")[2]

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return _ENVIRONMENTS / self.name

    def install(self) -> None:
        """Install it, unless it is there already."""
        if _begin(self.folder, self.requirements):
            _run(sys.executable, "-m", "venv", "--without-pip", self.folder)
            pip = [sys.executable, "-m", "pip", "--python", self._interpreter]
            # What is imported is compiled then; most of it never is.
            options = ["--quiet", "--no-compile", "--disable-pip-version-check"]
            _run(*pip, "install", *options, *self.requirements)
            _finish(self.folder, self.requirements)

    def command(self, program: Path) -> list[str]:
        """How to run a program in it."""
        return [str(self._interpreter), str(program)]

    @property
    def _interpreter(self) -> Path:
        return self.folder / "bin" / "python"


@dataclass(frozen=True, slots=True)
class NodeEnvironment:
    """A folder with this package of npm and what it needs.

    Attributes:
        name: What the folder is called.
        package: The package and its version.
        program: The command that is wanted of it, if any.
        trial: Options with which that command says that it works here.
    """

    name: str
    package: str
    program: str | None = None
    trial: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version of the client."""
        return self.package.rpartition("@")[2]

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return _ENVIRONMENTS / self.name

    def install(self) -> None:
        """Install it, unless it is there already."""
        if _begin(self.folder, (self.package,)):
            self.folder.mkdir(parents=True)
            (self.folder / "package.json").write_text("{}")
            options = ["--no-audit", "--no-fund", "--loglevel", "error"]
            _run("npm", "install", *options, "--prefix", self.folder, self.package)
            if self.trial:
                _run(self.executable, *self.trial)
            _finish(self.folder, (self.package,))

    def command(self, program: Path) -> list[str]:
        """How to run a program in it."""
        return ["node", str(program)]

    @property
    def executable(self) -> str:
        """Where the command that is wanted of it lies."""
        return str(self.folder / "node_modules" / ".bin" / f"{self.program}")


def requirements_of(program: Path) -> tuple[str, ...]:
    """What a program's first lines say that it needs (the inline metadata of Python scripts)."""
    block = program.read_text(encoding="utf-8").split("# ///")[1]
    lines = [line.removeprefix("#") for line in block.splitlines()[1:]]
    return tuple(tomllib.loads("\n".join(lines))["dependencies"])


def _begin(folder: Path, contents: tuple[str, ...]) -> bool:
    """Whether there is anything to install; what an earlier run left half done is removed."""
    mark = folder / ".installed"
    if mark.exists() and mark.read_text() == "\n".join(contents):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def _finish(folder: Path, contents: tuple[str, ...]) -> None:
    (folder / ".installed").write_text("\n".join(contents))


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    try:
        subprocess.run(words, capture_output=True, text=True, check=True, timeout=_SECONDS_TO_INSTALL)  # noqa: S603
    except FileNotFoundError:
        raise NotInstalled(f"there is no {Path(words[0]).name} here") from None
    except subprocess.TimeoutExpired:
        raise NotInstalled("installing it took too long") from None
    except subprocess.CalledProcessError as error:
        raise NotInstalled(_reason(error.stderr)) from None


def _reason(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.startswith(("ERROR: ", "npm error "))]
    return _ADDRESS.sub("…", lines[0] if lines else "it did not install")[:_LONGEST_REASON]
