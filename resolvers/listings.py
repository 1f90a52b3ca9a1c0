"""Keyset connections of people and tweets under many parents at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from domain.pages import Connection, PageArgs, PageRequest, connection
from domain.records import (
    ReplySort,
    Thread,
    TimelinePage,
    TimelineReasonCode,
    Tweet,
    TweetResult,
    User,
)
from resolvers.context import Context
from resolvers.timeline_pages import page_from_database
from stores import keyset
from stores.keyset import Listing
from stores.likes import LIKED, LIKERS
from stores.retweets import RETWEETERS
from stores.threads import ANCESTORS, NEWEST_REPLIES, QUOTES, THREAD
from stores.tweets import BY_AUTHOR, HIDDEN_REPLIES, REPLIES

DEFAULT_PAGE = 20


class _Identified(Protocol):
    @property
    def id(self) -> int | str: ...


async def tweets_by_author(parents: list[User], context: Context, *, page: PageArgs) -> list[TimelinePage]:
    request = page.requested("tweets", default=DEFAULT_PAGE)
    return [
        page_from_database("tweets", request, parent.id, tweets, TimelineReasonCode.AUTHOR, context, has_more=has_more)
        for parent, (tweets, has_more) in zip(
            parents, await listed_tweets(parents, context, BY_AUTHOR, request), strict=True
        )
    ]


async def likes(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await _connected_tweets(parents, context, "likes", LIKED, page)


async def replies(
    parents: list[Tweet], context: Context, *, sort: ReplySort = ReplySort.OLDEST, page: PageArgs
) -> list[Connection[Tweet]]:
    name, listing = ("replies", REPLIES) if sort is ReplySort.OLDEST else ("newest replies", NEWEST_REPLIES)
    return await _connected_tweets(_originals(parents), context, name, listing, page)


async def hidden_replies(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await _connected_tweets(_originals(parents), context, "hidden replies", HIDDEN_REPLIES, page)


async def quotes(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await _connected_tweets(_originals(parents), context, "quotes", QUOTES, page)


async def thread_tweets(parents: list[Thread], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await _connected_tweets(parents, context, "thread", THREAD, page)


async def likers(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await listed_people(_originals(parents), context, "likers", LIKERS, page)


async def retweeters(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await listed_people(_originals(parents), context, "retweeters", RETWEETERS, page)


async def ancestors(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[TweetResult]]:
    """All of them have their place, also those that cannot be shown."""
    request = page.requested("ancestors", default=DEFAULT_PAGE)
    pages = await listed_ids(parents, context, ANCESTORS, request)
    ids = [tweet_id for page in pages for _, tweet_id in page.entries]
    found = iter(await context.loaders.embedded_tweet_by_id.load_many(ids))
    return [
        connection("ancestors", request, [(key, next(found)) for key, _ in page.entries], has_more=page.has_more)
        for page in pages
    ]


class _Original(msgspec.Struct, frozen=True):
    id: int


def _originals(parents: Sequence[Tweet]) -> list[_Original]:
    """What a retweet is asked about is asked about what it retweets."""
    return [_Original(tweet.retweet_of_id or tweet.id) for tweet in parents]


async def _connected_tweets(
    parents: Sequence[_Identified], context: Context, name: str, listing: Listing, args: PageArgs
) -> list[Connection[Tweet]]:
    request = args.requested(name, default=DEFAULT_PAGE)
    return [
        connection(name, request, entries, has_more=has_more)
        for entries, has_more in await listed_tweets(parents, context, listing, request)
    ]


async def listed_people(
    parents: Sequence[_Identified], context: Context, name: str, listing: Listing, args: PageArgs
) -> list[Connection[User]]:
    request = args.requested(name, default=DEFAULT_PAGE)
    pages = await listed_ids(parents, context, listing, request)
    ids = [user_id for page in pages for _, user_id in page.entries]
    people = iter(await context.loaders.user_by_id.load_many(ids))
    connections = []
    for page in pages:
        entries = [(key, next(people)) for key, _ in page.entries]
        seen = [(key, user) for key, user in entries if isinstance(user, User)]
        connections.append(connection(name, request, seen, has_more=page.has_more))
    return connections


async def listed_tweets(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest
) -> list[tuple[list[tuple[int, Tweet]], bool]]:
    pages = await listed_ids(parents, context, listing, request)
    ids = [tweet_id for page in pages for _, tweet_id in page.entries]
    found = iter(await context.loaders.tweet_by_id.load_many(ids))
    # Between the two statements a tweet may have been deleted: the loader, which asks the predicate, decides.
    hydrated = []
    for page in pages:
        entries = [(key, next(found)) for key, _ in page.entries]
        hydrated.append(([(key, tweet) for key, tweet in entries if isinstance(tweet, Tweet)], page.has_more))
    return hydrated


async def listed_ids(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest
) -> list[keyset.ListedIds]:
    parent_ids = [parent.id for parent in parents]
    async with context.runtime.database.read() as session:
        pages = await keyset.pages(
            session, listing, list(dict.fromkeys(parent_ids)), request, viewer_id=context.viewer_id
        )
    return [pages[parent_id] for parent_id in parent_ids]
