"""`server.json`, which tells registries of MCP servers what there is. `make server-json` checks its form."""

import json
import tomllib
from pathlib import Path
from typing import Any

import recordings_mcp
from recordings_mcp.server.configuration import SECRETS, Configuration, environment_variables

ROOT = Path(__file__).parents[2]
SERVER: dict[str, Any] = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))


def test_it_has_the_version_of_the_package_everywhere() -> None:
    assert SERVER["version"] == recordings_mcp.__version__
    assert [package["version"] for package in SERVER["packages"]] == [recordings_mcp.__version__]


def test_the_package_it_names_is_this_one_and_from_the_default_registry() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    (package,) = SERVER["packages"]

    assert package["identifier"] == project["name"]
    assert package["identifier"] in project["scripts"]  # uvx runs the command of this name
    assert "registryBaseUrl" not in package


def test_its_variables_are_settings_with_their_own_defaults_and_secrets_are_secret() -> None:
    setting = {
        variable: name for name in Configuration.model_fields for variable in environment_variables(name)
    }

    for variable in SERVER["packages"][0]["environmentVariables"]:
        name = setting[variable["name"]]
        default = Configuration.model_fields[name].default
        stated = {"true": True, "false": False}.get(variable.get("default"), variable.get("default"))
        assert stated == default, name
        assert variable.get("isSecret", False) == (name in SECRETS), name


def test_the_readme_and_the_image_prove_that_they_belong_to_it() -> None:
    name = SERVER["name"]

    assert f"<!-- mcp-name: {name} -->" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f'io.modelcontextprotocol.server.name="{name}"' in (ROOT / "Dockerfile").read_text(
        encoding="utf-8"
    )
