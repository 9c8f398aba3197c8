"""The public names of the replay package."""

import subprocess
import sys

import pytest

from recordings_mcp import replay
from recordings_mcp.replay import engine


def test_a_name_of_the_engine_is_imported_on_first_use() -> None:
    program = (
        "import sys; from recordings_mcp import replay; before = 'recordings_mcp.replay.walker' in sys.modules;"
        "replay.Walker; print(before, 'recordings_mcp.replay.walker' in sys.modules)"
    )
    observed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert observed.stdout == "False True\n"


def test_every_name_of_the_engine_is_a_name_of_the_room() -> None:
    names = [name for name in vars(engine) if not name.startswith("_")]

    assert "Walker" in names
    assert all(getattr(replay, name) is getattr(engine, name) for name in names)


@pytest.mark.parametrize("name", ["import_module_of_nothing", "_anything"])
def test_a_name_that_does_not_exist_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'recordings_mcp.replay' has no attribute '{name}'"):
        getattr(replay, name)
