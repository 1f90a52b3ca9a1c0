"""What makes a text a tweet."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain import text as tweet_text
from domain.errors import TweetEmpty, TweetHasInvalidCharacters, TweetTooLong
from domain.muted_words import searchable
from domain.text import Entity, Hashtag, Mention

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
    searchable: str
    """The text as muted words are looked for in it."""


def tags_in(entities: Iterable[Entity]) -> tuple[str, ...]:
    """The distinct keys of a text's hashtags in order of appearance, without those that are too long to be indexed."""
    keys = (tweet_text.hashtag_key(entity.tag) for entity in entities if isinstance(entity, Hashtag))
    return tuple(key for key in dict.fromkeys(keys) if len(key) <= MAX_INDEXED_TAG)


def listed_tag(name: str) -> str | None:
    """The key of a hashtag, with or without its sign; None for anything else, and for one that is not indexed."""
    text = tweet_text.normalised(name)
    signed = text if text.startswith(("#", "＃")) else f"#{text}"
    entities = tweet_text.entities_in(signed)
    if [(entity.start, entity.end) for entity in entities] != [(0, len(signed))]:
        return None
    return next(iter(tags_in(entities)), None)


def mentioned_in(entities: Iterable[Entity]) -> list[int]:
    """The distinct ids of those whom a text mentions; naming somebody's list does not mention them."""
    mentions = (entity for entity in entities if isinstance(entity, Mention) and entity.list_slug is None)
    return list(dict.fromkeys(mention.user_id for mention in mentions if mention.user_id is not None))


def checked_text(written: str, *, limit: int = tweet_text.MAX_WEIGHTED_LENGTH) -> TweetText:
    """Raises TweetEmpty, TweetTooLong or TweetHasInvalidCharacters."""
    if invalid := tweet_text.invalid_characters_in(written):
        raise TweetHasInvalidCharacters(invalid)
    normalised = tweet_text.normalised(written)
    if not normalised:
        raise TweetEmpty
    length = tweet_text.weighted_length(normalised)
    if length > limit:
        raise TweetTooLong(limit=limit, length=length)
    entities = tuple(tweet_text.entities_in(normalised))
    return TweetText(
        text=normalised,
        weighted_length=length,
        entities=entities,
        tags=tags_in(entities),
        searchable=searchable(normalised),
    )
