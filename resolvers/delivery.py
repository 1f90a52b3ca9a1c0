"""Receipts of tweets' deliveries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from domain import ids
from domain.delivery import FanoutReceipt
from domain.errors import BadArgument
from domain.records import Tweet
from resolvers.context import Context
from resolvers.snapshots import Snapshot, snapshots
from stores import fan_outs


async def receipts(parents: list[Tweet], context: Context) -> list[FanoutReceipt | None]:
    """For the author's eyes."""
    own = [tweet.id for tweet in parents if tweet.author_id == context.viewer_id]
    if not own:
        return [None] * len(parents)
    async with context.runtime.database.read() as session:
        found = await fan_outs.of_tweets(session, own)
    return [found.get(tweet.id) for tweet in parents]


def progress(context: Context, *, tweet_id: ids.GlobalId) -> AsyncIterator[FanoutReceipt]:
    """Ends when the last follower is reached, or the tweet is gone."""
    look = partial(_receipt, context, ids.raw_id(tweet_id, "Tweet"))
    return snapshots(context, look, refusal=BadArgument(f"'{tweet_id[:40]}' is no tweet of yours."))


async def _receipt(context: Context, tweet_id: int | None) -> Snapshot[FanoutReceipt] | None:
    tweet = None if tweet_id is None else await context.loaders.tweet_by_id.load(tweet_id)
    if not isinstance(tweet, Tweet):
        return None
    [receipt] = await receipts([tweet], context)
    return None if receipt is None else Snapshot(receipt, is_last=receipt.completed_at is not None)
