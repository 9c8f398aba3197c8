"""A world with three recordings, and a clock that everything reads the time from."""

import time
from pathlib import Path

import pytest

from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import Clock, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    recordings = [Recording("one"), Recording("two"), Recording("three")]
    world = World(tmp_path / "recordings", recordings)
    world.settings = {"toolsets": ("manage", "sharing")}  # a server with fewer tools starts sooner
    return world


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    standing = Clock()
    monkeypatch.setattr(time, "time", standing)
    return standing
