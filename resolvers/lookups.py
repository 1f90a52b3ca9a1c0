"""Records by their ids: all that many parents point at, or all that a client names, at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from domain.errors import BadArgument, MalformedId
from domain.ids import GlobalId
from domain.pages import MAX_PAGE
from domain.records import (
    Tweet,
    TweetResult,
    TweetUnavailable,
    UnavailableReason,
    User,
    UserList,
    UserResult,
    UserUnavailable,
)
from resolvers.context import Context

Key = TypeVar("Key")
Record = TypeVar("Record")
Load: TypeAlias = Callable[[list[Key], Context], Awaitable[Mapping[Key, Record]]]
"""What is found under these keys; the rest is not there, or not for the viewer to see."""


async def pointed_at(keys: Sequence[Key | None], context: Context, load: Load[Key, Record]) -> list[Record | None]:
    found = await load([key for key in keys if key is not None], context)
    return [None if key is None else found.get(key) for key in keys]


async def named(
    ids: list[GlobalId], context: Context, parsed: Callable[[str], Key | None], load: Load[Key, Record]
) -> list[Record | MalformedId | None]:
    """An id that `parsed` does not accept spoils its own entry only. Raises BadArgument."""
    if len(ids) > MAX_PAGE:
        raise BadArgument(f"'ids' has {len(ids)} ids; the limit is {MAX_PAGE}.")
    keys = [parsed(text) for text in ids]
    found = await pointed_at(keys, context, load)
    return [MalformedId(text) if key is None else record for text, key, record in zip(ids, keys, found, strict=True)]


def ever_was(found: TweetResult | UserResult) -> bool:
    return not (isinstance(found, TweetUnavailable | UserUnavailable) and found.reason is UnavailableReason.NOT_FOUND)


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
