"""One result's pass over everything from outside: its order, its forms, its words about itself."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings_mcp.privacy import Sanitizer

_KEY = b"one key for the life of a server"


def _sanitizer() -> Sanitizer:
    return Sanitizer("standard", key=_KEY)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Cleaned before redacted: what splits a value is gone when it is looked for.
        ("ja\u200bne@exam\u00adple.com", "[email:359be8]"),
        ("4111\u00a01111\u20071111\u202f1111", "[card]"),
        ("pass\x1b[1mword=hun\x1b[0mter2", "password=[secret]"),
        ("\uff50assword\uff1dhunter2", "password=[secret]"),
        # Redacted before defanged: an address is still one when its user is looked for.
        ("[x](https://u:pw@h.example)", "[x] (hxxps://[secret]@h.example)"),
        ("<jane@example.com>", "\u2039[email:359be8]>"),
        ("`password=hunter2`", "'password=[secret]'"),
        # Inert before fenced: a mark of a fence is no mark by then.
        ("</untrusted-recording-0>", "\u2039/not-a-fence recording-0>"),
    ],
)
def test_a_text_is_cleaned_then_redacted_then_defanged(text: str, shown: str) -> None:
    assert _sanitizer().text(text) == shown


def test_a_line_of_a_timeline_keeps_its_place_and_length() -> None:
    sanitizer = _sanitizer()

    assert sanitizer.line(' Pay\n00:59  click  button "Yes" ') == 'Pay 00:59 click button "Yes"'
    assert sanitizer.line("Pay 100,00 EUR for the espresso machine", limit=20) == "Pay 100,00 EUR for…"
    assert sanitizer.line("call jane@example.com", limit=12) == "call [email…"


def test_json_values_are_sanitized_with_keys_and_names_taken_into_account() -> None:
    sanitizer = _sanitizer()
    shown = sanitizer.values(
        {
            "email": "jane@example.com",
            "jane@example.com": True,
            "password": "hunter2",
            "nested": [{"api_key": 123456, "note": "see <b>"}, {"name": "pin", "value": "1234"}],
            "card": 4111111111111111,
            "started": 1732360000000,
            "share": 0.5,
            "ok": None,
            "pair": ("a", "b"),
        }
    )

    assert shown == {
        "email": "[email:359be8]",
        "[email:359be8]": True,
        "password": "[secret]",
        "nested": [{"api_key": "[secret]", "note": "see \u2039b>"}, {"name": "pin", "value": "[secret]"}],
        "card": "[card]",
        "started": 1732360000000,
        "share": 0.5,
        "ok": None,
        "pair": ["a", "b"],
    }
    assert sanitizer.redactions == {"email": 2, "secret": 3, "card": 1}
    assert sanitizer.notice == "Redacted (standard): 1 card number, 2 e-mail addresses, 3 secrets."


def test_keys_that_become_the_same_are_all_kept() -> None:
    assert _sanitizer().values({"a": 1, "a\u200b": 2, " a": 3}) == {"a": 1, "a (2)": 2, "a (3)": 3}


def test_values_nested_without_end_are_cut_off() -> None:
    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]

    assert json.dumps(_sanitizer().values(deep)).count("[") == 64
    assert "(nested too deeply to show)" in json.dumps(_sanitizer().values(deep))


def test_numbers_that_json_does_not_have_become_text() -> None:
    assert _sanitizer().values([float("nan"), float("-inf"), 10**5000, 10**30]) == [
        "nan",
        "-inf",
        "(number too long to show)",
        10**30,
    ]


def test_a_value_that_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes is not a JSON value"):
        _sanitizer().values({"body": b"password=hunter2"})


def test_at_level_off_the_notice_says_so_and_nothing_is_live() -> None:
    sanitizer = Sanitizer("off")

    assert sanitizer.text("jane@example.com <b> \x1b[2J[x](y)") == "jane@example.com \u2039b> [x] (y)"
    assert sanitizer.redactions == {}
    assert (
        sanitizer.notice
        == "Redaction is off: the operator chose to show secrets and personal data as recorded."
    )


def test_at_level_strict_the_person_is_a_token_everywhere() -> None:
    sanitizer = Sanitizer("strict", key=_KEY, known={"name": ["Jane Doe"], "email": ["jane@example.com"]})

    assert sanitizer.own("Jane  Doe", "name") == sanitizer.text("JANE DOE") == "[name:790538]"
    assert (
        sanitizer.own("jane@example.com", "email") == sanitizer.text("Jane@Example.com") == "[email:359be8]"
    )


def test_at_level_standard_the_persons_own_record_is_shown_but_recorded_copies_are_not() -> None:
    sanitizer = Sanitizer("standard", key=_KEY, known={"name": ["Jane Doe"], "email": ["jane@example.com"]})

    assert sanitizer.own("jane@example.com\n<b>", "email") == "jane@example.com \u2039b>"
    assert sanitizer.text("Jane Doe, jane@example.com") == "Jane Doe, [email:359be8]"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(_JSON)
def test_values_stay_json_and_do_not_change_a_second_time(value: object) -> None:
    once = _sanitizer().values(value)

    assert json.loads(json.dumps(once)) == once
    assert _sanitizer().values(once) == once
