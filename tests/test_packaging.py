"""What people install: the wheel and the sdist, in an environment of their own."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

import recordings_mcp

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a wheel built from the sdist, which shows that the sdist is complete."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, from the wheel alone in a fresh environment."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    run(environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return environment / "bin" / "recordings-mcp"


def run(*command: object, environment: Mapping[str, str] | None = None) -> str:
    finished = subprocess.run(  # noqa: S603 - the command line is this test's own
        [str(part) for part in command], capture_output=True, text=True, check=False, env=environment
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_wheel_installs_nothing_but_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {
        "recordings_mcp",
        f"recordings_mcp-{recordings_mcp.__version__}.dist-info",
    }
    assert "recordings_mcp/py.typed" in names


def test_the_sdist_holds_no_development_files(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        folders = {name.split("/")[1] for name in archive.getnames() if "/" in name}

    assert folders.isdisjoint({"tests", "recorder", "publishing", "benchmarks", "docs", ".ci"})


def test_the_installed_command_knows_its_version(installed: Path) -> None:
    assert run(installed, "--version") == f"recordings-mcp {recordings_mcp.__version__}\n"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_installed_command_serves_mcp_over_stdio(
    installed: Path, mode: str, tmp_path: Path
) -> None:
    parameters = StdioServerParameters(command=str(installed), args=["--sandbox"], cwd=tmp_path)

    async with Client(parameters, mode=mode) as client:
        answer = await client.call_tool("search_recordings", {"limit": 1})

    assert not answer.is_error
