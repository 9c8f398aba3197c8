"""A document is written back in the style of its file."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings_mcp.server.install.json_file import NotEditable, parse_object, write_like

KEYS = st.text(max_size=4)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@given(
    DOCUMENTS,
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_an_unchanged_document_is_written_as_it_was(
    document: dict[str, Any], indent: int | str | None, newline: str
) -> None:
    text = (json.dumps(document, indent=indent, ensure_ascii=False) + "\n").replace("\n", newline)

    assert write_like(text, parse_object(text)) == text


@given(DOCUMENTS, DOCUMENTS, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_a_changed_document_has_all_its_values_and_stays_in_its_style(
    document: dict[str, Any],
    other: dict[str, Any],
    indent: int | str | None,
    ascii_only: bool,  # noqa: FBT001
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)

    written = write_like(text, document | other)

    assert list(parse_object(written).items()) == list((document | other).items())
    assert write_like(written, parse_object(written)) == written
    assert ("\n" in written) == ("\n" in text)
    written.encode()


def test_half_of_a_surrogate_pair_is_written_as_an_escape() -> None:
    text = '{\n  "a": "\\ud83d"\n}\n'

    assert write_like(text, parse_object(text)) == text


@pytest.mark.parametrize("text", ['{"a": 1e999}', '{"a": ' * 5_000 + "1" + "}" * 5_000, '{"a": -Infinity}'])
def test_a_document_that_could_not_be_written_back_is_refused(text: str) -> None:
    with pytest.raises(NotEditable, match="it has a number or a nesting that plain JSON does not have"):
        write_like(text, parse_object(text))
