"""What is installed here is fetched as everywhere on this machine."""

import pytest


@pytest.fixture
def no_proxies() -> None:
    """Keep those of the environment."""
