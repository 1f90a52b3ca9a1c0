"""Home timelines as Postgres knows them: the truth that the cached ones must equal.

A home timeline holds everything the viewer wrote, and the tweets of everyone the viewer follows; a reply
of theirs is in it only when the viewer also follows (or is) the person replied to, or they reply to themselves, and a
retweet of theirs only while the viewer wants to see their retweets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, TextClause, text

from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import Tweet, User
from infra.database import ReadSession
from stores.tweets import COLUMNS, tweet_from
from stores.users import AUTHOR_COLUMNS, user_from
from stores.visibility import listed_tweet

_REPLY_BELONGS = """(
    tweets.in_reply_to_user_id IS NULL
    OR tweets.author_id = :viewer_id
    OR tweets.in_reply_to_user_id = tweets.author_id
    OR tweets.in_reply_to_user_id = :viewer_id
    OR EXISTS (
        SELECT FROM follows
        WHERE follower_id = :viewer_id AND followee_id = tweets.in_reply_to_user_id
    )
)"""
_IS_SHOWN = f"{listed_tweet()} AND {_REPLY_BELONGS}"
_BELONGS = f"""{_IS_SHOWN} AND (
    tweets.author_id = :viewer_id
    OR EXISTS (
        SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = tweets.author_id
            AND (shows_retweets OR tweets.retweet_of_id IS NULL)
    )
)"""


class Entry(msgspec.Struct, frozen=True):
    tweet: Tweet
    author: User


def _entry(row: Row[Any]) -> Entry:
    return Entry(tweet=tweet_from(row), author=user_from(row, "author__"))


_BELONGING = text(
    f"SELECT {COLUMNS} FROM tweets JOIN users ON users.id = tweets.author_id "  # noqa: S608
    f"WHERE tweets.id = ANY(CAST(:ids AS bigint[])) AND {_BELONGS}"
)


async def belonging(session: ReadSession, viewer_id: int, tweet_ids: Sequence[int]) -> dict[int, Tweet]:
    """Those of the tweets that are in the viewer's home timeline at this moment."""
    rows = await session.execute(_BELONGING, {"viewer_id": viewer_id, "ids": tweet_ids})
    return {row.id: tweet_from(row) for row in rows}


# What no cached timeline has, or not yet: the tweets on their way, and those of large authors that are pulled. How many
# these are the planner cannot know: without LIMIT 1 it may read all users for the authors of a page.
_WINDOW = text(
    f"""
    WITH candidate AS (
        SELECT unnest(CAST(:ids AS bigint[])) AS id
        UNION
        SELECT tweet_id FROM undelivered_tweets
        WHERE tweet_id >= :low AND tweet_id < :high AND (
            author_id = :viewer_id
            OR EXISTS (
                SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = undelivered_tweets.author_id
            )
        )
        UNION
        SELECT pulled.id
        FROM follows JOIN large_authors ON large_authors.user_id = follows.followee_id
        JOIN users ON users.id = follows.followee_id
        CROSS JOIN LATERAL (
            SELECT tweets.id FROM tweets
            WHERE tweets.author_id = follows.followee_id AND tweets.delivery = 'PULL'
                AND tweets.id >= :low AND tweets.id < :high AND {_IS_SHOWN}
                AND (follows.shows_retweets OR tweets.retweet_of_id IS NULL)
            ORDER BY tweets.id DESC LIMIT :limit
        ) AS pulled
        WHERE follows.follower_id = :viewer_id
    )
    SELECT {COLUMNS}, {AUTHOR_COLUMNS}
    FROM candidate JOIN tweets ON tweets.id = candidate.id
    CROSS JOIN LATERAL (SELECT * FROM users WHERE users.id = tweets.author_id LIMIT 1) AS users
    WHERE {_BELONGS}
    ORDER BY tweets.id DESC LIMIT :limit
    """  # noqa: S608
)


async def window(
    session: ReadSession, viewer_id: int, cached_ids: Sequence[int], *, low: int, high: int, limit: int
) -> list[Entry]:
    """Newest first, up to `limit` of what belongs with ids from `low` to below `high`: the cached ids, which are all
    that was pushed there, and what is not pushed, or not yet."""
    rows = await session.execute(
        _WINDOW, {"viewer_id": viewer_id, "ids": cached_ids, "low": low, "high": high, "limit": limit}
    )
    return [_entry(row) for row in rows]


def _of_author(direction: str, shown: str, limit: str) -> str:
    return f"""
        SELECT tweets.id FROM tweets
        WHERE tweets.author_id = users.id AND {shown} AND tweets.id > :low AND tweets.id < :high
        ORDER BY tweets.id {direction} LIMIT {limit}
    """  # noqa: S608


def _page_statement(direction: str) -> TextClause:
    # A page of n is by the n authors whose nearest tweets come first: only theirs are read further. Without LIMIT 1 in
    # the last join the planner may merge the page with all tweets that are newer.
    shown = f"{_IS_SHOWN} AND (author.shows_retweets OR tweets.retweet_of_id IS NULL)"
    return text(
        f"""
        SELECT shown.*
        FROM (
            SELECT listed.id
            FROM (
                SELECT author.id, author.shows_retweets
                FROM (
                    SELECT followee_id AS id, shows_retweets FROM follows WHERE follower_id = :viewer_id
                    UNION ALL SELECT CAST(:viewer_id AS bigint), true
                ) AS author JOIN users ON users.id = author.id
                CROSS JOIN LATERAL ({_of_author(direction, shown, "1")}) AS nearest
                ORDER BY nearest.id {direction} LIMIT :limit
            ) AS author JOIN users ON users.id = author.id
            CROSS JOIN LATERAL ({_of_author(direction, shown, ":limit")}) AS listed
            ORDER BY listed.id {direction} LIMIT :limit
        ) AS skeleton
        CROSS JOIN LATERAL (
            SELECT {COLUMNS}, {AUTHOR_COLUMNS} FROM tweets JOIN users ON users.id = tweets.author_id
            WHERE tweets.id = skeleton.id LIMIT 1
        ) AS shown
        ORDER BY skeleton.id {direction}
        """  # noqa: S608
    )


_PAGES = {backward: _page_statement(direction) for backward, direction in ((False, "DESC"), (True, "ASC"))}


async def page(session: ReadSession, viewer_id: int, request: PageRequest) -> list[Entry]:
    """Up to `size` + 1 entries strictly between the request's keys, from the end it asks for."""
    rows = await session.execute(
        _PAGES[request.backward],
        {
            "viewer_id": viewer_id,
            "low": -1 if request.before is None else request.before,
            "high": MAX_ID if request.after is None else request.after,
            "limit": request.size + 1,
        },
    )
    return [_entry(row) for row in rows]


# Candidates for the cache: what is hidden now (by a mute, a suspension) may be shown again while they are cached.
_IDS = text(
    f"""
    SELECT listed.id
    FROM (
        SELECT followee_id AS id FROM follows WHERE follower_id = :viewer_id
        UNION ALL SELECT CAST(:viewer_id AS bigint)
    ) AS author
    CROSS JOIN LATERAL (
        SELECT tweets.id FROM tweets
        WHERE tweets.author_id = author.id AND tweets.deleted_at IS NULL AND {_REPLY_BELONGS}
        ORDER BY tweets.id DESC LIMIT :limit
    ) AS listed
    ORDER BY listed.id DESC LIMIT :limit
    """  # noqa: S608
)


async def newest_ids(session: ReadSession, viewer_id: int, *, limit: int) -> list[int]:
    """Newest first; tweets that the viewer may not see now are among them."""
    return list((await session.execute(_IDS, {"viewer_id": viewer_id, "limit": limit})).scalars())
