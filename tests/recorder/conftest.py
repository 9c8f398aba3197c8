import sys
from pathlib import Path

import pytest

from tests.recorder.reading import Recording, read_recordings

# The recorder is no part of the package that is installed: it is found in the checkout.
sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture(scope="session")
def recordings() -> list[Recording]:
    return read_recordings()


@pytest.fixture(scope="session")
def by_name(recordings: list[Recording]) -> dict[str, Recording]:
    return {recording.name: recording for recording in recordings}
