"""JSON schemas with the same contract in fewer tokens."""

from collections.abc import Callable
from typing import Any, cast

Schema = dict[str, Any]
_SAID_BY_THE_LIST = frozenset({"description", "additionalProperties"})
_KEPT_AS_THEY_ARE = frozenset({"default", "const", "enum", "examples", "required"})


def compact_schema(schema: Schema) -> Schema:
    """Return the schema without titles and with definitions inlined; what is valid stays valid.

    Raises:
        ValueError: A definition refers to itself, which cannot be inlined.
    """
    definitions: Schema = schema.get("$defs", {})
    inside: list[str] = []

    def compact(node: Schema) -> Schema:
        if "$ref" not in node:
            # Inside `properties` a key is a name, and a property may well be called "title".
            untitled = {
                key: value for key, value in node.items() if key != "title" or not isinstance(value, str)
            }
            return _each_inner(untitled, compact)
        name = str(node["$ref"]).removeprefix("#/$defs/")
        if name in inside:
            raise ValueError(f"definition {name} refers to itself and cannot be inlined")
        inside.append(name)
        inlined = compact({**definitions[name], **{key: node[key] for key in node if key != "$ref"}})
        inside.pop()
        return inlined

    return compact({key: value for key, value in schema.items() if key != "$defs"})


def compact_input_schema(schema: Schema) -> Schema:
    """Return a compact schema without what a caller need not know, which the server still checks or takes.

    `X or null, default null` becomes optional X; lengths and patterns of texts, a minimum of 0, empty
    defaults and what describes the items of a list, which the list's own description says, are left out.
    """
    return _without_details(compact_schema(schema))


def _without_details(node: Schema) -> Schema:
    node = {
        key: value
        for key, value in _each_inner(node, _without_details).items()
        if key not in {"minLength", "maxLength", "pattern"}
        and not (key == "default" and value in ([], False))
        and not (key == "minimum" and value == 0)
    }
    if isinstance(node.get("items"), dict):
        items = cast("Schema", node["items"])
        node["items"] = {key: value for key, value in items.items() if key not in _SAID_BY_THE_LIST}
    alternatives: list[Schema] = node.get("anyOf", [])
    others = [alternative for alternative in alternatives if alternative != {"type": "null"}]
    if len(others) == len(alternatives) or node.get("default", ...) is not None:
        return node
    rest = {key: value for key, value in node.items() if key not in {"anyOf", "default"}}
    return {**(others[0] if len(others) == 1 else {"anyOf": others}), **rest}


def _each_inner(node: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """Return the node with every schema directly inside it changed."""
    return {key: _inner(key, value, change) for key, value in node.items()}


def _inner(key: str, value: Any, change: Callable[[Schema], Schema]) -> Any:
    if key in _KEPT_AS_THEY_ARE:
        return value
    if key == "properties":
        return {name: change(inner) for name, inner in cast("dict[str, Schema]", value).items()}
    if isinstance(value, dict):
        return change(cast("Schema", value))
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [change(cast("Schema", item)) if isinstance(item, dict) else item for item in items]
    return value
