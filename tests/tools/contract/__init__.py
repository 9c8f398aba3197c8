"""What clients are promised of each tool, one file for each: names, texts, hints, schemas."""

import json
from pathlib import Path
from typing import Any

from mcp import Client

from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Era

FOLDER = Path(__file__).parent


async def listed(era: Era, **settings: Any) -> list[dict[str, Any]]:
    """Every tool as a client sees it."""
    async with Client(create_server(Configuration(sandbox=True, **settings)), mode=era) as client:
        tools = (await client.list_tools()).tools
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


async def contracts() -> dict[Path, str]:
    """The contract of each tool as it is now, by the file it is kept in."""
    return {
        FOLDER / f"{tool['name']}.json": json.dumps(tool, indent=2, ensure_ascii=False) + "\n"
        for tool in await listed("auto")
    }


def kept() -> dict[Path, str]:
    """The contracts that were accepted."""
    return {file: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")}
