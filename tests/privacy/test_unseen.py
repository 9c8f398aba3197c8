"""Recall and precision of redaction on texts that its rules were not written from.

List 1 (300 hostile, 324 innocent texts) was written before anybody looked at the rules of 2026-11-29. They then hid
192 values (64 %) and touched 21 innocent texts. Its kinds of misses were mended.
List 2 (101 and 101) was written after that, and measured before anything was mended by it: 88 values were hidden
(87 %; 68 by the earlier rules), 1 innocent text was touched (earlier 4). That is what to expect of new texts.
"""

from collections.abc import Mapping

import pytest

from tests.privacy.unseen import hostile_texts, innocent_texts, stays

_LISTS = ("unseen_1", "unseen_2")
_LEAST_HIDDEN = 0.95
_LEAST_UNTOUCHED = 0.99

_KNOWN_MISSES: Mapping[str, str] = {
    "jane.roe at mailbox-test dot org": "so are sentences: `we are at work dot com era`",
    '"john smith"@quoted-test.com bounced': "a quoted local part: nobody has one",
    '{"username":"jdoe","password":"corr"ect horse"}': "no JSON, so nothing says where the value ends",
    '{"newPassword":"First Last 12","confirm":"First Last 12"}': "the name says nothing of a secret",
    "-p S3cr3t!pw --user bob": "`-p` is a port, a path or a project in most programs",
    "secret question answer: Fluffy-the-2nd": "the name of it is not in the list",
    "Carta d'identità / CF VRDGPP80A01H501W": "the check digit is wrong",
}
_NO_REAL_SHAPE = "Discord bot logged in with "  # the made-up token does not begin as a real one does


@pytest.mark.parametrize("name", _LISTS)
def test_redaction_hides_nearly_all_values_of_a_list_it_was_not_written_from(name: str) -> None:
    texts = hostile_texts(f"{name}_hostile.txt")
    hidden = sum(one.is_hidden() for one in texts)
    print(f"{name}: {hidden} of {len(texts)} hidden")  # noqa: T201  for who runs this with -s

    assert hidden / len(texts) >= _LEAST_HIDDEN


@pytest.mark.parametrize("name", _LISTS)
def test_redaction_leaves_nearly_all_innocent_texts_untouched(name: str) -> None:
    texts = innocent_texts(f"{name}_innocent.txt")

    assert sum(stays(one) for one in texts) / len(texts) >= _LEAST_UNTOUCHED


def test_every_value_that_is_still_shown_is_known_and_has_a_reason() -> None:
    missed = [
        one.text for name in _LISTS for one in hostile_texts(f"{name}_hostile.txt") if not one.is_hidden()
    ]

    assert {text for text in missed if not text.startswith(_NO_REAL_SHAPE)} == set(_KNOWN_MISSES)
