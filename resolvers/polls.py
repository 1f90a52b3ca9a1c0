"""Polls under tweets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from domain import ids
from domain.errors import BadArgument
from domain.records import Count, CountPrecision, Poll, PollOption, Tweet
from resolvers.context import Context
from resolvers.snapshots import Snapshot, snapshots


async def polls(parents: list[Tweet], context: Context) -> list[Poll | None]:
    return await context.loaders.poll_by_tweet_id.load_many([tweet.id for tweet in parents])


async def closed(parents: list[Poll], context: Context) -> list[bool]:
    now = context.runtime.now()
    return [poll.ends_at <= now for poll in parents]


async def voters(parents: list[Poll], context: Context) -> list[Count]:
    as_of = context.runtime.now()
    return [Count(poll.voters, CountPrecision.EXACT, as_of) for poll in parents]


async def votes(parents: list[PollOption], context: Context) -> list[Count]:
    as_of = context.runtime.now()
    return [Count(option.votes, CountPrecision.EXACT, as_of) for option in parents]


def results(context: Context, *, id: ids.GlobalId) -> AsyncIterator[Poll]:
    """Ends when the poll has, or when the viewer may not see its tweet any more."""
    look = partial(_seen, context, ids.raw_id(id, "Poll"))
    return snapshots(context, look, refusal=BadArgument(f"'{id[:40]}' is no poll that you may see."))


async def _seen(context: Context, tweet_id: int | None) -> Snapshot[Poll] | None:
    if tweet_id is None or not isinstance(await context.loaders.tweet_by_id.load(tweet_id), Tweet):
        return None
    poll = await context.loaders.poll_by_tweet_id.load(tweet_id)
    return None if poll is None else Snapshot(poll, is_last=poll.ends_at <= context.runtime.now())
