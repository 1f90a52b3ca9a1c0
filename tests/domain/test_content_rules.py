"""Content rules: what a rules file can say, and what the rules refuse."""

from __future__ import annotations

import re

import pytest

from domain.content_rules import MENTION_SPAM, check_content, rules_from
from domain.errors import ContentRejected, ValidationFailed
from domain.tweets import checked_text

RULES = rules_from(
    b"""
    [[rules]]
    policy = "no wonder cures"
    phrases = ["wonder cure", "#cure"]
    appealable = false

    [[rules]]
    policy = "at most two hashtags"
    max_hashtags = 2
    """
)


@pytest.mark.parametrize(
    ("written", "policy", "appealable"),
    [
        ("The WONDER\n cure, at last!", "no wonder cures", False),
        ("Ｗｏｎｄｅｒ cure", "no wonder cures", False),
        ("A #Cure!", "no wonder cures", False),
        ("#a #b #c", "at most two hashtags", True),
        (" ".join(["@a"] * 51), MENTION_SPAM.policy, False),
    ],
)
def test_the_first_rule_that_is_broken_refuses(written: str, policy: str, appealable: bool) -> None:
    text = checked_text(written)
    with pytest.raises(ContentRejected) as refused:
        check_content(RULES, text.searchable, text.entities, field="text")
    assert (refused.value.policy, refused.value.appealable) == (policy, appealable)
    assert refused.value.path == ("input", "text")


@pytest.mark.parametrize("written", ["a cure for wonder", "wonder cures", "#a #b", " ".join(["@a"] * 50)])
def test_other_texts_are_fine(written: str) -> None:
    text = checked_text(written)
    check_content(RULES, text.searchable, text.entities, field="text")


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        (b"rules", "Expected '='"),
        (b"\xff", "can't decode byte 0xff"),
        (b"", "missing required field `rules`"),
        (b"[[rules]]\nphrases = ['a']", "missing required field `policy`"),
        (b"[[rules]]\npolicy = 'p'\nphrase = 'a'", "unknown field `phrase`"),
        (b"[[rules]]\npolicy = 'p'\nmax_mentions = 'a'", "Expected `int | null`, got `str`"),
    ],
)
def test_a_file_that_says_anything_else_is_refused(toml: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        rules_from(toml)


def test_a_phrase_without_a_word_would_refuse_everything() -> None:
    with pytest.raises(ValidationFailed):
        rules_from(b"[[rules]]\npolicy = 'p'\nphrases = ['!']")
