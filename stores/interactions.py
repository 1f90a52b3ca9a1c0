"""What a viewer did to others' tweets."""

from __future__ import annotations

from sqlalchemy import text

from infra.database import ReadSession

MAX_LIKES = 1_000
MAX_TWEETS = 1_000
"""The latest so many likes, and replies and retweets, are looked at."""

_WITH_AUTHORS = text(
    """
    SELECT done.author_id, count(*) AS interactions
    FROM (
        SELECT tweets.author_id
        FROM (
            SELECT tweet_id FROM likes WHERE user_id = :viewer_id AND id >= :since ORDER BY id DESC LIMIT :likes
        ) AS liked JOIN tweets ON tweets.id = liked.tweet_id
        UNION ALL
        SELECT coalesce(original.author_id, own.in_reply_to_user_id)
        FROM (
            SELECT in_reply_to_user_id, retweet_of_id FROM tweets
            WHERE author_id = :viewer_id AND id >= :since AND deleted_at IS NULL
                AND (in_reply_to_user_id IS NOT NULL OR retweet_of_id IS NOT NULL)
            ORDER BY id DESC LIMIT :tweets
        ) AS own LEFT JOIN tweets AS original ON original.id = own.retweet_of_id
    ) AS done
    WHERE done.author_id <> :viewer_id
    GROUP BY done.author_id
    """
)


async def with_authors(session: ReadSession, viewer_id: int, *, since: int) -> dict[int, int]:
    """How many tweets of each author the viewer has liked, answered and retweeted since this id was made."""
    rows = await session.execute(
        _WITH_AUTHORS, {"viewer_id": viewer_id, "since": since, "likes": MAX_LIKES, "tweets": MAX_TWEETS}
    )
    return {row.author_id: row.interactions for row in rows}
