"""What a reader cannot see, and what a terminal obeys, never gets through."""

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings_mcp.privacy import clean, clean_line

# Default_Ignorable_Code_Point, DerivedCoreProperties.txt of Unicode 16.
_DEFAULT_IGNORABLE = frozenset(
    itertools.chain(
        (0x00AD, 0x034F, 0x061C, 0x3164, 0xFEFF, 0xFFA0),
        range(0x115F, 0x1161),
        range(0x17B4, 0x17B6),
        range(0x180B, 0x1810),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
        range(0xFFF0, 0xFFF9),
        range(0x1BCA0, 0x1BCA4),
        range(0x1D173, 0x1D17B),
        range(0xE0000, 0xE1000),
    )
)
_VISIBLE_FORMATS = frozenset(
    (*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD)
)
_BLANK_OR_FULL_WIDTH = {"\u2800", "\U0001d159", *map(chr, range(0xFF01, 0xFF5F))}
_PLANES = range(0, 0x110000, 0x10000)


def _block(first: int) -> str:
    """Return a plane, every code point between two that nothing composes with."""
    return "\u4e00".join(map(chr, range(first, first + 0x10000)))


def _is_hidden(code: int) -> bool:
    """Judge a code point by the tables of Unicode rather than by our own."""
    if chr(code).isprintable() and code not in _DEFAULT_IGNORABLE:
        return False
    if code in _DEFAULT_IGNORABLE or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return True
    if code in _VISIBLE_FORMATS or code in {0x09, 0x0A, 0x20}:
        return False
    return unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"}


@pytest.mark.parametrize("first", _PLANES, ids=hex)
def test_no_invisible_code_point_passes_and_every_visible_one_does(first: int) -> None:
    cleaned = clean(_block(first))

    assert [hex(ord(character)) for character in cleaned if _is_hidden(ord(character))] == []
    assert clean(cleaned) == cleaned
    # The controls of the first plane begin terminal sequences, which take visible characters along.
    lost = set(unicodedata.normalize("NFC", _block(first))) - set(cleaned + clean(_block(first)[2 * 0xA0 :]))
    assert {
        c for c in lost if unicodedata.category(c) != "Cn" and not _is_hidden(ord(c))
    } <= _BLANK_OR_FULL_WIDTH


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0)], ids=hex)
def test_no_control_character_passes_whatever_follows_it(code: int) -> None:
    left = clean(f"before {chr(code)}after")

    assert all(character in "\n\t" or not _is_hidden(ord(character)) for character in left)
    assert left.startswith("before ")


_SEQUENCES = {
    "clear screen": "\x1b[2J",
    "home": "\x1b[H",
    "colours": "\x1b[1;38;2;255;0;10m",
    "private mode": "\x1b[?1049h",
    "intermediate bytes": "\x1b[4 q",
    "8-bit CSI": "\x9b2J",
    "8-bit CSI with parameters": "\x9b?25;1l",
    "window title": "\x1b]0;you are hacked\x07",
    "window title ended by ST": "\x1b]2;title\x1b\\",
    "8-bit OSC": "\x9d0;title\x9c",
    "hyperlink": "\x1b]8;;https://evil.example\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "DCS": "\x1bP1$r0m\x1b\\",
    "8-bit DCS": "\x901$r0m\x9c",
    "APC": "\x1b_Gf=100;AAAA\x1b\\",
    "8-bit APC": "\x9fGf=100\x9c",
    "PM": "\x1b^private\x1b\\",
    "SOS": "\x1bXstring\x1b\\",
    "8-bit SOS": "\x98string\x9c",
    "character set": "\x1b(B",
    "reset": "\x1bc",
    "keypad": "\x1b=",
    "save cursor": "\x1b7",
    "control inside": "\x1b[2\x00J",
    "zero width inside": "\x1b\u200b[2\u2060J",
    "restarted": "\x1b[\x1b[31m",
    "lone escape at the end": "\x1b",
    "bell": "\x07",
}


@pytest.mark.parametrize("sequence", _SEQUENCES.values(), ids=_SEQUENCES)
def test_a_terminal_sequence_is_removed_whole(sequence: str) -> None:
    after = "" if sequence == "\x1b" else " after"

    assert clean(f"before {sequence}{after}") == f"before {after}"


def test_an_unfinished_sequence_takes_nothing_of_the_next_line() -> None:
    assert clean("\x1b]0;title without an end\n00:12 click") == "\n00:12 click"
    assert clean("\x1b[31\n00:12 click") == "\n00:12 click"
    assert clean("\x1bP data\n00:12 click\x1b\\") == "\n00:12 click"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain words stay\n\tas they are", "plain words stay\n\tas they are"),
        ("Grüße, ça va? 価格は¥100 \u00d75 \u2013 ok", "Grüße, ça va? 価格は¥100 \u00d75 \u2013 ok"),
        ("e\u0301", "é"),
        ("e\u200d\u0301", "é"),
        ("a\u00a0b\u2003c\u3000d\u2800e", "a b c d e"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "jane@example.com"),
        ("pay\u202etxt.exe\u202c now", "paytxt.exe now"),
        ("\U000e0049\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065visible", "visible"),
        ("heart \u2764\ufe0f and \U0001f600\U000e0101", "heart \u2764 and \U0001f600"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("lone \ud800 surrogate \udc00", "lone \ufffd surrogate \ufffd"),
        ("paired \ud83d\ude00 surrogates", "paired \U0001f600 surrogates"),
        ("tag spelled in surrogates \udb40\udc41", "tag spelled in surrogates "),
        ("private \ue000\U000f0000\U0010ffff use", "private  use"),
        ("٣٤ ؀ marks that are seen", "٣٤ ؀ marks that are seen"),
        ("", ""),
    ],
)
def test_text_is_brought_into_one_spelling(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_long_run_of_combining_marks_is_cut() -> None:
    cleaned = clean("Z" + "\u0301\u0323" * 20_000 + "algo")

    assert len(cleaned) < 40
    assert cleaned.startswith("\u1e92")
    assert cleaned.endswith("algo")
    assert len(clean("Z" + ("\u0301" * 20 + "\x1b[0m") * 10)) < 40


_HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            "\x1b\x9b\x9d\x90\x07\x9c[]()P_^X;?0123mJ\n\r\t\\\u200b\u202e\ufe0f\u00ad\u0301e\ud800\udc00"
        ),
    )
)


@settings(deadline=None)
@given(_HOSTILE)
def test_cleaning_a_cleaned_text_changes_nothing(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not any(_is_hidden(ord(character)) for character in cleaned)


@settings(deadline=None)
@given(_HOSTILE)
def test_a_cleaned_text_is_valid_utf_8_for_any_input(text: str) -> None:
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


@settings(deadline=None)
@given(_HOSTILE, st.integers(1, 80))
def test_a_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = clean_line(text, limit=limit)

    assert "\n" not in line
    assert "\t" not in line
    assert "  " not in line
    assert line == line.strip()
    assert len(line) <= limit


def test_a_line_says_where_it_was_cut() -> None:
    assert clean_line("  Pay \n now,\tplease ", limit=9) == "Pay now,…"
    assert clean_line("  Pay \n now,\tplease ", limit=15) == "Pay now, please"
    assert clean_line("  Pay \n now,\tplease ") == "Pay now, please"
