"""A sandbox with hand-written recordings."""

from pathlib import Path

import pytest

from tests.client.recordings import Shop, write_recordings


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    directory: Path = tmp_path_factory.mktemp("recordings")
    write_recordings(directory)
    return Shop(directory)
