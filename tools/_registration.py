"""From a definition to a tool of the SDK: closed compact schema, one-line errors, fenced results."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any, Self, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.resolve import resolve_arguments
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, InputRequiredResult
from pydantic import ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from recordings_mcp.client import RecordingsError, deadline
from recordings_mcp.tools._arguments import with_single_arguments
from recordings_mcp.tools._definition import ToolDefinition
from recordings_mcp.tools._echo import echo, echo_path
from recordings_mcp.tools._output import OutputForm, render_result
from recordings_mcp.tools._progress import rising_progress, wait_progress
from recordings_mcp.tools._result import ToolResult
from recordings_mcp.tools._schema import compact_input_schema, compact_schema
from recordings_mcp.tools._services import services_of
from recordings_mcp.tools.confirmation import NotExecuted

_LONGEST_NAME = 64


class RegisteredTool(Tool):
    """A tool as the server publishes it.

    It refuses unknown arguments with the nearest name and invalid ones in one line, and passes on the text of
    errors that the client core raises.
    """

    output_form: OutputForm = "text"
    seconds: float | None = None
    former_arguments: Mapping[str, str] = {}

    @classmethod
    @cache  # nothing in it belongs to one server, and the schemas are most of a server's start
    def of(cls, definition: ToolDefinition, output_form: OutputForm) -> Self:
        """Publish a definition; `structured` adds an output schema and structured content."""
        published = cls.from_function(
            with_single_arguments(definition.function),
            title=definition.title,
            description=definition.description,
            annotations=definition.hints,
            structured_output=False,
        )
        closed: type[ArgModelBase] = type(
            definition.name,
            (published.fn_metadata.arg_model,),
            {"model_config": ConfigDict(extra="forbid", defer_build=True), "__module__": __name__},
        )
        published.fn_metadata.arg_model = closed
        changes: dict[str, Any] = {
            # All that closing adds to the schema, which is there already: to make it again takes as long.
            "parameters": compact_input_schema({"additionalProperties": False, **published.parameters}),
            "output_form": output_form,
            "seconds": definition.seconds,
            "former_arguments": definition.former_arguments,
        }
        if output_form == "structured":
            published.fn_metadata.output_schema = compact_schema(
                definition.result_type.model_json_schema(mode="serialization")
            )
        return cls.model_construct(**{**dict(published), **changes})

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult | InputRequiredResult:
        """Run the tool and render its result; every foreseen failure is a `ToolError` of one line."""
        del convert_result  # the result is always rendered here
        try:
            limit = (
                nullcontext()
                if self.seconds is None
                else deadline(self.seconds, on_wait=wait_progress(context))
            )
            with limit, rising_progress():
                result = await self._called(arguments, context)
            if isinstance(result, InputRequiredResult):
                return result
            return render_result(result, services_of(context).privacy, self.output_form)
        except (ToolError, MCPError):
            raise
        except RecordingsError as error:
            raise ToolError(str(error)) from error
        except Exception as crash:  # its own text stays on the server
            raise UnexpectedToolError(f"Error executing tool {self.name}") from crash

    async def _called(
        self, arguments: dict[str, Any], context: Context[Any, Any]
    ) -> ToolResult | InputRequiredResult:
        """Validate, resolve and call as `Tool.run` does, but leave what is raised as it is."""
        try:
            validated = self.fn_metadata.validate_arguments(self._without_nulls(self._as_today(arguments)))
        except ValidationError as error:
            known = self.parameters.get("properties", {})
            raise ToolError(explain(error.errors(include_url=False), known)) from error
        try:
            resolved = await resolve_arguments(self.resolved_params, self.resolver_plans, validated, context)
            if isinstance(resolved, InputRequiredResult):
                return resolved
            given = {**resolved, str(self.context_kwarg): context}
            result: ToolResult = await self.fn_metadata.call_fn(self.fn, self.is_async, validated, given)
        except NotExecuted as ended:
            return ended.result
        return result

    def _as_today(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments with those that had another name before under the name of today."""
        renamed = {
            before: now
            for before, now in self.former_arguments.items()
            if before in arguments and now not in arguments
        }
        return {renamed.get(name, name): value for name, value in arguments.items()}

    def _without_nulls(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments without optional ones that are null, as many models write "left out"."""
        required: Sequence[str] = self.parameters.get("required", [])
        optional = self.parameters.get("properties", {}).keys() - set(required)
        return {
            name: _without_inner_nulls(value)
            for name, value in arguments.items()
            if value is not None or name not in optional
        }


def _without_inner_nulls(value: object) -> object:
    """Return an argument without the null members of the objects in it."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return {name: _without_inner_nulls(inner) for name, inner in members if inner is not None}
    if isinstance(value, list):
        return [_without_inner_nulls(item) for item in cast("list[object]", value)]
    return value


def explain(errors: Iterable[ErrorDetails], known: Iterable[str]) -> str:
    """Return all that is wrong with the arguments, in one line."""
    return "Invalid arguments. " + "; ".join(_explain_one(error, list(known)) for error in errors)


def _explain_one(error: ErrorDetails, known: list[str]) -> str:
    path = echo_path(error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return f"{path}: unknown argument; {_nearest(error['loc'], known)}"
        case "missing":
            return f"{path}: required"
        case "literal_error":
            return f"{path}: no such value; {_nearest_value(error)} (got {echo(error['input'])})"
        case "list_type":
            return f"{path}: must be a list (got {echo(error['input'])})"
        case "value_error":
            return f"{path}: {error['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{path}: {error['msg']} (got {echo(error['input'])})"


def _nearest_value(error: ErrorDetails) -> str:
    expected = str(error["ctx"]["expected"]) if "ctx" in error else ""
    asked = str(error["input"])[:_LONGEST_NAME].lower().replace(" ", "_")
    near = difflib.get_close_matches(asked, re.findall(r"'([^']*)'", expected), 1)
    return f"did you mean {near[0]!r}?" if near else f"known: {expected}"


def _nearest(path: Sequence[str | int], known: list[str]) -> str:
    if len(path) > 1:
        return "see the tool's schema"
    near = difflib.get_close_matches(str(path[0])[:_LONGEST_NAME], known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
