"""Short ways to share a recording."""

from typing import Any

import httpx

from tests.sandbox.api import RECORDINGS

SHARING = f"{RECORDINGS}/a/sharing"
NO_KEY = {"Authorization": ""}


async def share(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    response = await client.patch(f"{SHARING}/", json=changes or {"enabled": True})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


async def shared_page(client: httpx.AsyncClient, token: str) -> int:
    return (await client.get(f"/shared/{token}", headers=NO_KEY)).status_code
