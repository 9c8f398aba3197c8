"""JSON schemas with the same contract in fewer tokens."""

from typing import Any

JSON = dict[str, Any]
_KEPT_AS_THEY_ARE = frozenset({"default", "const", "enum", "examples", "required"})


def compact_schema(schema: JSON) -> JSON:
    """Drop titles, inline definitions, and say `X or null, default null` as plain optional X.

    The schema accepts what it accepted before, save an explicit null for an optional argument, which
    the server still takes.

    Raises:
        ValueError: A definition refers to itself, which cannot be inlined.
    """
    definitions: JSON = schema.get("$defs", {})
    return _compact_object({key: value for key, value in schema.items() if key != "$defs"}, definitions, ())


def _compact(node: Any, definitions: JSON, inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_compact(item, definitions, inside) for item in node]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(node, dict):
        return _compact_object(node, definitions, inside)  # pyright: ignore[reportUnknownArgumentType]
    return node


def _compact_object(node: JSON, definitions: JSON, inside: tuple[str, ...]) -> JSON:
    if "$ref" in node:
        return _inlined(node, definitions, inside)
    compacted: JSON = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "properties":
            compacted[key] = {name: _compact(inner, definitions, inside) for name, inner in value.items()}
        elif key in _KEPT_AS_THEY_ARE:
            compacted[key] = value
        else:
            compacted[key] = _compact(value, definitions, inside)
    return _without_null(compacted)


def _inlined(node: JSON, definitions: JSON, inside: tuple[str, ...]) -> JSON:
    name = str(node["$ref"]).removeprefix("#/$defs/")
    if name in inside:
        raise ValueError(f"definition {name} refers to itself and cannot be inlined")
    beside = {key: value for key, value in node.items() if key != "$ref"}
    return _compact_object({**definitions[name], **beside}, definitions, (*inside, name))


def _without_null(node: JSON) -> JSON:
    alternatives: list[JSON] = node.get("anyOf", [])
    others = [alternative for alternative in alternatives if alternative != {"type": "null"}]
    if len(others) == len(alternatives) or node.get("default", ...) is not None:
        return node
    rest = {key: value for key, value in node.items() if key not in {"anyOf", "default"}}
    return {**(others[0] if len(others) == 1 else {"anyOf": others}), **rest}
