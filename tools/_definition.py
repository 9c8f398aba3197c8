"""What a tool is: a plain async function with a title, a toolset, true hints and the scopes it needs."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mcp.types import ToolAnnotations

from recordings_mcp.tools._result import ToolResult

Toolset = Literal["recordings", "manage", "sharing"]

READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True
)
"""Hints of a tool that only reads. It returns untrusted text: an open world."""

MARKS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True
)
"""Hints of a tool that adds a mark to PostHog and destroys nothing. Doing it twice changes nothing more; its
answer repeats ids."""

DESTROYS = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=True
)
"""Hints of a tool that destroys what cannot be brought back. Its preview shows untrusted text."""

PUBLISHES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=True
)
"""Hints of a tool that shows a recording to the world. What was seen cannot be unseen: destructive."""

REPLACES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=True
)
"""Hints of a tool that destroys a public link and makes another, a new one at each call."""


@dataclass(frozen=True, slots=True, eq=False)
class ToolDefinition:
    """One tool, everything about it in one place.

    The function's parameters are the tool's schema and its docstring is the text a model reads.

    Attributes:
        function: The tool itself. Returns its result as a model.
        title: A few words for a person.
        toolset: The group it is switched on or off with.
        hints: What it may do to the world; all four are set.
        scopes: The scopes of the API key without which the tool fails. A scope to write includes reading.
        optional_scopes: Scopes the tool uses if the key has them, each with what is missing without it.
        guidance: One sentence for the server's instructions: when to call it.
        seconds: How long a call may take, waits for PostHog's rate limits included. None where a person may
            have to think: then each request has its own limit.
        former_name: What the tool was called before; calls and settings may still use it.
        former_arguments: The arguments that it had before, each with the one that takes its value today.
    """

    function: Callable[..., Awaitable[ToolResult]]
    title: str
    toolset: Toolset
    hints: ToolAnnotations
    scopes: tuple[str, ...]
    guidance: str
    seconds: float | None = None
    optional_scopes: Mapping[str, str] = field(default_factory=dict[str, str])
    former_name: str | None = None
    former_arguments: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        """Return the tool's name, which is its function's."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """Return the function's docstring without source indentation, the same on every Python."""
        return inspect.getdoc(self.function) or ""

    @property
    def result_type(self) -> type[ToolResult]:
        """Return the model that the function returns."""
        annotation: Any = inspect.signature(self.function).return_annotation
        if not (isinstance(annotation, type) and issubclass(annotation, ToolResult)):
            raise TypeError(f"{self.name} must be annotated to return a ToolResult model")
        return annotation


def tool(  # noqa: PLR0913 - the fields of a definition
    *,
    title: str,
    toolset: Toolset,
    hints: ToolAnnotations,
    scopes: tuple[str, ...],
    guidance: str,
    seconds: float | None = None,
    optional_scopes: Mapping[str, str] | None = None,
    former_name: str | None = None,
    former_arguments: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Awaitable[ToolResult]]], ToolDefinition]:
    """Define a tool from the function below; see `ToolDefinition` for the arguments."""

    def define(function: Callable[..., Awaitable[ToolResult]]) -> ToolDefinition:
        return ToolDefinition(
            function,
            title,
            toolset,
            hints,
            scopes,
            guidance,
            seconds,
            optional_scopes or {},
            former_name,
            former_arguments or {},
        )

    return define
