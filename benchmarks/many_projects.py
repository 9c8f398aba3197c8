"""A PostHog with many accounts: one key, one project, one recording each, and all of them look alike.

`python benchmarks/many_projects.py PORT ACCOUNTS FOLDER` serves it. Each account has its own sandbox. All
have the same project id and the same recording id, so anything cached without its owner reaches the wrong
caller. The recorded person is different in each account.
"""

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp.sandbox import ApiKey, SandboxSettings, create_sandbox
from recordings_mcp.server.http.web_server import open_listener

RECORDING = "0197a000-0000-7000-8000-000000000001"
CANARY = re.compile(r"canary-\d{4}")


def api_key(account: int) -> str:
    """Return the key of an account."""
    return f"phx_account_{account:04}_of_many_projects"


def canary(account: int) -> str:
    """Return a text that only this account's recording has."""
    return f"canary-{account:04}"


class ManyProjects:
    """Routes each request to the sandbox of its key.

    Args:
        accounts: How many there are.
        folder: Where their recordings are written.
    """

    def __init__(self, accounts: int, folder: Path) -> None:
        self._sandboxes: dict[str, ASGIApp] = {
            f"Bearer {api_key(account)}": _sandbox(account, folder / str(account))
            for account in range(accounts)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = dict(scope["headers"])
        sandbox = self._sandboxes.get(headers.get(b"authorization", b"").decode())
        await (sandbox or Response(status_code=401))(scope, receive, send)


def _sandbox(account: int, folder: Path) -> ASGIApp:
    _write_recording(folder / RECORDING, canary(account))
    key = ApiKey(value=api_key(account), user=f"owner-{account:04}@shop.example")
    return create_sandbox(SandboxSettings(recordings=folder, keys=(key,)))


def _write_recording(folder: Path, visitor: str) -> None:
    folder.mkdir(parents=True)
    end = datetime.now(UTC) - timedelta(hours=1)
    start = end - timedelta(seconds=60)
    person: dict[str, object] = {
        "uuid": "00000000-0000-4000-8000-00000000000a",
        "name": visitor,
        "created_at": start.isoformat(),
        "distinct_ids": [visitor],
        "properties": {},
    }
    metadata: dict[str, object] = {
        "id": RECORDING,
        "distinct_id": visitor,
        "person": person,
        "start_time": start.isoformat(),
        "end_time": end.isoformat(),
        "recording_duration": 60,
        "active_seconds": 30.0,
        "inactive_seconds": 30.0,
        "click_count": 3,
        "keypress_count": 0,
        "mouse_activity_count": 9,
        "console_log_count": 0,
        "console_warn_count": 0,
        "console_error_count": 0,
        "start_url": f"https://shop.example/{visitor}",
    }
    (folder / "recording.json").write_text(json.dumps(metadata), encoding="utf-8")


def main() -> None:
    """Serve until stopped."""
    port, accounts, folder = sys.argv[1:]
    application = ManyProjects(int(accounts), Path(folder))
    with open_listener("127.0.0.1", int(port)) as listener:
        uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None)).run(sockets=[listener])


if __name__ == "__main__":
    main()
