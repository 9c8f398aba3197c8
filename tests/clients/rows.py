"""The clients, their versions, and what each is tried over."""

from tests.clients.environments import (
    ROOT,
    NodeEnvironment,
    OwnEnvironment,
    PythonEnvironment,
    requirements_of,
)
from tests.clients.line_program import Ways
from tests.clients.runs import Row, bridged, coded, example, inspected, library

_ASKED = Ways(asks=True)
_BY_TOKEN = Ways()
_ASKED_MODERN = Ways(asks=True, modern=True)
_DATA_ASKED = Ways(asks=True, modern=True, structured=True)
_DATA_BY_TOKEN = Ways(structured=True)

_INSPECTOR = NodeEnvironment(
    "inspector", "@modelcontextprotocol/inspector@2.12.0", "mcp-inspector", ("--cli", "--version")
)
_CLAUDE_CODE = NodeEnvironment("claude-code", "@anthropic-ai/claude-code@2.1.330", "claude", ("--version",))
_REMOTE = NodeEnvironment("mcp-remote", "mcp-remote@0.15.1", "mcp-remote")
_TYPESCRIPT_1 = NodeEnvironment("typescript-1", "@modelcontextprotocol/sdk@1.32.2")
_TYPESCRIPT_2 = NodeEnvironment("typescript-2", "@modelcontextprotocol/client@2.4.0")

_OF_THEIR_TIME = ("pydantic==2.10.6", "starlette<0.47", "sse-starlette<3")
"""What the first MCP SDKs worked with."""

_EXAMPLES = ROOT / "examples"


def all_rows() -> list[Row]:
    """Every client over every transport that it is tried over; those that take longest come first."""
    return [*_applications(), *_frameworks(), *_python(), *_typescript()]


def _applications() -> list[Row]:
    return [
        inspected(_INSPECTOR, "stdio"),
        inspected(_INSPECTOR, "http"),
        coded(_CLAUDE_CODE, "stdio"),
        coded(_CLAUDE_CODE, "http"),
    ]


def _frameworks() -> list[Row]:
    langchain, langchain_example = _framework("langchain")
    pydantic_ai, pydantic_ai_example = _framework("pydantic_ai")
    openai, openai_example = _framework("openai_agents")
    return [
        *library(
            "LangChain adapters", langchain, "langchain_client.py", ("stdio", _ASKED), ("http", _BY_TOKEN)
        ),
        langchain_example,
        *library(
            "Pydantic AI",
            pydantic_ai,
            "pydantic_ai_client.py",
            ("stdio", _ASKED_MODERN),
            ("http", _DATA_ASKED),
        ),
        pydantic_ai_example,
        *library(
            "OpenAI Agents SDK",
            openai,
            "openai_agents_client.py",
            ("stdio", _BY_TOKEN),
            ("http", _DATA_BY_TOKEN),
        ),
        openai_example,
    ]


def _framework(name: str) -> tuple[PythonEnvironment, Row]:
    program = _EXAMPLES / f"{name}_agent.py"
    environment = PythonEnvironment(name, requirements_of(program))
    return environment, example(program, environment)


def _python() -> list[Row]:
    name, program = "MCP SDK for Python", "python_sdk_1.py"
    return [
        *library(name, _old_sdk("1.0.0"), program, ("stdio", _BY_TOKEN)),
        *library(name, _old_sdk("1.9.4"), program, ("stdio", _BY_TOKEN), ("http", _BY_TOKEN)),
        *library(name, _old_sdk("1.12.4"), program, ("stdio", _ASKED), ("http", _ASKED)),
        *library(
            name,
            PythonEnvironment("python-1.30.0", ("mcp==1.30.0",)),
            program,
            ("stdio", _ASKED),
            ("http", _ASKED),
            ("stdio", _DATA_ASKED),
        ),
        *library(
            name, OwnEnvironment("mcp"), "python_sdk_2.py", ("stdio", _ASKED_MODERN), ("http", _DATA_ASKED)
        ),
    ]


def _old_sdk(version: str) -> PythonEnvironment:
    return PythonEnvironment(f"python-{version}", (f"mcp=={version}", *_OF_THEIR_TIME))


def _typescript() -> list[Row]:
    name = "MCP SDK for TypeScript"
    return [
        *library(
            name,
            _TYPESCRIPT_1,
            "typescript_1.mjs",
            ("stdio", _BY_TOKEN),
            ("http", _ASKED),
            ("stdio", _DATA_ASKED),
        ),
        *library(
            name,
            _TYPESCRIPT_2,
            "typescript_2.mjs",
            ("stdio", _ASKED),
            ("stdio", _ASKED_MODERN),
            ("http", _BY_TOKEN),
            ("http", _DATA_ASKED),
        ),
        bridged(_REMOTE, _TYPESCRIPT_1, "typescript_1.mjs", _ASKED),
        bridged(_REMOTE, _TYPESCRIPT_2, "typescript_2.mjs", _ASKED_MODERN),
    ]
