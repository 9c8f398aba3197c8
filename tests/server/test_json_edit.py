"""One value of a JSON document is set, and every other character stays."""

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings_mcp.server.install.json_edit import NotEditable, parse_object, with_value

KEYS = st.text(max_size=4) | st.sampled_from(["a", "b", "mcpServers"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=3), max_size=4)
STYLES = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 1, 2, 4, "\t"]),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]),
        "ensure_ascii": st.booleans(),
    }
)


@given(DOCUMENTS, STYLES, st.sampled_from(["\n", "\r\n"]), st.lists(KEYS, min_size=1, max_size=3), VALUES)
def test_a_document_has_the_value_afterwards_and_all_that_it_had(
    document: dict[str, Any], style: dict[str, Any], newline: str, path: list[str], value: Any
) -> None:
    text = json.dumps(document, **style).replace("\n", newline)

    try:
        changed = with_value(text, path, value)
    except NotEditable:
        assert not is_object_on_the_way(document, path)
        return

    assert parse_object(changed) == merged(document, path, value)
    assert list(parse_object(changed)) == list(merged(document, path, value))
    assert with_value(changed, path, value) == changed
    assert changed.count("\n") == changed.count(newline) if "\n" in text else "\n" not in changed


def test_the_strings_of_a_list_tell_nothing_of_a_documents_indentation() -> None:
    changed = with_value('{\n"a": {}\n}', ["a"], [["b"]])

    assert changed == '{\n"a": [\n  [\n    "b"\n  ]\n]\n}'
    assert with_value(changed, ["a"], [["b"]]) == changed


@given(DOCUMENTS, STYLES, st.text(min_size=5, max_size=8), VALUES)
def test_nothing_but_the_new_member_is_added(
    document: dict[str, Any], style: dict[str, Any], key: str, value: Any
) -> None:
    text = json.dumps(document, **style)

    changed = with_value(text, [key], value)

    end = text.rstrip("}").rstrip()
    assert key in document or changed.startswith(end)
    assert key in document or changed.endswith("}")


def test_of_two_members_with_one_key_the_last_one_is_set() -> None:
    assert with_value('{"a": 1, "b": 2, "a": 3}', ["a"], 4) == '{"a": 1, "b": 2, "a": 4}'


def test_a_list_written_on_one_line_stays_on_one_line() -> None:
    text = '{\n    "servers": {"x": {"args": ["-y", "x"]}},\n    "n": 1e2\n}\n'

    assert with_value(text, ["servers", "y"], {"args": []}) == (
        '{\n    "servers": {"x": {"args": ["-y", "x"]}, "y": {"args": []}},\n    "n": 1e2\n}\n'
    )


def is_object_on_the_way(document: dict[str, Any], path: list[str]) -> bool:
    key, *rest = path
    inner = document.get(key, {})
    return not rest or (isinstance(inner, dict) and is_object_on_the_way(cast("dict[str, Any]", inner), rest))


def merged(document: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    key, *rest = path
    return {**document, key: merged(document.get(key, {}), rest, value) if rest else value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{\n  "a": [1,2]\n}\n', [1, 2]),
        ('{"a": {"b":1}}', {"b": 1}),
        ('{"a": "\\u00e4"}', "ä"),
    ],
)
def test_a_value_that_stands_there_already_stays_as_it_was_written(text: str, value: Any) -> None:
    assert with_value(text, ["a"], value) == text


def test_true_and_one_are_two_values() -> None:
    assert with_value('{"a": 1, "b": 1.0}', ["a"], True) == '{"a": true, "b": 1.0}'  # noqa: FBT003 - the value
    assert with_value('{"a": 1, "b": 1.0}', ["b"], 1) == '{"a": 1, "b": 1}'


def test_only_keys_tell_of_a_documents_indentation() -> None:
    text = '{\n"a": [\n    "b"\n]\n}'

    assert with_value(text, ["c"], ["d"]) == '{\n"a": [\n    "b"\n],\n"c": [\n  "d"\n]\n}'
