"""The operators of property filters, as functions that SQLite calls for each row.

Regular expressions run in the engine that pydantic brings (Rust's `regex`): linear in the text, bounded in
size, without look-around and back-references. ClickHouse's RE2 has the same limits, so a pattern that the
real server refuses is refused here, and none can hang the sandbox.
"""

import contextlib
import operator
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import orjson
from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

Test = Callable[[Any, Any], bool]

OPPOSITES = {
    "is_not": "exact",
    "not_icontains": "icontains",
    "not_regex": "regex",
    "is_not_set": "is_set",
    "not_between": "between",
    "not_icontains_multi": "icontains_multi",
}
"""The positive operator that each negative operator negates."""


def property_matches(properties: str | None, key: str, name: str, value: str) -> bool:
    """Return whether a property in a JSON object matches; the value of the filter is JSON too."""
    found = orjson.loads(properties).get(key) if properties else None
    return _matches(found, name, orjson.loads(value))


def value_matches(found: str | float | None, name: str, value: str) -> bool:
    """Return whether a plain value matches; the value of the filter is JSON."""
    return _matches(found, name, orjson.loads(value))


def check_pattern(pattern: str) -> str | None:
    """Return what is wrong with a regular expression, or None."""
    try:
        _pattern(pattern)
    except SchemaError as error:
        return str(error).strip().splitlines()[-1].strip()
    return None


def _matches(found: Any, name: str, value: Any) -> bool:
    if name in OPPOSITES:
        return not _matches(found, OPPOSITES[name], value)
    if name == "is_set":
        return found is not None
    if name == "between":
        return _between(found, value)
    return any(_TESTS[name](found, one) for one in _listed(value))


def _between(found: Any, bounds: Any) -> bool:
    return len(_listed(bounds)) == len(_BOUNDS) and all(
        _TESTS[name](found, bound) for name, bound in zip(_BOUNDS, _listed(bounds), strict=True)
    )


def _exact(found: Any, value: Any) -> bool:
    return any((one is None) == (value is None) and _text(one) == _text(value) for one in _listed(found))


def _contains(found: Any, value: Any) -> bool:
    return found is not None and _text(value).lower() in _text(found).lower()


def _regex(found: Any, value: Any) -> bool:
    if found is None:
        return False
    try:
        _pattern(_text(value)).validate_python(_text(found))
    except ValidationError:
        return False
    return True


def _compares(holds: Callable[[Any, Any], bool]) -> Test:
    def compare(found: Any, value: Any) -> bool:
        return found is not None and holds(_comparable(found, value), _comparable(value, found))

    return compare


def _compares_moments(holds: Callable[[datetime, datetime], bool]) -> Test:
    def compare(found: Any, value: Any) -> bool:
        moment, other = _moment(found), _moment(value)
        return moment is not None and other is not None and holds(moment, other)

    return compare


_TESTS: dict[str, Test] = {
    "exact": _exact,
    "icontains": _contains,
    "regex": _regex,
    "gt": _compares(operator.gt),
    "gte": _compares(operator.ge),
    "lt": _compares(operator.lt),
    "lte": _compares(operator.le),
    "min": _compares(operator.ge),
    "max": _compares(operator.le),
    "icontains_multi": _contains,
    "is_date_before": _compares_moments(operator.lt),
    "is_date_after": _compares_moments(operator.gt),
    "is_date_exact": _compares_moments(lambda moment, day: moment.date() == day.date()),
}


_BOUNDS = ("gte", "lte")


def _listed(value: Any) -> Sequence[Any]:
    return cast("Sequence[Any]", value) if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """Return a value as ClickHouse extracts it from JSON: `true` and `false`, integers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return orjson.dumps(value).decode()


def _comparable(value: Any, other: Any) -> tuple[int, float, str]:
    number = _number(value)
    if number is not None and _number(other) is not None:
        return (0, number, "")
    return (1, 0.0, _text(value))


def _number(value: Any) -> float | None:
    with contextlib.suppress(ValueError, TypeError):
        return float(value)
    return None


def _moment(value: Any) -> datetime | None:
    """Return a property as a moment: ISO, or seconds or milliseconds since the epoch."""
    with contextlib.suppress(ValueError, TypeError, OverflowError, OSError):
        number = _number(value)
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)  # noqa: PLR2004 (year 5138 in seconds, 1973 in milliseconds)
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
