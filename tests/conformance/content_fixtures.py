"""Primitives with fixed content: the tools, resources and prompts that the conformance suite reads."""

import base64
import io
import json
import wave
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.types import (
    AudioContent,
    BlobResourceContents,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    TextContent,
    TextResourceContents,
)

_RED_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
_IMAGE = ImageContent(type="image", data=_RED_PIXEL, mime_type="image/png")


def add_content_fixtures(server: MCPServer[Any]) -> None:
    """Add everything that only has content."""
    for tool in (
        test_simple_text,
        test_image_content,
        test_audio_content,
        test_embedded_resource,
        test_multiple_content_types,
    ):
        server.tool(structured_output=False)(tool)
    server.resource("test://static-text", mime_type="text/plain")(static_text)
    server.resource("test://static-binary", mime_type="image/png")(static_binary)
    server.resource("test://template/{id}/data", mime_type="application/json")(template_data)
    server.resource("test://watched-resource", mime_type="text/plain")(watched_resource)
    for prompt in (
        test_simple_prompt,
        test_prompt_with_arguments,
        test_prompt_with_embedded_resource,
        test_prompt_with_image,
    ):
        server.prompt()(prompt)


def test_simple_text() -> str:
    """Give a text."""
    return "This is a simple text response for testing."


def test_image_content() -> list[ContentBlock]:
    """Give an image."""
    return [_IMAGE]


def test_audio_content() -> list[ContentBlock]:
    """Give a sound."""
    return [AudioContent(type="audio", data=_silence(), mime_type="audio/wav")]


def test_embedded_resource() -> list[ContentBlock]:
    """Give a resource."""
    return [_embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")]


def test_multiple_content_types() -> list[ContentBlock]:
    """Give a text, an image and a resource."""
    data = json.dumps({"test": "data", "value": 123})
    return [
        TextContent(type="text", text="Multiple content types test:"),
        _IMAGE,
        _embedded("test://mixed-content-resource", "application/json", data),
    ]


def static_text() -> str:
    """A text that never changes."""
    return "This is the content of the static text resource."


def static_binary() -> bytes:
    """An image that never changes."""
    return base64.b64decode(_RED_PIXEL)


def template_data(id: str) -> str:  # noqa: A002 - the template's name
    """What stands under an id."""
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def watched_resource() -> str:
    """A text to subscribe to."""
    return "Nothing has happened yet."


def test_simple_prompt() -> str:
    """A prompt without arguments."""
    return "This is a simple prompt for testing."


def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A prompt with two arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - as asked for
    """A prompt with a resource inside."""
    return [
        UserMessage(_embedded(resourceUri, "text/plain", "Embedded resource content for testing.")),
        UserMessage("Please process the embedded resource above."),
    ]


def test_prompt_with_image() -> list[UserMessage]:
    """A prompt with an image inside."""
    return [UserMessage(_IMAGE), UserMessage("Please analyze the image above.")]


def _embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    contents: TextResourceContents | BlobResourceContents = TextResourceContents(
        uri=uri, mime_type=mime_type, text=text
    )
    return EmbeddedResource(type="resource", resource=contents)


def _silence() -> str:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(160))
    return base64.b64encode(file.getvalue()).decode()
