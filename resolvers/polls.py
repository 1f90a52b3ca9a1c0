"""Polls under tweets."""

from __future__ import annotations

from domain.records import Count, CountPrecision, Poll, PollOption, Tweet
from resolvers.context import Context


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
