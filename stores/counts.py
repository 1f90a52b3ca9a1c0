"""Counts: folded totals plus pending deltas (see models/counts.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text

from domain.records import TweetCounts, UserCounts
from infra.database import ReadSession, WriteSession
from stores import polls

FOLD_LIMIT = 10_000
"""Deltas folded in one transaction."""

_ADD_TO_TWEETS = text(
    """
    INSERT INTO tweet_count_deltas (tweet_id, likes, retweets, quotes, replies, bookmarks)
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:likes AS int[]), CAST(:retweets AS int[]),
        CAST(:quotes AS int[]), CAST(:replies AS int[]), CAST(:bookmarks AS int[]))
    """
)
_ADD_TO_USERS = text(
    """
    INSERT INTO user_count_deltas (user_id, followers, following, tweets)
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:followers AS int[]), CAST(:following AS int[]),
        CAST(:tweets AS int[]))
    """
)


async def add_to_tweets(session: WriteSession, deltas: Mapping[int, TweetCounts]) -> None:
    await session.rows(
        _ADD_TO_TWEETS,
        {
            "ids": list(deltas),
            "likes": [delta.likes for delta in deltas.values()],
            "retweets": [delta.retweets for delta in deltas.values()],
            "quotes": [delta.quotes for delta in deltas.values()],
            "replies": [delta.replies for delta in deltas.values()],
            "bookmarks": [delta.bookmarks for delta in deltas.values()],
        },
    )


async def add_to_users(session: WriteSession, deltas: Mapping[int, UserCounts]) -> None:
    await session.rows(
        _ADD_TO_USERS,
        {
            "ids": list(deltas),
            "followers": [delta.followers for delta in deltas.values()],
            "following": [delta.following for delta in deltas.values()],
            "tweets": [delta.tweets for delta in deltas.values()],
        },
    )


_COUNTED = TweetCounts.__struct_fields__
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in _COUNTED)


# One statement is one snapshot: a fold is seen whole or not at all.
def _parts_of_tweets(which: str) -> str:
    columns = f"SELECT tweet_id, {', '.join(_COUNTED)}"
    return f"""
        {columns} FROM tweet_counts WHERE tweet_id {which}
        UNION ALL
        {columns} FROM tweet_count_deltas WHERE tweet_id {which}
    """


TOTALS_OF_TWEETS = f"""
    SELECT tweet_id, {_SUMS} FROM ({_parts_of_tweets("= ANY(CAST(:ids AS bigint[]))")}) AS part GROUP BY tweet_id
"""  # noqa: S608


def of_tweet(tweet_id: str) -> str:
    """As SQL, the values of a TweetCounts as JSON."""
    sums = ", ".join(f"sum({name})" for name in _COUNTED)
    return f"SELECT json_build_array({sums}) AS counts FROM ({_parts_of_tweets(f'= {tweet_id}')}) AS part"  # noqa: S608


_OF_TWEETS = text(TOTALS_OF_TWEETS)
_OF_USERS = text(
    """
    SELECT user_id, sum(followers) AS followers, sum(following) AS following, sum(tweets) AS tweets
    FROM (
        SELECT user_id, followers, following, tweets FROM user_counts
        WHERE user_id = ANY(CAST(:ids AS bigint[]))
        UNION ALL
        SELECT user_id, followers, following, tweets FROM user_count_deltas
        WHERE user_id = ANY(CAST(:ids AS bigint[]))
    ) AS part
    GROUP BY user_id
    """
)


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, TweetCounts]:
    rows = await session.rows(_OF_TWEETS, {"ids": tweet_ids})
    return {tweet_id: TweetCounts(*counts) for tweet_id, *counts in rows}


def tweet_counts_from(row: Row[Any]) -> TweetCounts:
    return TweetCounts(
        likes=row.likes, retweets=row.retweets, quotes=row.quotes, replies=row.replies, bookmarks=row.bookmarks
    )


async def of_users(session: ReadSession, user_ids: Sequence[int]) -> dict[int, UserCounts]:
    rows = await session.rows(_OF_USERS, {"ids": user_ids})
    return {user_id: UserCounts(*counts) for user_id, *counts in rows}


# A delta's subject may have been purged meanwhile: the join drops it. An array, because some plans run a
# subquery of IN once per row, and each run would take another `limit`.
_FOLD_TWEETS = text(
    f"""
    WITH taken AS (
        DELETE FROM tweet_count_deltas WHERE id = ANY(ARRAY(
            SELECT id FROM tweet_count_deltas ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
        ))
        RETURNING tweet_id, likes, retweets, quotes, replies, bookmarks
    ), folded AS (
        UPDATE tweet_counts SET likes = tweet_counts.likes + added.likes,
            retweets = tweet_counts.retweets + added.retweets, quotes = tweet_counts.quotes + added.quotes,
            replies = tweet_counts.replies + added.replies, bookmarks = tweet_counts.bookmarks + added.bookmarks
        FROM (
            SELECT tweet_id, {_SUMS} FROM taken GROUP BY tweet_id
        ) AS added
        WHERE tweet_counts.tweet_id = added.tweet_id
    )
    SELECT count(*) FROM taken
    """  # noqa: S608
)
_FOLD_USERS = text(
    """
    WITH taken AS (
        DELETE FROM user_count_deltas WHERE id = ANY(ARRAY(
            SELECT id FROM user_count_deltas ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
        ))
        RETURNING user_id, followers, following, tweets
    ), folded AS (
        UPDATE user_counts SET followers = user_counts.followers + added.followers,
            following = user_counts.following + added.following, tweets = user_counts.tweets + added.tweets
        FROM (
            SELECT user_id, sum(followers) AS followers, sum(following) AS following, sum(tweets) AS tweets
            FROM taken GROUP BY user_id
        ) AS added
        WHERE user_counts.user_id = added.user_id
    )
    SELECT count(*) FROM taken
    """
)
# Two folds at once would update the same totals in different orders and deadlock.
_LOCK = text("SELECT pg_try_advisory_xact_lock(7203613)")


_WAIT = text("SELECT pg_advisory_xact_lock(7203613)")


async def keep_totals(session: WriteSession) -> None:
    """Nothing is folded until the transaction ends: whoever deletes many totals would deadlock with a fold, too."""
    await session.execute(_WAIT)


async def fold(session: WriteSession) -> int:
    """Moves up to FOLD_LIMIT deltas of each kind into the totals; returns how many were moved.

    Does nothing while another fold runs: waiting for it would hold a connection.
    """
    if not (await session.execute(_LOCK)).scalar_one():
        return 0
    moved = 0
    for statement in (_FOLD_TWEETS, _FOLD_USERS, polls.FOLD):
        moved += (await session.execute(statement, {"limit": FOLD_LIMIT})).scalar_one()
    return moved
