"""How the viewer stands to tweets and people; None for everything when nobody is signed in."""

from __future__ import annotations

from domain.records import FollowState, TweetViewerState, UserViewerState
from infra.database import Database
from stores import follows, likes


async def of_tweets(database: Database, viewer_id: int | None, tweet_ids: list[int]) -> list[TweetViewerState | None]:
    if viewer_id is None:
        return [None] * len(tweet_ids)
    async with database.read() as session:
        liked = await likes.liked_among(session, tweet_ids, user_id=viewer_id)
    return [TweetViewerState(liked=tweet_id in liked) for tweet_id in tweet_ids]


async def of_users(database: Database, viewer_id: int | None, user_ids: list[int]) -> list[UserViewerState | None]:
    if viewer_id is None:
        return [None] * len(user_ids)
    async with database.read() as session:
        following, followed_by = await follows.between(session, viewer_id, user_ids)
    return [
        UserViewerState(
            following=FollowState.FOLLOWING if user_id in following else FollowState.NONE,
            followed_by=user_id in followed_by,
        )
        for user_id in user_ids
    ]
