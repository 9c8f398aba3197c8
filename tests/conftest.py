"""What every test may use."""

import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from mcp import Client
from mcp.client import session

from tests.mcp_client import Connect, Era, open_client
from tests.sandbox.shop import Recording

# How long an example takes says something of the machine and nothing of the project.
hypothesis.settings.register_profile("suite", parent=hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("suite")

CANARY = "phx_Canary"
"""How the API keys begin with which tests call; what they print and log is searched for it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output or log shows its API key."""
    report = yield
    if report.when == "call" and any(CANARY in text for _, text in report.sections):
        report.outcome = "failed"
        report.longrepr = f"The API key of {item.nodeid} is in its output or its log."
    return report


def pytest_configure() -> None:
    # Within this time a client takes a server that is slow to start for one of the era before.
    session.DISCOVER_TIMEOUT_SECONDS = 60.0
    # A shell that runs the suite in the background has it ignore Ctrl-C, and so would every server it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach this machine directly, whatever the environment says."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_waiting_between_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the jitter before a retry always be the shortest."""

    def shortest(low: float, _high: float) -> float:
        return low

    monkeypatch.setattr("recordings_mcp.client._retry.uniform", shortest)


@pytest.fixture(params=["auto", "legacy"])
def era(request: pytest.FixtureRequest) -> Era:
    """Both protocol eras: 2026-07-28, and the handshake of those before."""
    era: Era = request.param
    return era


@pytest.fixture
def connect(tmp_path: Path, era: Era) -> Connect:
    """Opens clients in memory, on both protocol eras."""

    def open_it(*recordings: Recording, sandbox: dict[str, Any] | None = None, **settings: Any) -> Client:
        return open_client(tmp_path / "recordings", era, recordings, sandbox or {}, settings)

    return open_it
