"""What mentions the viewer, and hashtags."""

from __future__ import annotations

from domain.errors import BadArgument
from domain.pages import PageArgs
from domain.records import Hashtag, TimelinePage, TimelineReasonCode, User, Viewer
from domain.tweets import listed_tag
from resolvers.context import Context
from resolvers.listings import listed_tweets
from resolvers.timeline_pages import DEFAULT_PAGE, page_from_database
from stores.hashtag_timelines import TAGGED
from stores.mention_timelines import MENTIONS


async def mentions(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[TimelinePage]:
    request = page.requested("mentions", default=DEFAULT_PAGE)
    people: list[User] = [parent.user for parent in parents]
    return [
        page_from_database("mentions", request, user.id, tweets, TimelineReasonCode.MENTION, context, has_more=has_more)
        for user, (tweets, has_more) in zip(
            people, await listed_tweets(people, context, MENTIONS, request), strict=True
        )
    ]


async def hashtag(context: Context, *, name: str) -> Hashtag:  # noqa: ARG001
    key = listed_tag(name)
    if key is None:
        raise BadArgument("'name' is not a hashtag, with or without its #, or it is too long to be listed.")
    return Hashtag(key)


async def tagged(parents: list[Hashtag], context: Context, *, page: PageArgs) -> list[TimelinePage]:
    request = page.requested("hashtag", default=DEFAULT_PAGE)
    return [
        page_from_database(
            "hashtag", request, parent.name, tweets, TimelineReasonCode.HASHTAG, context, has_more=has_more
        )
        for parent, (tweets, has_more) in zip(
            parents, await listed_tweets(parents, context, TAGGED, request), strict=True
        )
    ]
