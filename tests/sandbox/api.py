"""Short ways to ask for what many tests ask for."""

import json
from typing import Any

import httpx

RECORDINGS = "/api/projects/1/session_recordings"


async def list_recordings(client: httpx.AsyncClient, **filters: Any) -> httpx.Response:
    """List recordings, each filter as JSON in a query parameter."""
    parameters = {name: json.dumps(value) for name, value in filters.items()}
    return await client.get(f"{RECORDINGS}/", params=parameters)


async def listed_ids(client: httpx.AsyncClient, **filters: Any) -> list[str]:
    """List the ids of recordings."""
    response = await list_recordings(client, **filters)
    assert response.status_code == 200, response.text
    return [recording["id"] for recording in response.json()["results"]]


async def one_recording(client: httpx.AsyncClient, recording_id: str) -> dict[str, Any]:
    """Retrieve a recording."""
    response = await client.get(f"{RECORDINGS}/{recording_id}/")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def error(kind: str, code: str, detail: str, attr: str | None = None) -> dict[str, str | None]:
    """The body of an error in the common shape."""
    return {"type": kind, "code": code, "detail": detail, "attr": attr}


def authorized(key: str) -> dict[str, str]:
    """The header that carries another key."""
    return {"Authorization": f"Bearer {key}"}
