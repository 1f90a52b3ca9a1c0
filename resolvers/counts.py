"""Count fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter

from domain.records import Count, CountPrecision, HydratedTweet, Tweet, TweetCounts, User, UserList, Views
from resolvers.context import Context


def exact_count(value: int, as_of: datetime | None = None) -> Count:
    return Count(value, CountPrecision.EXACT, as_of)


def view_count(views: Views | None, as_of: datetime | None = None) -> Count:
    if views is None:
        return exact_count(0, as_of)
    return Count(views.viewers, CountPrecision.ESTIMATE, views.counted_at)


def brought(name: str) -> Mapping[type, Callable[[HydratedTweet], Count]]:
    """The count of that name, as tweets bring it along."""
    value = attrgetter(f"counts.{name}")
    return {HydratedTweet: lambda tweet: exact_count(value(tweet))}


async def moments(parents: list[Count], context: Context) -> list[datetime]:
    now = context.runtime.now()
    return [parent.as_of or now for parent in parents]


def _exact(values: Iterable[int]) -> list[Count]:
    exact = CountPrecision.EXACT
    return [Count(value, exact) for value in values]


async def likes(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.likes for counts in await _of_tweets(parents, context)])


async def retweets(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.retweets for counts in await _of_tweets(parents, context)])


async def quotes(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.quotes for counts in await _of_tweets(parents, context)])


async def replies(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.replies for counts in await _of_tweets(parents, context)])


async def bookmarks(parents: list[Tweet], context: Context) -> list[Count]:
    return _exact([counts.bookmarks for counts in await _of_tweets(parents, context)])


async def views(parents: list[Tweet], context: Context) -> list[Count]:
    found = await context.loaders.tweet_views_by_id.load_many([tweet.retweet_of_id or tweet.id for tweet in parents])
    return [view_count(each) for each in found]


async def _of_tweets(parents: list[Tweet], context: Context) -> list[TweetCounts]:
    """A retweet has the counts of what it retweets."""
    return await context.loaders.tweet_counts_by_id.load_many([tweet.retweet_of_id or tweet.id for tweet in parents])


async def followers(parents: list[User], context: Context) -> list[Count]:
    found = await context.loaders.user_counts_by_id.load_many([user.id for user in parents])
    return _exact([counts.followers for counts in found])


async def following(parents: list[User], context: Context) -> list[Count]:
    found = await context.loaders.user_counts_by_id.load_many([user.id for user in parents])
    return _exact([counts.following for counts in found])


async def tweets(parents: list[User], context: Context) -> list[Count]:
    found = await context.loaders.user_counts_by_id.load_many([user.id for user in parents])
    return _exact([counts.tweets for counts in found])


async def list_members(parents: list[UserList], context: Context) -> list[Count]:
    found = await context.loaders.list_counts_by_id.load_many([parent.id for parent in parents])
    return _exact([counts.members for counts in found])


async def list_followers(parents: list[UserList], context: Context) -> list[Count]:
    found = await context.loaders.list_counts_by_id.load_many([parent.id for parent in parents])
    return _exact([counts.followers for counts in found])
