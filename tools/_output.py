"""Renders results: everything recorded is cleaned, redacted and fenced here, and nowhere else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel

from recordings_mcp.privacy import Outgoing, fence
from recordings_mcp.tools._result import OwnWords, PersonValue, ResultText, Row, ToolResult
from recordings_mcp.tools._services import PrivacyPolicy

OutputForm = Literal["text", "structured"]
_SOURCE = "what visitors, pages and browsers wrote"


def render_result(result: ToolResult, privacy: PrivacyPolicy, form: OutputForm) -> CallToolResult:
    """A result for the client: text, and with `structured` the same as data beside it."""
    outgoing = privacy.outgoing(result.person_values())
    text = render_text(result.text(), outgoing)
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=_values(result, outgoing) if form == "structured" else None,
        _meta=outgoing.marking,
    )


def render_text(text: ResultText, outgoing: Outgoing) -> str:
    """Answer, fenced content, closing; the redaction notice stands with our own words."""
    if not text.recorded:
        return "\n".join(filter(None, [text.answer, text.closing]))
    fenced = fence(_recorded(text.recorded, outgoing), source=_SOURCE, tag=outgoing.tag)
    hidden = outgoing.notice if outgoing.redactions or outgoing.redactor.level != "standard" else ""
    return "\n".join(filter(None, [text.answer, fenced, text.closing, hidden]))


def _recorded(recorded: str | Sequence[Row], outgoing: Outgoing) -> str:
    if isinstance(recorded, str):
        return outgoing.text(recorded)
    return "\n".join(" | ".join(_cell(cell, outgoing) for cell in row) for row in recorded)


def _cell(cell: str | PersonValue, outgoing: Outgoing) -> str:
    if isinstance(cell, PersonValue):
        return outgoing.own(cell.value, cell.kind)
    return outgoing.line(cell)


def _values(value: object, outgoing: Outgoing) -> Any:
    """The value as JSON: every text gone through the pass, the person's own fields as their level says."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {name: _field(value, name, outgoing) for name in fields if not fields[name].exclude}
    if isinstance(value, list | tuple):
        return [_values(item, outgoing) for item in cast("Sequence[object]", value)]
    if isinstance(value, datetime):
        return value.isoformat()
    return outgoing.values(value)


def _field(model: BaseModel, name: str, outgoing: Outgoing) -> Any:
    value = getattr(model, name)
    for mark in type(model).model_fields[name].metadata:
        if isinstance(mark, OwnWords):
            return value
        if isinstance(mark, PersonValue) and isinstance(value, str):
            return outgoing.own(value, mark.kind)
    return _values(value, outgoing)
