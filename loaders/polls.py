"""Polls, with how the viewer voted."""

from __future__ import annotations

from domain.records import Poll
from infra.database import Reads
from stores import polls


async def of_tweets(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> list[Poll | None]:
    """None for a tweet without a poll."""
    async with database.read() as session:
        found = await polls.of_tweets(session, tweet_ids, viewer_id=viewer_id)
    return [found.get(tweet_id) for tweet_id in tweet_ids]
