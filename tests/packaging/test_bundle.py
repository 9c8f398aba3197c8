"""The bundle for desktop hosts: what its form asks, and that its own command starts it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

import recordings_mcp
from publishing import lay_out_bundle, manifest, start_of
from recordings_mcp.server.configuration import SECRETS, Configuration, environment_variables
from recordings_mcp.tools import TOOLS

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    lay_out_bundle(folder)
    return folder


def variables(bundle: Path, **answers: str) -> dict[str, str]:
    """What a host sets for a person who entered this."""
    stated = manifest()["server"]["mcp_config"]["env"]
    return {name: text for name, text in (start_of(bundle, answers).env or {}).items() if name in stated}


def settings(environment: dict[str, str]) -> dict[str, Any]:
    """What differs from the defaults."""
    configuration = Configuration.load({}, environment)
    return configuration.model_dump(exclude_defaults=True)


def test_it_has_this_version_and_every_tool() -> None:
    assert manifest()["version"] == recordings_mcp.__version__
    assert [tool["name"] for tool in manifest()["tools"]] == [tool.name for tool in TOOLS]


def test_every_field_of_its_form_is_a_setting_and_every_placeholder_a_field() -> None:
    form = manifest()["user_config"]

    assert manifest()["server"]["mcp_config"]["env"] == {
        environment_variables(field)[0]: f"${{user_config.{field}}}" for field in form
    }


def test_secrets_are_kept_as_secrets_and_nothing_else() -> None:
    form = manifest()["user_config"]

    assert {name for name, field in form.items() if field.get("sensitive")} == SECRETS & form.keys()


def test_left_as_it_is_the_form_sets_nothing_but_read_only(bundle: Path) -> None:
    assert settings(variables(bundle)) == {"read_only": True}


def test_fields_that_a_host_leaves_unfilled_set_nothing() -> None:
    assert settings(manifest()["server"]["mcp_config"]["env"]) == {}


def test_answers_in_the_form_arrive(bundle: Path) -> None:
    answered = variables(
        bundle, api_key="phx_0123456789abcdef", host="https://eu.posthog.com", project="12", read_only="false"
    )

    configuration = Configuration.load({}, answered)

    assert configuration.api_key is not None
    assert configuration.api_key.get_secret_value() == "phx_0123456789abcdef"
    assert settings(answered).keys() == {"api_key", "host", "project"}


def test_uv_fetches_what_the_package_needs(bundle: Path) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    laid_out = tomllib.loads((bundle / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert laid_out["dependencies"] == needed["dependencies"]
    assert laid_out["requires-python"] == needed["requires-python"]


async def test_without_an_account_its_own_command_starts_a_server_that_searches(bundle: Path) -> None:
    server = start_of(bundle, {"sandbox": "true"})

    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        answer = await client.call_tool("search_recordings", {"limit": 1})

    assert [tool.name for tool in tools] == [tool.name for tool in TOOLS if tool.hints.read_only_hint]
    assert not answer.is_error


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()

    with pytest.raises(FileExistsError, match="remove it first"):
        lay_out_bundle(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
