"""An account at a PostHog that is created for one test, and the command that checks it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import anyio

from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.tools import TOOLS
from tests.sandbox.conftest import connect
from tests.sandbox.shop import NOW, Recording, write_recording

KEY = "phx_CanaryThatMustNeverBeShownAnywhere02"
USED = frozenset(scope for tool in TOOLS for scope in (*tool.scopes, *tool.optional_scopes))
READ = frozenset(scope for scope in USED if scope.endswith(":read"))
WRITE = USED - READ
TOLD = frozenset({"personal_api_key:read"})
"""With this one PostHog tells the scopes of a key."""


class Examine(Protocol):
    """Runs the command. Gives its exit code and what it said, with the address and the number of all tools made neutral."""

    def __call__(self, *arguments: str, host: str = ...) -> tuple[int, str]: ...


class Doctor(Protocol):
    """Runs the command against a PostHog with so many recordings, which knows `KEY` with these scopes."""

    def __call__(
        self, *arguments: str, scopes: frozenset[str] = ..., recordings: int = ..., **settings: Any
    ) -> tuple[int, str]: ...


def posthog(
    folder: Path, recordings: int, settings: dict[str, Any], clock: Callable[[], datetime] = lambda: NOW
) -> Any:
    """A PostHog that holds so many recordings."""
    (folder / "recordings").mkdir(exist_ok=True)
    present = len(list((folder / "recordings").iterdir()))
    for number in range(present, recordings):
        write_recording(folder / "recordings", Recording(f"recording-{number}"))
    defaults = {"recordings": folder / "recordings", "keep_times": False}
    return create_sandbox(SandboxSettings.model_validate(defaults | settings), clock=clock)


def about(subject: str, said: str) -> list[str]:
    """The lines about a subject."""
    return [line for line in said.splitlines() if line[6:].startswith(subject)]


def use_up_listings(application: Any, moments: list[datetime]) -> None:
    """Make an hour's listings of a free plan, six seconds apart."""

    async def make() -> None:
        async with connect(application, KEY) as http:
            for _ in range(60):
                (await http.get("/api/projects/1/session_recordings/")).raise_for_status()
                moments.append(moments[-1] + timedelta(seconds=6))

    anyio.run(make)
