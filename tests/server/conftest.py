"""What tests of commands need: a home folder without settings, and a PostHog to examine."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from recordings_mcp.sandbox import ApiKey
from recordings_mcp.server.__main__ import main
from recordings_mcp.tools import TOOLS
from tests.server.account import KEY, READ, TOLD, WRITE, Doctor, Examine, posthog
from tests.server.assistant_files import Home, empty_home
from tests.server.loopback import listening


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    return empty_home(tmp_path, monkeypatch, capsys)


@pytest.fixture
def examine(home: Home, monkeypatch: pytest.MonkeyPatch) -> Examine:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)

    def run(*arguments: str, host: str = "") -> tuple[int, str]:
        code = main(["doctor", *(["--host", host] if host else []), *arguments])
        out, errors = home.printed.readouterr()
        assert errors == ""
        assert KEY not in out
        assert "jane" not in out
        out = out.replace(f"{len(TOOLS)} tools", "all tools")
        return code, out.replace(host, "HOST") if host else out

    return run


@pytest.fixture
def doctor(tmp_path: Path, examine: Examine) -> Iterator[Doctor]:
    with ExitStack() as stack:

        def run(
            *arguments: str,
            scopes: frozenset[str] = READ | WRITE | TOLD,
            recordings: int = 1,
            **settings: Any,
        ) -> tuple[int, str]:
            keys = (ApiKey(value=KEY, scopes=scopes),)
            application = posthog(tmp_path, recordings, {"keys": keys} | settings)
            return examine(*arguments, host=stack.enter_context(listening(application)))

        yield run


@pytest.fixture
def lines() -> bytes:
    """The lines of a bundled recording."""
    recordings = Path(__file__).parents[2] / "sandbox" / "recordings"
    return gzip.decompress((recordings / "card_declined" / "snapshots.jsonl.gz").read_bytes())
