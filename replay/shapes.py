"""Decoded JSON of unknown shape, as what it should be."""

from typing import Any, TypeGuard


def is_fields(value: object) -> TypeGuard[dict[str, Any]]:
    """Say whether this is an object."""
    return isinstance(value, dict)


def is_items(value: object) -> TypeGuard[list[Any]]:
    """Say whether this is an array."""
    return isinstance(value, list)


def fields_of(value: object) -> dict[str, Any]:
    """Give an object's fields; none if it is no object."""
    return value if is_fields(value) else {}


def items_of(value: object) -> list[Any]:
    """Give an array's items; none if it is no array."""
    return value if is_items(value) else []
