"""Receipts of tweets' deliveries."""

from __future__ import annotations

from domain.delivery import FanoutReceipt
from domain.records import Tweet
from resolvers.context import Context
from stores import fan_outs


async def receipts(parents: list[Tweet], context: Context) -> list[FanoutReceipt | None]:
    """For the author's eyes."""
    own = [tweet.id for tweet in parents if tweet.author_id == context.viewer_id]
    if not own:
        return [None] * len(parents)
    async with context.runtime.database.read() as session:
        found = await fan_outs.of_tweets(session, own)
    return [found.get(tweet.id) for tweet in parents]
