"""Tweets that are deleted: marked first, purged when nobody can restore them any more."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.visibility import RESTORABLE_FOR
from infra.database import WriteSession
from stores.keyset import Listing

# Newest tweet first, not newest deletion: the id is unique. A retweet is not restored but made again.
DELETED = Listing(
    source="FROM tweets WHERE tweets.author_id = parent.id AND tweets.retweet_of_id IS NULL "
    f"AND tweets.deleted_at > now() - interval '{RESTORABLE_FOR.days} days'",
    key="tweets.id",
    value="tweets.id",
    newest_first=True,
)

_MARK = text(
    "UPDATE tweets SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL AND author_id = :author_id "
    "RETURNING version"
)


async def mark(session: WriteSession, tweet_id: int, *, author_id: int, now: datetime) -> int | None:
    """The version it was deleted in; None when it was deleted already or is someone else's."""
    rows = await session.execute(_MARK, {"id": tweet_id, "author_id": author_id, "now": now})
    version: int | None = rows.scalar_one_or_none()
    return version


_UNMARK = text("UPDATE tweets SET deleted_at = NULL WHERE id = :id")


async def unmark(session: WriteSession, tweet_id: int) -> bool:
    """False when its author has retweeted the same tweet again meanwhile; waits for one who is just doing it."""
    try:
        async with session.begin_nested():
            await session.execute(_UNMARK, {"id": tweet_id})
    except IntegrityError:
        return False
    return True


# What popular tweets leave behind takes longer than a request may: the job has its own limit.
TAKE_TIME = text("SET LOCAL statement_timeout = 0")

_PURGE_RETWEETS = text(
    """
    DELETE FROM tweets WHERE id = ANY(ARRAY(
        SELECT retweet.id FROM tweets AS original JOIN tweets AS retweet ON retweet.retweet_of_id = original.id
        WHERE original.deleted_at <= :before
        ORDER BY original.deleted_at LIMIT :limit FOR UPDATE OF retweet SKIP LOCKED
    ))
    RETURNING id, author_id, deleted_at IS NULL AS was_counted
    """
)
_PURGE = text(
    """
    DELETE FROM tweets WHERE id = ANY(ARRAY(
        SELECT doomed.id FROM tweets AS doomed
        WHERE doomed.deleted_at <= :before
            AND NOT EXISTS (SELECT FROM tweets AS retweet WHERE retweet.retweet_of_id = doomed.id)
        ORDER BY doomed.deleted_at LIMIT :limit FOR UPDATE OF doomed SKIP LOCKED
    ))
    """
)


class Purged(msgspec.Struct, frozen=True):
    author_id: int
    was_counted: bool
    """It counted among its author's tweets: it was not deleted itself."""


async def purge_retweets(session: WriteSession, *, before: datetime, limit: int) -> list[Purged]:
    """Retweets of tweets that were deleted before: they have shown nothing since."""
    await session.execute(TAKE_TIME)
    rows = await session.execute(_PURGE_RETWEETS, {"before": before, "limit": limit})
    return [Purged(row.author_id, row.was_counted) for row in rows]


async def purge(session: WriteSession, *, before: datetime, limit: int) -> int:
    """Deletes tweets that were deleted before, with all that is theirs, once no retweet is left; returns how many."""
    await session.execute(TAKE_TIME)
    return (await session.execute(_PURGE, {"before": before, "limit": limit})).rowcount
