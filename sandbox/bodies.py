"""Fields of request bodies and parameters, read as Django REST framework reads them."""

from typing import Any

from recordings_mcp.sandbox.errors import invalid

_TRUE = {"true", "t", "1", "yes", "y", "on"}
_FALSE = {"false", "f", "0", "no", "n", "off"}


def boolean(value: Any, name: str) -> bool:
    """Read a boolean, which may also be written as a number or a word.

    Raises:
        ApiError: 400, when it is none.
    """
    if value is None:
        raise invalid("This field may not be null.", code="null", attr=name)
    word = str(value).lower()
    if word not in _TRUE | _FALSE:
        raise invalid("Must be a valid boolean.", attr=name)
    return word in _TRUE
