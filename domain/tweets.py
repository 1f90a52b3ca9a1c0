"""What makes a text a tweet."""

from __future__ import annotations

import msgspec

from domain import text as tweet_text
from domain.errors import TweetEmpty, TweetHasInvalidCharacters, TweetTooLong
from domain.text import Entity, Hashtag

MAX_INDEXED_TAG = 100
"""Longer hashtags are shown but not listed or counted: normalising can make one 18 times as long,
more than an index entry holds."""


class TweetText(msgspec.Struct, frozen=True):
    """A text that has passed every rule, with what was found in it."""

    text: str
    weighted_length: int
    entities: tuple[Entity, ...]
    tags: tuple[str, ...]
    """Distinct hashtag keys in order of appearance."""
    searchable: str = ""
    """The text as muted words are looked for in it."""


def checked_text(written: str) -> TweetText:
    """Raises TweetEmpty, TweetTooLong or TweetHasInvalidCharacters."""
    if invalid := tweet_text.invalid_characters_in(written):
        raise TweetHasInvalidCharacters(invalid)
    normalised = tweet_text.normalised(written)
    if not normalised:
        raise TweetEmpty
    length = tweet_text.weighted_length(normalised)
    if length > tweet_text.MAX_WEIGHTED_LENGTH:
        raise TweetTooLong(limit=tweet_text.MAX_WEIGHTED_LENGTH, length=length)
    entities = tuple(tweet_text.entities_in(normalised))
    keys = (tweet_text.hashtag_key(e.tag) for e in entities if isinstance(e, Hashtag))
    return TweetText(
        text=normalised,
        weighted_length=length,
        entities=entities,
        tags=tuple(key for key in dict.fromkeys(keys) if len(key) <= MAX_INDEXED_TAG),
    )
