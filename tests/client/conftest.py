"""A sandbox with hand-written recordings, and retries that do not wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.client.recordings import Shop, write_recordings


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    directory: Path = tmp_path_factory.mktemp("recordings")
    write_recordings(directory)
    return Shop(directory)
