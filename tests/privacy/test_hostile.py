"""281 hostile texts, and none of them gets anything live, hidden, forged or secret through."""

import json
from collections import Counter

import pytest

from recordings_mcp.privacy import PrivacyLevel, Sanitizer
from tests.privacy.hostile import escapes, hostile_texts, inside_fence

_CORPUS = hostile_texts()


def test_the_corpus_holds_at_least_200_different_texts_in_many_styles() -> None:
    assert len({hostile.text for hostile in _CORPUS}) == len(_CORPUS) >= 200
    assert len(Counter(hostile.style for hostile in _CORPUS)) >= 15


def test_a_hostile_text_stays_inside_the_fence_with_nothing_live_in_it() -> None:
    escaped: dict[str, list[str]] = {}
    for hostile in _CORPUS:
        fenced = Sanitizer("standard", key=b"k").fence(hostile.text)
        escaped[hostile.text] = escapes(inside_fence(fenced), hostile.needles)

    assert {text: found for text, found in escaped.items() if found} == {}


def test_a_hostile_text_on_one_line_stays_one_line() -> None:
    lines = {hostile: Sanitizer("standard", key=b"k").line(hostile.text) for hostile in _CORPUS}

    assert [hostile.text for hostile, line in lines.items() if escapes(line, hostile.needles)] == []
    assert [line for line in lines.values() if "\n" in line] == []


@pytest.mark.parametrize("level", ["standard", "strict", "off"])
def test_with_redaction_off_cleaning_and_fencing_stay(level: PrivacyLevel) -> None:
    sanitizer = Sanitizer(level, key=b"k")

    assert [escapes(inside_fence(sanitizer.fence(hostile.text))) for hostile in _CORPUS] == [
        [] for _ in _CORPUS
    ]


def test_hostile_keys_and_values_of_structured_results_have_nothing_live_in_them() -> None:
    sanitizer = Sanitizer("standard", key=b"k")
    shown = sanitizer.values([{"properties": {hostile.text: [hostile.text]}} for hostile in _CORPUS])
    for hostile, entry in zip(_CORPUS, shown, strict=True):
        ((key, (value,)),) = entry["properties"].items()

        assert escapes(key, hostile.needles) == []
        assert escapes(value, hostile.needles) == []
        assert json.loads(json.dumps(entry)) == entry


def test_sanitizing_a_sanitized_text_changes_nothing() -> None:
    sanitizer = Sanitizer("standard", key=b"k")
    for hostile in _CORPUS:
        ready = sanitizer.text(hostile.text)

        assert sanitizer.text(ready) == ready
