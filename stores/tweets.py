"""Rows of `tweets` and `tweet_hashtags`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Row, text

from domain.records import AccountStatus, StoredTweet, Tweet
from domain.text import Entity
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing
from stores.visibility import VISIBLE_TWEET

_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])

COLUMNS = (
    "tweets.id, tweets.author_id, tweets.text, CAST(tweets.entities AS text) AS entities, "
    "tweets.weighted_length, tweets.in_reply_to_id, tweets.in_reply_to_user_id, tweets.created_at"
)
BY_AUTHOR = Listing(
    source="FROM tweets WHERE tweets.author_id = parent.id AND tweets.deleted_at IS NULL",
    key="tweets.id",
    value="tweets.id",
    newest_first=True,
)
REPLIES = Listing(
    source="FROM tweets JOIN users ON users.id = tweets.author_id "
    f"WHERE tweets.in_reply_to_id = parent.id AND {VISIBLE_TWEET}",
    key="tweets.id",
    value="tweets.id",
    newest_first=False,
)


class NewTweet(msgspec.Struct, frozen=True):
    id: int
    author_id: int
    text: str
    entities: tuple[Entity, ...]
    weighted_length: int
    tags: tuple[str, ...]
    in_reply_to_id: int | None
    in_reply_to_user_id: int | None
    created_at: datetime


def tweet_from(row: Row[tuple[object, ...]]) -> Tweet:
    return Tweet(
        id=row.id,
        author_id=row.author_id,
        text=row.text,
        entities=_ENTITIES.decode(row.entities),
        weighted_length=row.weighted_length,
        in_reply_to_id=row.in_reply_to_id,
        in_reply_to_user_id=row.in_reply_to_user_id,
        created_at=row.created_at,
    )


_INSERT = text(
    """
    INSERT INTO tweets (id, author_id, text, entities, weighted_length, in_reply_to_id,
        in_reply_to_user_id, created_at)
    SELECT * FROM unnest(
        CAST(:ids AS bigint[]), CAST(:author_ids AS bigint[]), CAST(:texts AS text[]),
        CAST(:entities AS jsonb[]), CAST(:weighted_lengths AS smallint[]),
        CAST(:in_reply_to_ids AS bigint[]), CAST(:in_reply_to_user_ids AS bigint[]),
        CAST(:created_ats AS timestamptz[])
    )
    """
)
_INSERT_TAGS = text(
    "INSERT INTO tweet_hashtags (tag, tweet_id) "
    "SELECT * FROM unnest(CAST(:tags AS text[]), CAST(:tweet_ids AS bigint[]))"
)
_INSERT_COUNTS = text("INSERT INTO tweet_counts (tweet_id) SELECT unnest(CAST(:ids AS bigint[]))")


async def insert(session: WriteSession, tweets: Sequence[NewTweet]) -> None:
    await session.execute(
        _INSERT,
        {
            "ids": [tweet.id for tweet in tweets],
            "author_ids": [tweet.author_id for tweet in tweets],
            "texts": [tweet.text for tweet in tweets],
            "entities": [msgspec.json.encode(tweet.entities).decode() for tweet in tweets],
            "weighted_lengths": [tweet.weighted_length for tweet in tweets],
            "in_reply_to_ids": [tweet.in_reply_to_id for tweet in tweets],
            "in_reply_to_user_ids": [tweet.in_reply_to_user_id for tweet in tweets],
            "created_ats": [tweet.created_at for tweet in tweets],
        },
    )
    await session.execute(_INSERT_COUNTS, {"ids": [tweet.id for tweet in tweets]})
    tagged = [(tag, tweet.id) for tweet in tweets for tag in tweet.tags]
    if tagged:
        await session.execute(
            _INSERT_TAGS,
            {"tags": [tag for tag, _ in tagged], "tweet_ids": [tweet_id for _, tweet_id in tagged]},
        )


_BY_ID = text(
    f"SELECT {COLUMNS}, tweets.deleted_at, users.status AS author_status "  # noqa: S608
    "FROM tweets JOIN users ON users.id = tweets.author_id WHERE tweets.id = ANY(CAST(:ids AS bigint[]))"
)


def _stored(row: Row[tuple[object, ...]]) -> StoredTweet:
    return StoredTweet(tweet=tweet_from(row), deleted_at=row.deleted_at, author_status=AccountStatus(row.author_status))


async def by_id(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, StoredTweet]:
    return {row.id: _stored(row) for row in await session.execute(_BY_ID, {"ids": tweet_ids})}


_PARENT = text(f"{_BY_ID.text} FOR SHARE OF tweets")


async def locked_parent(session: WriteSession, tweet_id: int) -> StoredTweet | None:
    """Held until the transaction ends, so that a reply cannot be posted to a tweet deleted meanwhile."""
    row = (await session.execute(_PARENT, {"ids": [tweet_id]})).one_or_none()
    return None if row is None else _stored(row)


_MARK_DELETED = text(
    "UPDATE tweets SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL AND author_id = :author_id"
)


async def mark_deleted(session: WriteSession, tweet_id: int, *, author_id: int, now: datetime) -> bool:
    """False when the tweet was deleted already or is someone else's."""
    result = await session.execute(_MARK_DELETED, {"id": tweet_id, "author_id": author_id, "now": now})
    return result.rowcount == 1


_TAGS = text(
    "SELECT tweet_hashtags.tweet_id, tweet_hashtags.tag, tweets.author_id, users.region "
    "FROM tweet_hashtags JOIN tweets ON tweets.id = tweet_hashtags.tweet_id "
    "JOIN users ON users.id = tweets.author_id "
    "WHERE tweet_hashtags.tweet_id = ANY(CAST(:ids AS bigint[])) ORDER BY tweet_hashtags.tweet_id, tag"
)


class TaggedTweet(msgspec.Struct, frozen=True):
    tweet_id: int
    author_id: int
    region: str | None
    tags: tuple[str, ...]


async def tagged(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, TaggedTweet]:
    """The hashtag keys of those tweets that have any, deleted ones included."""
    found: dict[int, TaggedTweet] = {}
    for tweet_id, tag, author_id, region in await session.execute(_TAGS, {"ids": tweet_ids}):
        earlier = found[tweet_id].tags if tweet_id in found else ()
        found[tweet_id] = TaggedTweet(tweet_id, author_id, region, (*earlier, tag))
    return found
