"""Decoded JSON of unknown shape, narrowed to the expected type."""

import sys
from typing import Any, TypeGuard


def is_fields(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether this is an object."""
    return isinstance(value, dict)


def is_items(value: object) -> TypeGuard[list[Any]]:
    """Return whether this is an array."""
    return isinstance(value, list)


def fields_of(value: object) -> dict[str, Any]:
    """Return the fields of an object, or none if it is not an object."""
    return value if is_fields(value) else {}


def items_of(value: object) -> list[Any]:
    """Return the items of an array, or none if it is not an array."""
    return value if is_items(value) else []


def finite(value: object) -> float | None:
    """Return a number that a float can hold, or None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return value
    return None
