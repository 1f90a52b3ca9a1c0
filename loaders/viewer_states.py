"""How the viewer stands to tweets and people; None for everything when nobody is signed in."""

from __future__ import annotations

from domain.records import TweetViewerState, UserViewerState
from infra.database import Reads
from stores import viewer_states


async def of_tweets(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> list[TweetViewerState | None]:
    if viewer_id is None:
        return [None] * len(tweet_ids)
    async with database.read() as session:
        found = await viewer_states.of_tweets(session, tweet_ids, viewer_id=viewer_id)
    return [found.get(tweet_id) for tweet_id in tweet_ids]


async def of_users(database: Reads, viewer_id: int | None, user_ids: list[int]) -> list[UserViewerState | None]:
    if viewer_id is None:
        return [None] * len(user_ids)
    async with database.read() as session:
        found = await viewer_states.of_users(session, user_ids, viewer_id=viewer_id)
    return [found[user_id] for user_id in user_ids]
