"""Count fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.records import Count, CountPrecision, Tweet, TweetCounts, User, UserList, Views
from resolvers.context import Context


def exact_count(value: int, as_of: datetime) -> Count:
    return Count(value, CountPrecision.EXACT, as_of)


def view_count(views: Views | None, as_of: datetime) -> Count:
    if views is None:
        return exact_count(0, as_of)
    return Count(views.viewers, CountPrecision.ESTIMATE, views.counted_at)


def _exact(values: Iterable[int], context: Context) -> list[Count]:
    as_of = context.runtime.now()
    exact = CountPrecision.EXACT
    return [Count(value, exact, as_of) for value in values]


async def likes(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.likes for counts in await _of_tweets(parents, context)], context)


async def retweets(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.retweets for counts in await _of_tweets(parents, context)], context)


async def quotes(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.quotes for counts in await _of_tweets(parents, context)], context)


async def replies(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.replies for counts in await _of_tweets(parents, context)], context)


async def bookmarks(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.bookmarks for counts in await _of_tweets(parents, context)], context)


async def views(parents: list[Tweet], context: Context) -> list[Count]:
    found = await context.loaders.tweet_views_by_id.load_many([tweet.retweet_of_id or tweet.id for tweet in parents])
    as_of = context.runtime.now()
    return [view_count(each, as_of) for each in found]


async def _of_tweets(parents: list[Tweet], context: Context) -> list[TweetCounts]:
    """A retweet has the counts of what it retweets."""
    return await context.loaders.tweet_counts_by_id.load_many([tweet.retweet_of_id or tweet.id for tweet in parents])


async def followers(parents: list[User], context: Context) -> list[Count]:
    found = await context.loaders.user_counts_by_id.load_many([user.id for user in parents])
    return _exact([counts.followers for counts in found], context)


async def following(parents: list[User], context: Context) -> list[Count]:
    found = await context.loaders.user_counts_by_id.load_many([user.id for user in parents])
    return _exact([counts.following for counts in found], context)


async def tweets(parents: list[User], context: Context) -> list[Count]:
    found = await context.loaders.user_counts_by_id.load_many([user.id for user in parents])
    return _exact([counts.tweets for counts in found], context)


async def list_members(parents: list[UserList], context: Context) -> list[Count]:
    found = await context.loaders.list_counts_by_id.load_many([parent.id for parent in parents])
    return _exact([counts.members for counts in found], context)


async def list_followers(parents: list[UserList], context: Context) -> list[Count]:
    found = await context.loaders.list_counts_by_id.load_many([parent.id for parent in parents])
    return _exact([counts.followers for counts in found], context)
