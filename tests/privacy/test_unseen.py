"""Recall and precision of redaction on texts that its rules were not written from."""

from tests.privacy.unseen import hostile_texts, innocent_texts, stays

_LEAST_HIDDEN = 0.64
_LEAST_UNTOUCHED = 0.93


def test_redaction_hides_this_share_of_values_it_was_not_written_from() -> None:
    texts = hostile_texts("unseen_hostile.txt")

    assert sum(one.is_hidden() for one in texts) / len(texts) >= _LEAST_HIDDEN


def test_redaction_leaves_this_share_of_innocent_texts_untouched() -> None:
    texts = innocent_texts("unseen_innocent.txt")

    assert sum(stays(one) for one in texts) / len(texts) >= _LEAST_UNTOUCHED
