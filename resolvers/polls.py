"""Polls under tweets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from domain import ids
from domain.errors import BadArgument
from domain.records import Count, CountPrecision, Poll, PollOption, Tweet
from resolvers.context import Context

RESULTS_EVERY_S = 1.0
"""How often a stream looks: what it sends are absolute values, so nothing in between is lost."""


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


async def results(context: Context, *, id: ids.GlobalId) -> AsyncIterator[Poll]:
    """Ends when the poll has, or when the viewer may not see its tweet any more."""
    tweet_id = ids.raw_id(id, "Poll")
    poll = None if tweet_id is None else await _seen(context, tweet_id)
    if poll is None:
        raise BadArgument(f"'{id[:40]}' is no poll that you may see.")
    sent: tuple[Poll, bool] | None = None
    while poll is not None:
        is_over = poll.ends_at <= context.runtime.now()
        if (poll, is_over) != sent:
            sent = (poll, is_over)
            yield poll
        if is_over:
            return
        await asyncio.sleep(RESULTS_EVERY_S)
        context.renew()
        poll = await _seen(context, poll.tweet_id)


async def _seen(context: Context, tweet_id: int) -> Poll | None:
    if not isinstance(await context.loaders.tweet_by_id.load(tweet_id), Tweet):
        return None
    return await context.loaders.poll_by_tweet_id.load(tweet_id)
