"""Tweets as a viewer sees them."""

from __future__ import annotations

from domain.records import TweetResult, TweetUnavailable, UnavailableReason
from domain.visibility import tweet_as_seen
from infra.database import Database
from stores import tweets


async def by_id(database: Database, viewer_id: int | None, tweet_ids: list[int]) -> list[TweetResult]:
    async with database.read() as session:
        found = await tweets.by_id(session, tweet_ids)
    return [
        tweet_as_seen(found[tweet_id], viewer_id=viewer_id)
        if tweet_id in found
        else TweetUnavailable(id=tweet_id, reason=UnavailableReason.NOT_FOUND)
        for tweet_id in tweet_ids
    ]
