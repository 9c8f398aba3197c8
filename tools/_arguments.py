"""Arguments that several tools share, each with its text and its limits."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from recordings_mcp.replay import parse_moment

MIN_TOKENS = 500
MAX_TOKENS = 25_000
_RELATIVE_DATE = re.compile(r"-\d{1,5}[hdwmqy](Start|End)?|[dwmqy]Start|all")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")


def _seconds(value: object) -> object:
    return parse_moment(value) if isinstance(value, str) else value


def check_date(value: str) -> str:
    """Return a relative date (`-3d`, `-24h`) or an ISO date or time as it is.

    Raises:
        ValueError: It is neither.
    """
    if _RELATIVE_DATE.fullmatch(value):
        return value
    if not _ISO_DATE.fullmatch(value):
        raise ValueError('must be relative such as "-3d" or "-24h", or a date such as "2026-03-31"')
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError('there is no such day or time; a date looks like "2026-03-31"') from None
    return value


RecordingText = Annotated[str, Field(min_length=1, max_length=2_000)]

RecordingArgument = Annotated[RecordingText, Field(description="Recording id, replay URL or shared URL")]

RecordingsArgument = Annotated[
    list[RecordingText],
    Field(min_length=1, max_length=100, description="ids, replay URLs or shared URLs"),
]

Moment = Annotated[
    float,
    BeforeValidator(_seconds),
    Field(ge=0, allow_inf_nan=False),
    # A number is taken too; one type in the schema is what every client can map.
    WithJsonSchema({"type": "string", "description": '"mm:ss" or seconds'}),
]

Date = Annotated[str, Field(max_length=40), AfterValidator(check_date)]

Cursor = Annotated[str, Field(description="cursor of the last answer")]

TokenBudget = Annotated[
    int,
    Field(ge=MIN_TOKENS, le=MAX_TOKENS, description="length of the answer at most; default: as configured"),
]


class Arguments(BaseModel):
    """Arguments that a tool declares in a model, to pass them on together: each field is one argument."""

    model_config = ConfigDict(frozen=True, defer_build=True)


def with_single_arguments(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return the function with the fields of its `Arguments` as parameters; as it is if it has none."""
    given = signature(function)
    models = {
        name: parameter.annotation
        for name, parameter in given.parameters.items()
        if isinstance(parameter.annotation, type) and issubclass(parameter.annotation, Arguments)
    }
    if not models:
        return function
    [(name, model)] = models.items()
    types = get_type_hints(model, include_extras=True)
    fields = [
        Parameter(
            field,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if info.is_required() else info.default,
            annotation=types[field],
        )
        for field, info in model.model_fields.items()
    ]
    others = [
        parameter.replace(kind=Parameter.KEYWORD_ONLY)
        for parameter in given.parameters.values()
        if parameter.name != name
    ]

    @wraps(function)
    async def with_fields(**arguments: Any) -> Any:
        values = {field.name: arguments.pop(field.name) for field in fields}
        # The SDK has validated each of them by the same type.
        return await function(**arguments, **{name: model.model_construct(**values)})

    parameters = [*fields, *others]
    vars(with_fields)["__signature__"] = given.replace(parameters=parameters)
    with_fields.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_fields
