"""Retweets: rows of `tweets` that have nothing but an author and what they retweet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from domain.records import Tweet
from infra.database import WriteSession
from stores.keyset import Listing
from stores.visibility import tweet_verdict

# A protected account's retweet is seen by those who see its tweets.
RETWEETERS = Listing(
    source="FROM tweets JOIN users ON users.id = tweets.author_id "
    f"WHERE tweets.retweet_of_id = parent.id AND tweets.deleted_at IS NULL AND {tweet_verdict()} IS NULL",
    key="tweets.id",
    value="tweets.author_id",
    newest_first=True,
)

_INSERT = text(
    """
    WITH inserted AS (
        INSERT INTO tweets (id, author_id, text, entities, weighted_length, conversation_id, retweet_of_id, created_at)
        SELECT new.id, new.author_id, '', '[]', 0, new.id, new.retweet_of_id, new.created_at
        FROM unnest(
            CAST(:ids AS bigint[]), CAST(:author_ids AS bigint[]), CAST(:retweet_of_ids AS bigint[]),
            CAST(:created_ats AS timestamptz[])
        ) AS new (id, author_id, retweet_of_id, created_at)
        ON CONFLICT (author_id, retweet_of_id) WHERE retweet_of_id IS NOT NULL AND deleted_at IS NULL DO NOTHING
        RETURNING id
    ), counted AS (
        INSERT INTO tweet_counts (tweet_id) SELECT id FROM inserted
    )
    SELECT id FROM inserted
    """
)


async def insert(session: WriteSession, new: Sequence[Tweet]) -> set[int]:
    """Returns the ids of those that did not exist already; waits for another transaction that is writing the same."""
    rows = await session.execute(
        _INSERT,
        {
            "ids": [retweet.id for retweet in new],
            "author_ids": [retweet.author_id for retweet in new],
            "retweet_of_ids": [retweet.retweet_of_id for retweet in new],
            "created_ats": [retweet.created_at for retweet in new],
        },
    )
    return set(rows.scalars())


_OF_AUTHOR = text(
    "SELECT id FROM tweets WHERE author_id = :author_id AND retweet_of_id = :tweet_id AND deleted_at IS NULL"
)


async def of_author(session: WriteSession, tweet_id: int, *, author_id: int) -> int | None:
    """The author's retweet of this tweet."""
    rows = await session.execute(_OF_AUTHOR, {"author_id": author_id, "tweet_id": tweet_id})
    found: int | None = rows.scalar_one_or_none()
    return found


_MARK_DELETED = text(
    "UPDATE tweets SET deleted_at = :now "
    "WHERE author_id = :author_id AND retweet_of_id = :tweet_id AND deleted_at IS NULL RETURNING id"
)


async def mark_deleted(session: WriteSession, tweet_id: int, *, author_id: int, now: datetime) -> int | None:
    """The id that the author's retweet of this tweet had; None when there was none."""
    rows = await session.execute(_MARK_DELETED, {"author_id": author_id, "tweet_id": tweet_id, "now": now})
    deleted: int | None = rows.scalar_one_or_none()
    return deleted
