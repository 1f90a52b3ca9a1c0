"""Rows of `likes`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from infra.database import ReadSession, WriteSession

_INSERT = text(
    """
    INSERT INTO likes (user_id, tweet_id, created_at)
    SELECT user_id, tweet_id, :now
    FROM unnest(CAST(:user_ids AS bigint[]), CAST(:tweet_ids AS bigint[])) AS pair (user_id, tweet_id)
    ON CONFLICT DO NOTHING
    RETURNING user_id, tweet_id
    """
)


async def insert(session: WriteSession, likes: Sequence[tuple[int, int]], *, now: datetime) -> list[tuple[int, int]]:
    """(user id, tweet id) pairs; returns those that did not exist already."""
    rows = await session.execute(
        _INSERT,
        {
            "user_ids": [user_id for user_id, _ in likes],
            "tweet_ids": [tweet_id for _, tweet_id in likes],
            "now": now,
        },
    )
    return [(user_id, tweet_id) for user_id, tweet_id in rows]


_DELETE = text("DELETE FROM likes WHERE user_id = :user_id AND tweet_id = :tweet_id")


async def delete(session: WriteSession, *, user_id: int, tweet_id: int) -> bool:
    """False when there was no such like."""
    result = await session.execute(_DELETE, {"user_id": user_id, "tweet_id": tweet_id})
    return result.rowcount == 1


_LIKED = text("SELECT tweet_id FROM likes WHERE user_id = :user_id AND tweet_id = ANY(CAST(:tweet_ids AS bigint[]))")


async def liked_among(session: ReadSession, tweet_ids: Sequence[int], *, user_id: int) -> set[int]:
    return set((await session.execute(_LIKED, {"user_id": user_id, "tweet_ids": tweet_ids})).scalars())
