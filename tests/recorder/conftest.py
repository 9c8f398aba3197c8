import pytest

from tests.recorder.reading import Recording, read_recordings


@pytest.fixture(scope="session")
def recordings() -> list[Recording]:
    return read_recordings()


@pytest.fixture(scope="session")
def by_name(recordings: list[Recording]) -> dict[str, Recording]:
    return {recording.name: recording for recording in recordings}
