"""Keyset connections of people and tweets under many parents at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.pages import Connection, PageArgs, PageRequest, connection
from domain.records import TimelineReason, TimelineReasonCode, TimelineTweet, Tweet, User
from resolvers.context import Context
from stores import keyset
from stores.follows import FOLLOWERS, FOLLOWING
from stores.keyset import Listing
from stores.tweets import BY_AUTHOR, REPLIES

DEFAULT_PAGE = 20


class _Identified(Protocol):
    @property
    def id(self) -> int: ...


async def followers(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await _people(parents, context, "followers", FOLLOWERS, page)


async def following(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await _people(parents, context, "following", FOLLOWING, page)


async def tweets_by_author(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[TimelineTweet]]:
    request = page.requested("tweets", default=DEFAULT_PAGE)
    reason = TimelineReason(TimelineReasonCode.AUTHOR)
    return [
        connection(
            "tweets",
            request,
            [(key, TimelineTweet(tweet=tweet, reason=reason)) for key, tweet in entries],
            has_more=has_more,
        )
        for entries, has_more in await _tweets(parents, context, BY_AUTHOR, request)
    ]


async def replies(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    request = page.requested("replies", default=DEFAULT_PAGE)
    return [
        connection("replies", request, entries, has_more=has_more)
        for entries, has_more in await _tweets(parents, context, REPLIES, request)
    ]


async def _people(
    parents: list[User], context: Context, name: str, listing: Listing, args: PageArgs
) -> list[Connection[User]]:
    request = args.requested(name, default=DEFAULT_PAGE)
    pages = await _pages(parents, context, listing, request)
    ids = [user_id for page in pages for _, user_id in page.entries]
    people = iter(await context.loaders.user_by_id.load_many(ids))
    connections = []
    for page in pages:
        entries = [(key, next(people)) for key, _ in page.entries]
        seen = [(key, user) for key, user in entries if isinstance(user, User)]
        connections.append(connection(name, request, seen, has_more=page.has_more))
    return connections


async def _tweets(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest
) -> list[tuple[list[tuple[int, Tweet]], bool]]:
    pages = await _pages(parents, context, listing, request)
    ids = [tweet_id for page in pages for _, tweet_id in page.entries]
    found = iter(await context.loaders.tweet_by_id.load_many(ids))
    # Between the two statements a tweet may have been deleted: the loader, which asks the predicate, decides.
    hydrated = []
    for page in pages:
        entries = [(key, next(found)) for key, _ in page.entries]
        hydrated.append(([(key, tweet) for key, tweet in entries if isinstance(tweet, Tweet)], page.has_more))
    return hydrated


async def _pages(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest
) -> list[keyset.ListedIds]:
    parent_ids = [parent.id for parent in parents]
    async with context.runtime.database.read() as session:
        pages = await keyset.pages(
            session, listing, list(dict.fromkeys(parent_ids)), request, viewer_id=context.viewer_id
        )
    return [pages[parent_id] for parent_id in parent_ids]
