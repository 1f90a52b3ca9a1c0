"""What the operator does not let anybody write: phrases, and too many mentions or hashtags."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.errors import ContentRejected
from domain.muted_words import checked_muted_phrase, needle
from domain.text import Entity, Hashtag, Mention

MAX_MENTIONS = 50


class ContentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text is refused when it has one of the phrases, as whole words, or more than a maximum."""

    policy: str
    """Its name, for people."""
    phrases: tuple[str, ...] = ()
    max_mentions: int | None = None
    max_hashtags: int | None = None
    appealable: bool = True

    def refuses(self, words: str, entities: Sequence[Entity]) -> bool:
        return (
            any(needle(phrase, whole_word=True) in words for phrase in self.phrases)
            or _are_more_than(self.max_mentions, entities, Mention)
            or _are_more_than(self.max_hashtags, entities, Hashtag)
        )


class _RulesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[ContentRule, ...]


MENTION_SPAM = ContentRule(policy=f"at most {MAX_MENTIONS} mentions", max_mentions=MAX_MENTIONS, appealable=False)


def rules_from(toml: bytes) -> tuple[ContentRule, ...]:
    """MENTION_SPAM and the `[[rules]]` of a file. Raises ValueError, or ValidationFailed for a phrase without words."""
    written = msgspec.toml.decode(toml, type=_RulesFile).rules
    for rule in written:
        for phrase in rule.phrases:
            checked_muted_phrase(phrase)
    return (MENTION_SPAM, *written)


def check_content(rules: Sequence[ContentRule], words: str, entities: Sequence[Entity], *, field: str) -> None:
    """`words` is the `searchable` of the text. Raises ContentRejected for the first rule that refuses it."""
    for rule in rules:
        if rule.refuses(words, entities):
            raise ContentRejected(policy=rule.policy, appealable=rule.appealable, field=field)


def _are_more_than(maximum: int | None, entities: Sequence[Entity], kind: type[Mention | Hashtag]) -> bool:
    return maximum is not None and sum(isinstance(entity, kind) for entity in entities) > maximum
