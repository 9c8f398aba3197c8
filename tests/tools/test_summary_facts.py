"""What a summary says of the session itself: how long somebody was active, on which device, what was scrolled."""

import re
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Connect, data_of, text_of
from tests.replay._building import element
from tests.sandbox.shop import NOW, Event, write_recording
from tests.tools.sessions import checkout, declined, paid, shop_recording

pytestmark = pytest.mark.anyio


def without_activity(application: Any) -> Any:
    """PostHog that does not know how long anybody was active."""

    async def changed(scope: Any, receive: Any, send: Any) -> None:
        async def send_on(message: Any) -> None:
            if "body" in message:
                body = re.sub(rb'"active_seconds":\s*[\d.]+', b'"active_seconds":null', message["body"])
                message = {**message, "body": body}
            headers = [header for header in message.get("headers", ()) if header[0] != b"content-length"]
            await send({**message, "headers": headers} if "headers" in message else message)

        await application(scope, receive, send_on)

    return changed


async def test_active_time_is_taken_from_the_recording_where_posthog_does_not_tell_it(tmp_path: Path) -> None:
    session = declined().at(100).open("/contact").at(101).click(40)
    write_recording(tmp_path, shop_recording("r", session))
    sandbox = create_sandbox(SandboxSettings(recordings=tmp_path, keep_times=True), clock=lambda: NOW)
    transport = application_transport(without_activity(sandbox))
    server = create_server(Configuration(sandbox=True, output="structured"), transport=transport)
    async with Client(server) as client:
        result = await client.call_tool("summarize_recording", {"recording": "r"})

    assert "01:41 long, 00:12 active" in text_of(result)
    assert data_of(result)["active_seconds"] == 12.001
    assert "/contact | clicked something; active 00:00\n" in text_of(result)
    assert [chapter["active"] for chapter in data_of(result)["chapters"]] == [1.0, 11.0, 0.001]


async def test_the_device_is_that_of_the_session_where_its_events_tell_it(connect: Connect) -> None:
    properties = {"$device_type": "Mobile", "$browser": "Mobile Safari", "$os": "iOS"}
    recording = shop_recording("r", declined(), Event("$pageview", properties))
    async with connect(recording, output="structured") as client:
        result = await client.call_tool("summarize_recording", {"recording": "r"})

    assert "person | jane@example.com | Mobile | Mobile Safari | iOS | DE\n" in text_of(result)
    assert data_of(result)["session_device"] == {
        "device_type": "Mobile",
        "browser": "Mobile Safari",
        "os": "iOS",
    }
    assert data_of(result)["person_properties"]["device_type"] == "Desktop"


async def test_a_field_without_a_name_is_called_by_its_role(connect: Connect) -> None:
    field = element(50, "input", type="text", id="q7")
    session = checkout().at(5).open("/contact", field).at(6).click(50).focus(50).input(50, "**")
    async with connect(shop_recording("r", session)) as client:
        text = text_of(await client.call_tool("summarize_recording", {"recording": "r"}))

    assert "/contact | filled in textbox\n" in text


async def test_a_page_scrolled_to_its_end_is_told_so(connect: Connect) -> None:
    session = paid().at(20).scroll(1, 1300).at(22).console("log", "end")
    heights = {"max_scroll": 1300, "max_content": 2020, "max_content_percentage": 1.0, "pathname": "/thanks"}
    left = Event("$pageleave", {f"$prev_pageview_{name}": value for name, value in heights.items()}, after=21)
    async with connect(shop_recording("r", session, left)) as client:
        told = text_of(await client.call_tool("summarize_recording", {"recording": "r"}))

    assert "/thanks | scrolled to the end\n" in told
