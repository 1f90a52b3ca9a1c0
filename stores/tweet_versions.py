"""Rows of `tweet_versions`: what a tweet said before it was edited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from domain.records import TweetVersion
from domain.text import Entity
from domain.tweets import TweetText, tags_in
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing

_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])

VERSIONS = Listing(
    source="""FROM (
        SELECT id AS tweet_id, version FROM tweets UNION ALL SELECT tweet_id, version FROM tweet_versions
    ) AS versions WHERE versions.tweet_id = parent.id""",
    key="versions.version",
    value="versions.version",
    newest_first=True,
)

_HOLD = text("SELECT FROM tweets WHERE id = :id FOR NO KEY UPDATE")


async def hold(session: WriteSession, tweet_id: int) -> None:
    """Until the transaction ends nobody else edits, deletes or restores the tweet, or replies to it."""
    await session.execute(_HOLD, {"id": tweet_id})


_REPLACE = text(
    """
    WITH kept AS (
        INSERT INTO tweet_versions (tweet_id, version, text, entities, weighted_length, created_at)
        SELECT id, version, text, entities, weighted_length, coalesce(edited_at, created_at)
        FROM tweets WHERE id = :id
    ), untagged AS (
        DELETE FROM tweet_hashtags WHERE tweet_id = :id AND tag <> ALL(CAST(:tags AS text[])) RETURNING tag
    ), tagged AS (
        INSERT INTO tweet_hashtags (tag, tweet_id)
        SELECT tag, CAST(:id AS bigint) FROM unnest(CAST(:tags AS text[])) AS tag
        ON CONFLICT DO NOTHING
    )
    UPDATE tweets SET text = :text, searchable = :searchable, entities = CAST(:entities AS jsonb),
        weighted_length = :weighted_length, version = version + 1, edited_at = :now
    WHERE id = :id
    RETURNING version, ARRAY(SELECT tag FROM untagged ORDER BY tag) AS former_tags
    """
)


class Replaced(msgspec.Struct, frozen=True):
    version: int
    """The new one."""
    former_tags: tuple[str, ...]
    """Hashtags that only the text before had."""


async def replace(session: WriteSession, tweet_id: int, new: TweetText, *, now: datetime) -> Replaced:
    """Keeps what the tweet says and lets it say this. The caller holds the tweet's row."""
    row = (
        await session.execute(
            _REPLACE,
            {
                "id": tweet_id,
                "text": new.text,
                "searchable": new.searchable,
                "entities": msgspec.json.encode(new.entities).decode(),
                "weighted_length": new.weighted_length,
                "tags": new.tags,
                "now": now,
            },
        )
    ).one()
    return Replaced(version=row.version, former_tags=tuple(row.former_tags))


_OF_TWEETS = text(
    """
    SELECT id AS tweet_id, version, text, CAST(entities AS text) AS entities, weighted_length,
        coalesce(edited_at, created_at) AS created_at
    FROM tweets WHERE id = ANY(CAST(:ids AS bigint[]))
    UNION ALL
    SELECT tweet_id, version, text, CAST(entities AS text), weighted_length, created_at
    FROM tweet_versions WHERE tweet_id = ANY(CAST(:ids AS bigint[]))
    """
)


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int]) -> Mapping[int, Mapping[int, TweetVersion]]:
    """Every version of each tweet by its number, the present one included: at most six."""
    found: defaultdict[int, dict[int, TweetVersion]] = defaultdict(dict)
    for row in await session.execute(_OF_TWEETS, {"ids": tweet_ids}):
        found[row.tweet_id][row.version] = TweetVersion(
            version=row.version,
            text=row.text,
            entities=_ENTITIES.decode(row.entities),
            weighted_length=row.weighted_length,
            created_at=row.created_at,
        )
    return found


_TAGGED = text(
    """
    SELECT tweets.id, tweets.author_id, users.region, tweets.version AS current, versions.version,
        CAST(versions.entities AS text) AS entities
    FROM tweets JOIN users ON users.id = tweets.author_id
    CROSS JOIN LATERAL (
        SELECT tweets.version, tweets.entities
        UNION ALL
        SELECT version, entities FROM tweet_versions WHERE tweet_id = tweets.id
    ) AS versions
    WHERE tweets.id = ANY(CAST(:ids AS bigint[])) AND versions.entities @> '[{"kind": "hashtag"}]'
    """
)


class TaggedTweet(msgspec.Struct, frozen=True):
    """A tweet that has a hashtag, or had one before it was edited."""

    tweet_id: int
    author_id: int
    region: str | None
    version: int
    tags_by_version: dict[int, tuple[str, ...]]

    def tags(self, version: int) -> tuple[str, ...]:
        return self.tags_by_version.get(version, ())


async def tagged(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, TaggedTweet]:
    """The hashtag keys of those tweets that have any, deleted ones included."""
    found: dict[int, TaggedTweet] = {}
    for row in await session.execute(_TAGGED, {"ids": tweet_ids}):
        tweet = found.setdefault(row.id, TaggedTweet(row.id, row.author_id, row.region, row.current, {}))
        tweet.tags_by_version[row.version] = tags_in(_ENTITIES.decode(row.entities))
    return found
