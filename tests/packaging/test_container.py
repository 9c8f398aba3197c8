"""The container: what its health check says, what goes into it, and who runs in it."""

import re
import socket
import tomllib
from pathlib import Path

import anyio.to_thread
import pytest

from recordings_mcp.server.http.health import main
from tests.server.web import serving

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
pytestmark = pytest.mark.anyio


def environment(port: int, host: str = "127.0.0.1") -> dict[str, str]:
    return {
        "RECORDINGS_MCP_HTTP": f"{host}:{port}",
        "RECORDINGS_MCP_ALLOWED_HOSTS": "mcp.example.com, localhost",
    }


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - asked, not listened on
async def test_a_server_that_answers_under_its_own_name_is_well(host: str) -> None:
    async with serving(allowed_hosts="mcp.example.com,localhost") as web:
        port = int(web.address.rpartition(":")[2])

        assert await anyio.to_thread.run_sync(main, environment(port, host)) == 0


async def test_a_server_that_refuses_is_not_well() -> None:
    async with serving(allowed_hosts="another.example.com") as web:
        port = int(web.address.rpartition(":")[2])

        assert await anyio.to_thread.run_sync(main, environment(port)) == 1


def test_a_server_that_is_gone_is_not_well(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert main(environment(port)) == 1
    assert capsys.readouterr().err.startswith("no answer: ")


def test_a_server_over_stdio_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({}) == 0
    assert capsys.readouterr().err == ""


def test_all_that_the_wheel_is_built_from_goes_into_the_build_and_nothing_else() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    needed = {entry.split("/")[0] for entry in build["only-include"]}
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert {line[1:] for line in lines if line.startswith("!")} == needed | {
        "LICENSE",
        "README.md",
        "pyproject.toml",
    }
    assert "*" in lines


def test_every_image_it_is_built_on_is_named_with_a_version() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert images
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", image) for image in images)


def test_it_does_not_run_as_root() -> None:
    final = DOCKERFILE.split("FROM ")[-1]

    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", final, re.MULTILINE)
