"""Keyset connections under many parents at once."""

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
    UserTimelineFilter,
)
from resolvers.context import Context
from resolvers.lookups import Load, Record, embedded_tweets, visible_tweets, visible_users
from resolvers.timeline_pages import page_from_database
from stores import keyset
from stores.keyset import Listing
from stores.likes import LIKED, LIKERS
from stores.retweets import RETWEETERS
from stores.threads import ANCESTORS, NEWEST_REPLIES, QUOTES, THREAD
from stores.tweets import BY_AUTHOR, HIDDEN_REPLIES, REPLIES, WITHOUT_REPLIES

DEFAULT_PAGE = 20


class _Identified(Protocol):
    @property
    def id(self) -> int | str: ...


async def tweets_by_author(
    parents: list[User],
    context: Context,
    *,
    filter: UserTimelineFilter = UserTimelineFilter.TWEETS_AND_REPLIES,
    page: PageArgs,
) -> list[TimelinePage]:
    name, listing = by_author(filter)
    request = page.requested(name, default=DEFAULT_PAGE)
    return [
        page_from_database(name, request, parent.id, tweets, TimelineReasonCode.AUTHOR, context, has_more=has_more)
        for parent, (tweets, has_more) in zip(
            parents, await listed_tweets(parents, context, listing, request), strict=True
        )
    ]


def by_author(filter: UserTimelineFilter) -> tuple[str, Listing]:
    """What its cursors are of, and the listing."""
    if filter is UserTimelineFilter.TWEETS:
        return "tweets without replies", WITHOUT_REPLIES
    return "tweets", BY_AUTHOR


async def likes(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await connected(parents, context, "likes", LIKED, page, visible_tweets)


async def replies(
    parents: list[Tweet], context: Context, *, sort: ReplySort = ReplySort.OLDEST, page: PageArgs
) -> list[Connection[Tweet]]:
    name, listing = ("replies", REPLIES) if sort is ReplySort.OLDEST else ("newest replies", NEWEST_REPLIES)
    return await connected(_originals(parents), context, name, listing, page, visible_tweets)


async def hidden_replies(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await connected(_originals(parents), context, "hidden replies", HIDDEN_REPLIES, page, visible_tweets)


async def quotes(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await connected(_originals(parents), context, "quotes", QUOTES, page, visible_tweets)


async def thread_tweets(parents: list[Thread], context: Context, *, page: PageArgs) -> list[Connection[Tweet]]:
    return await connected(parents, context, "thread", THREAD, page, visible_tweets)


async def likers(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(_originals(parents), context, "likers", LIKERS, page, visible_users)


async def retweeters(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(_originals(parents), context, "retweeters", RETWEETERS, page, visible_users)


async def ancestors(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[TweetResult]]:
    """All of them have their place, also those that cannot be shown."""
    return await connected(parents, context, "ancestors", ANCESTORS, page, embedded_tweets)


class _Original(msgspec.Struct, frozen=True):
    id: int


def _originals(parents: Sequence[Tweet]) -> list[_Original]:
    """What a retweet is asked about is asked about what it retweets."""
    return [_Original(tweet.retweet_of_id or tweet.id) for tweet in parents]


async def connected(
    parents: Sequence[_Identified],
    context: Context,
    name: str,
    listing: Listing,
    args: PageArgs,
    load: Load[int, Record],
) -> list[Connection[Record]]:
    """A page for each parent, without what `load` does not find any more."""
    request = args.requested(name, default=DEFAULT_PAGE)
    return [
        connection(name, request, entries, has_more=has_more)
        for entries, has_more in await listed(parents, context, listing, request, load)
    ]


async def listed_tweets(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest
) -> list[tuple[list[tuple[int, Tweet]], bool]]:
    return await listed(parents, context, listing, request, visible_tweets)


async def listed(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest, load: Load[int, Record]
) -> list[tuple[list[tuple[int, Record]], bool]]:
    pages = await listed_ids(parents, context, listing, request)
    found = await load([value for page in pages for _, value in page.entries], context)
    # Between the two statements one may have gone, or may not be seen any more: the second one decides.
    return [([(key, found[value]) for key, value in page.entries if value in found], page.has_more) for page in pages]


async def listed_ids(
    parents: Sequence[_Identified], context: Context, listing: Listing, request: PageRequest
) -> list[keyset.ListedIds]:
    parent_ids = [parent.id for parent in parents]
    async with context.runtime.database.read() as session:
        pages = await keyset.pages(
            session, listing, list(dict.fromkeys(parent_ids)), request, viewer_id=context.viewer_id
        )
    return [pages[parent_id] for parent_id in parent_ids]
