"""Records by their ids: all that many parents point at, at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from domain.records import Tweet, TweetResult, User, UserList, UserResult
from resolvers.context import Context

Key = TypeVar("Key")
Record = TypeVar("Record")
Load: TypeAlias = Callable[[list[Key], Context], Awaitable[Mapping[Key, Record]]]
"""What is found under these keys; the rest is not there, or not for the viewer to see."""


async def pointed_at(keys: Sequence[Key | None], context: Context, load: Load[Key, Record]) -> list[Record | None]:
    found = await load([key for key in keys if key is not None], context)
    return [None if key is None else found.get(key) for key in keys]


async def user_results(user_ids: list[int], context: Context) -> dict[int, UserResult]:
    return {user.id: user for user in await context.loaders.user_by_id.load_many(user_ids)}


async def visible_users(user_ids: list[int], context: Context) -> dict[int, User]:
    found = await context.loaders.user_by_id.load_many(user_ids)
    return {user.id: user for user in found if isinstance(user, User)}


async def visible_tweets(tweet_ids: list[int], context: Context) -> dict[int, Tweet]:
    found = await context.loaders.tweet_by_id.load_many(tweet_ids)
    return {tweet.id: tweet for tweet in found if isinstance(tweet, Tweet)}


async def embedded_tweets(tweet_ids: list[int], context: Context) -> dict[int, TweetResult]:
    return {tweet.id: tweet for tweet in await context.loaders.embedded_tweet_by_id.load_many(tweet_ids)}


async def visible_lists(list_ids: list[int], context: Context) -> dict[int, UserList]:
    return {each.id: each for each in await context.loaders.list_by_id.load_many(list_ids) if each is not None}
