"""Renders results: everything recorded is cleaned, redacted and fenced here, and nowhere else."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel

from recordings_mcp.tools._result import (
    AddressCell,
    CountsByName,
    PathCell,
    PersonValue,
    ResultText,
    ToolResult,
    Trusted,
    TrustedCell,
)
from recordings_mcp.tools._services import PrivacyPolicy

if TYPE_CHECKING:
    from recordings_mcp.privacy import Sanitizer

OutputForm = Literal["text", "structured"]
_PLAIN = object()
_HOST = re.compile(r"\A[^/?#]*")
_SCHEME = re.compile(r"\Ahxxps?://", re.IGNORECASE)


def render_result(result: ToolResult, privacy: PrivacyPolicy, form: OutputForm) -> CallToolResult:
    """Return a result for the client: text, and with `structured` the same as data beside it."""
    sanitizer = privacy.sanitizer(result.person_values())
    text = render_text(result.text(), sanitizer)
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=_values(result, sanitizer) if form == "structured" else None,
        _meta=sanitizer.marking,
    )


def render_text(text: ResultText, sanitizer: "Sanitizer") -> str:
    """Return answer, fenced content and closing; the redaction notice is outside the fence."""
    if not text.recorded:
        return "\n".join(filter(None, [text.answer, text.closing]))
    from recordings_mcp.privacy import fence  # noqa: PLC0415 - not a part of the start, as `PrivacyPolicy`

    fenced = fence(_recorded(text, sanitizer), tag=sanitizer.tag)
    hidden = sanitizer.notice if sanitizer.redactions or sanitizer.redactor.level != "standard" else ""
    return "\n".join(filter(None, [text.answer, fenced, text.closing, hidden]))


def _recorded(text: ResultText, sanitizer: "Sanitizer") -> str:
    if isinstance(text.recorded, str):
        return sanitizer.text(text.recorded)
    return "\n".join(text.separator.join(_cell(cell, sanitizer) for cell in row) for row in text.recorded)


def _cell(cell: str | PersonValue, sanitizer: "Sanitizer") -> str:
    if isinstance(cell, PersonValue):
        return sanitizer.own(cell.value, cell.kind)
    if isinstance(cell, AddressCell):
        # A password in an address is found only with the scheme, which goes afterwards.
        address = sanitizer.line(_SCHEME.sub("", sanitizer.line(cell)))
        return (_HOST.sub("", address) or "/") if isinstance(cell, PathCell) else address
    return cell if isinstance(cell, TrustedCell) else sanitizer.line(cell)


def _values(model: BaseModel, sanitizer: "Sanitizer") -> dict[str, Any]:
    """Return the model as JSON: trusted fields as they are, everything else sanitized.

    Plain fields are sanitized together, because one can show that its neighbour is a secret.
    """
    fields = {name: field for name, field in type(model).model_fields.items() if not field.exclude}
    apart = {name: _apart(getattr(model, name), field.metadata, sanitizer) for name, field in fields.items()}
    plain = model.model_dump(mode="json", include={name for name in fields if apart[name] is _PLAIN})
    together = sanitizer.values(plain)
    return {name: together[name] if apart[name] is _PLAIN else apart[name] for name in fields}


def _apart(value: object, marks: Sequence[object], sanitizer: "Sanitizer") -> Any:
    """Return the output of a field that is not sanitized with its neighbours, or `_PLAIN`."""
    for mark in marks:
        if isinstance(mark, Trusted):
            return value
        if isinstance(mark, PersonValue) and isinstance(value, str):
            return sanitizer.own(value, mark.kind)
        if isinstance(mark, CountsByName):
            counts = cast("Mapping[str, int]", value)
            return dict(zip(sanitizer.values(dict.fromkeys(counts)), counts.values(), strict=True))
    if isinstance(value, BaseModel):
        return _values(value, sanitizer)
    items = cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
    models = [item for item in items if isinstance(item, BaseModel)]
    return [_values(item, sanitizer) for item in models] if models else _PLAIN
