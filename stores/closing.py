"""Accounts that close: what `users` says of it, and deleting all that was theirs."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import TextClause, text

from domain.records import AccountStatus
from infra.database import ReadSession, WriteSession
from stores.deletions import TAKE_TIME


class Standing(msgspec.Struct, frozen=True):
    status: AccountStatus
    suspension_reason: str | None
    purge_at: datetime | None
    password_hash: str


_LOCKED_STANDING = text(
    "SELECT status, suspension_reason, purge_at, password_hash FROM users WHERE id = :id FOR NO KEY UPDATE"
)


async def locked_standing(session: WriteSession, user_id: int) -> Standing | None:
    """Held until the transaction ends, so that nobody is let in past a suspension or a new password."""
    row = (await session.execute(_LOCKED_STANDING, {"id": user_id})).one_or_none()
    if row is None:
        return None
    return Standing(
        status=AccountStatus(row.status),
        suspension_reason=row.suspension_reason,
        purge_at=row.purge_at,
        password_hash=row.password_hash,
    )


# A suspended account stays so, and is found closed when the suspension ends.
_CLOSE = text(
    """
    UPDATE users SET status = CASE status WHEN 'SUSPENDED' THEN status ELSE 'DEACTIVATED' END,
        deactivated_at = :now, purge_at = :purge_at
    WHERE id = :id
    """
)
_REOPEN = text("UPDATE users SET status = 'ACTIVE', deactivated_at = NULL, purge_at = NULL WHERE id = :id")


async def close(session: WriteSession, user_id: int, *, now: datetime, purge_at: datetime | None) -> None:
    await session.execute(_CLOSE, {"id": user_id, "now": now, "purge_at": purge_at})


async def reopen(session: WriteSession, user_id: int) -> None:
    await session.execute(_REOPEN, {"id": user_id})


_DUE = text("SELECT id FROM users WHERE purge_at <= :now ORDER BY purge_at, id LIMIT :limit")


async def due(session: ReadSession, *, now: datetime, limit: int) -> list[int]:
    return list((await session.execute(_DUE, {"now": now, "limit": limit})).scalars())


_LOCK_DUE = text("SELECT id FROM users WHERE id = :id AND purge_at <= :now FOR UPDATE SKIP LOCKED")


async def lock_due(session: WriteSession, user_id: int, *, now: datetime) -> bool:
    """False when it is not due any longer, or another worker is at it."""
    return (await session.execute(_LOCK_DUE, {"id": user_id, "now": now})).one_or_none() is not None


# Tweets that were deleted before have left the counts already.
_PURGE_RETWEETS_BY_OTHERS = text(
    """
    WITH gone AS (
        DELETE FROM tweets WHERE id = ANY(ARRAY(
            SELECT retweet.id FROM tweets AS original JOIN tweets AS retweet ON retweet.retweet_of_id = original.id
            WHERE original.author_id = :user_id AND retweet.author_id <> :user_id
            ORDER BY retweet.id LIMIT :limit
        ))
        RETURNING author_id, retweet_of_id, deleted_at
    ), counted AS (
        SELECT author_id, retweet_of_id FROM gone WHERE deleted_at IS NULL
    ), of_authors AS (
        INSERT INTO user_count_deltas (user_id, tweets) SELECT author_id, -count(*) FROM counted GROUP BY author_id
    ), of_tweets AS (
        INSERT INTO tweet_count_deltas (tweet_id, retweets)
        SELECT retweet_of_id, -count(*) FROM counted GROUP BY retweet_of_id
    )
    SELECT count(*) FROM gone
    """
)
# Once nobody else's retweet is left of them: it would never be shown again, and be counted for ever.
_PURGE_TWEETS = text(
    """
    WITH gone AS (
        DELETE FROM tweets WHERE id = ANY(ARRAY(
            SELECT own.id FROM tweets AS own
            WHERE own.author_id = :user_id AND NOT EXISTS (
                SELECT FROM tweets AS retweet
                WHERE retweet.retweet_of_id = own.id AND retweet.author_id <> :user_id
            )
            ORDER BY own.id LIMIT :limit
        ))
        RETURNING author_id, in_reply_to_id, quoted_id, retweet_of_id, deleted_at
    ), counted AS (
        SELECT author_id, in_reply_to_id, quoted_id, retweet_of_id FROM gone WHERE deleted_at IS NULL
    ), of_author AS (
        INSERT INTO user_count_deltas (user_id, tweets) SELECT author_id, -count(*) FROM counted GROUP BY author_id
    ), of_tweets AS (
        INSERT INTO tweet_count_deltas (tweet_id, replies, quotes, retweets)
        SELECT pointed_at.tweet_id, -sum(replies), -sum(quotes), -sum(retweets)
        FROM (
            SELECT in_reply_to_id AS tweet_id, 1 AS replies, 0 AS quotes, 0 AS retweets FROM counted
            UNION ALL SELECT quoted_id, 0, 1, 0 FROM counted
            UNION ALL SELECT retweet_of_id, 0, 0, 1 FROM counted
        ) AS pointed_at
        WHERE pointed_at.tweet_id IS NOT NULL
        GROUP BY pointed_at.tweet_id
    )
    SELECT count(*) FROM gone
    """
)
_PURGE_VOTES = text(
    """
    WITH gone AS (
        DELETE FROM poll_votes WHERE user_id = :user_id AND tweet_id = ANY(ARRAY(
            SELECT tweet_id FROM poll_votes WHERE user_id = :user_id ORDER BY tweet_id LIMIT :limit
        ))
        RETURNING tweet_id, positions
    ), counted AS (
        INSERT INTO poll_vote_deltas (tweet_id, position, votes)
        SELECT tweet_id, unnest(array_append(positions, NULL)), -1 FROM gone
    )
    SELECT count(*) FROM gone
    """
)


def _purge_follows(own: str, other: str) -> TextClause:
    """Those with the user in the column `own`."""
    return text(
        f"""
        WITH gone AS (
            DELETE FROM follows WHERE {own} = :user_id AND {other} = ANY(ARRAY(
                SELECT {other} FROM follows WHERE {own} = :user_id ORDER BY id LIMIT :limit
            ))
            RETURNING follower_id, followee_id
        ), counted AS (
            INSERT INTO user_count_deltas (user_id, following, followers)
            SELECT follower_id, -1, 0 FROM gone UNION ALL SELECT followee_id, 0, -1 FROM gone
        )
        SELECT count(*) FROM gone
        """  # noqa: S608
    )


def _purge_marks(name: str) -> TextClause:
    """Likes or bookmarks: the name of their table is that of their count."""
    return text(
        f"""
        WITH gone AS (
            DELETE FROM {name} WHERE user_id = :user_id AND tweet_id = ANY(ARRAY(
                SELECT tweet_id FROM {name} WHERE user_id = :user_id ORDER BY id LIMIT :limit
            ))
            RETURNING tweet_id
        ), counted AS (
            INSERT INTO tweet_count_deltas (tweet_id, {name}) SELECT tweet_id, -1 FROM gone
        )
        SELECT count(*) FROM gone
        """  # noqa: S608
    )


_COUNTED = (
    _PURGE_RETWEETS_BY_OTHERS,
    _PURGE_TWEETS,
    _purge_marks("likes"),
    _purge_marks("bookmarks"),
    _PURGE_VOTES,
    _purge_follows("followee_id", "follower_id"),
    _purge_follows("follower_id", "followee_id"),
)


async def purge_some(session: WriteSession, user_id: int, *, limit: int) -> bool:
    """Deletes up to `limit` of each thing of theirs that is counted, and takes it from the counts; whether some of
    one kind may be left."""
    await session.execute(TAKE_TIME)
    deleted: list[int] = [
        (await session.execute(statement, {"user_id": user_id, "limit": limit})).scalar_one() for statement in _COUNTED
    ]
    return max(deleted) == limit


_LEAVE_LISTS = text(
    "DELETE FROM list_members USING lists WHERE lists.id = list_members.list_id AND list_members.user_id = :id "
    "RETURNING lists.id, lists.owner_id"
)
_DELETE = text("DELETE FROM users WHERE id = :id")


async def delete(session: WriteSession, user_id: int) -> list[tuple[int, int]]:
    """With all rows that hang on it; returns the ids of the lists, and of their owners, that have lost a member."""
    left = (await session.execute(_LEAVE_LISTS, {"id": user_id})).all()
    await session.execute(_DELETE, {"id": user_id})
    return [(row.id, row.owner_id) for row in left]
