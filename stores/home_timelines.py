"""Home timelines as Postgres knows them: the truth that the cached ones must equal.

A home timeline holds everything the viewer wrote, and the tweets of everyone the viewer follows; a reply
of theirs is in it only when the viewer also follows (or is) the person replied to, or they reply to themselves, and a
retweet of theirs only while the viewer wants to see their retweets.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import Tweet
from infra.database import ReadSession
from stores.tweets import COLUMNS, tweet_from
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

_BELONGING = text(
    f"""
    SELECT {COLUMNS}
    FROM tweets JOIN users ON users.id = tweets.author_id
    WHERE tweets.id = ANY(CAST(:ids AS bigint[])) AND {listed_tweet()} AND {_REPLY_BELONGS}
        AND (
            tweets.author_id = :viewer_id
            OR EXISTS (
                SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = tweets.author_id
                    AND (shows_retweets OR tweets.retweet_of_id IS NULL)
            )
        )
    """  # noqa: S608
)


async def belonging(session: ReadSession, viewer_id: int, tweet_ids: Sequence[int]) -> dict[int, Tweet]:
    """Those of the tweets that are in the viewer's home timeline at this moment."""
    rows = await session.execute(_BELONGING, {"viewer_id": viewer_id, "ids": tweet_ids})
    return {row.id: tweet_from(row) for row in rows}


def _page_statement(direction: str, shown: str) -> str:
    # The lateral join reads at most `limit` index entries per author, whatever they have written.
    return f"""
        WITH author AS (
            SELECT followee_id AS id, shows_retweets FROM follows WHERE follower_id = :viewer_id
            UNION ALL SELECT CAST(:viewer_id AS bigint), true
        ), skeleton AS (
            SELECT listed.id
            FROM author JOIN users ON users.id = author.id
            CROSS JOIN LATERAL (
                SELECT tweets.id FROM tweets
                WHERE tweets.author_id = author.id AND {shown} AND {_REPLY_BELONGS}
                    AND (author.shows_retweets OR tweets.retweet_of_id IS NULL)
                    AND tweets.id > :low AND tweets.id < :high
                ORDER BY tweets.id {direction} LIMIT :limit
            ) AS listed
            ORDER BY listed.id {direction} LIMIT :limit
        )
    """  # noqa: S608


_PAGES = {
    backward: text(
        f"{_page_statement(direction, listed_tweet())} SELECT {COLUMNS} FROM skeleton "  # noqa: S608
        f"JOIN tweets ON tweets.id = skeleton.id ORDER BY tweets.id {direction}"
    )
    for backward, direction in ((False, "DESC"), (True, "ASC"))
}
# Candidates for the cache: what is hidden now (a mute, a suspension) may be shown again while they are cached.
_IDS = text(f"{_page_statement('DESC', 'tweets.deleted_at IS NULL')} SELECT id FROM skeleton ORDER BY id DESC")  # noqa: S608


async def page(session: ReadSession, viewer_id: int, request: PageRequest) -> list[Tweet]:
    """Up to `size` + 1 tweets strictly between the request's keys, from the end it asks for."""
    rows = await session.execute(
        _PAGES[request.backward],
        {
            "viewer_id": viewer_id,
            "low": -1 if request.before is None else request.before,
            "high": MAX_ID if request.after is None else request.after,
            "limit": request.size + 1,
        },
    )
    return [tweet_from(row) for row in rows]


async def newest_ids(session: ReadSession, viewer_id: int, *, limit: int) -> list[int]:
    """Newest first; tweets that the viewer may not see now are among them."""
    rows = await session.execute(_IDS, {"viewer_id": viewer_id, "low": -1, "high": MAX_ID, "limit": limit})
    return list(rows.scalars())
