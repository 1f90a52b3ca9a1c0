"""Rows of `likes`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from infra.database import WriteSession
from stores.keyset import Listing
from stores.visibility import listed_tweet, listed_user, shows_activity, tweet_verdict

LIKERS = Listing(
    source="FROM likes JOIN users ON users.id = likes.user_id "
    f"WHERE likes.tweet_id = parent.id AND {listed_user()} AND {shows_activity('users')}",
    key="likes.id",
    value="likes.user_id",
    newest_first=True,
)
# What somebody likes is seen by those who see their tweets.
LIKED = Listing(
    source="FROM likes JOIN users AS liker ON liker.id = likes.user_id JOIN tweets ON tweets.id = likes.tweet_id "
    "JOIN users ON users.id = tweets.author_id "
    f"WHERE likes.user_id = parent.id AND {tweet_verdict('tweets', 'liker')} IS NULL AND {listed_tweet()}",
    key="likes.id",
    value="likes.tweet_id",
    newest_first=True,
)

_INSERT = text(
    """
    INSERT INTO likes (id, user_id, tweet_id)
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:user_ids AS bigint[]), CAST(:tweet_ids AS bigint[]))
    ON CONFLICT DO NOTHING
    RETURNING user_id, tweet_id
    """
)


async def insert(session: WriteSession, likes: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """(id, user id, tweet id) triples; returns the (user, tweet) pairs that did not exist already."""
    rows = await session.rows(
        _INSERT,
        {
            "ids": [like_id for like_id, _, _ in likes],
            "user_ids": [user_id for _, user_id, _ in likes],
            "tweet_ids": [tweet_id for _, _, tweet_id in likes],
        },
    )
    return [(user_id, tweet_id) for user_id, tweet_id in rows]


_DELETE = text("DELETE FROM likes WHERE user_id = :user_id AND tweet_id = :tweet_id")


async def delete(session: WriteSession, *, user_id: int, tweet_id: int) -> bool:
    """False when there was no such like."""
    result = await session.execute(_DELETE, {"user_id": user_id, "tweet_id": tweet_id})
    return result.rowcount == 1
