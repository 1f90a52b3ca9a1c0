"""What can be watched: how a client reads it, and its stream."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import msgspec

from domain import ids
from domain.changes import Place, parsed_place
from domain.pages import PageArgs
from domain.records import (
    ClientAddress,
    Hashtag,
    TimelinePage,
    Tweet,
    User,
    UserList,
    Viewer,
)
from resolvers import home_timelines, listings, lists, streams, thread_streams, timeline_streams, tweet_timelines
from resolvers.context import Context
from services.live import LiveHub
from services.runtime import Runtime

PAGE = 12


class Page(msgspec.Struct, frozen=True):
    place: Place
    shown: Sequence[int]
    floor: int = 0
    parents: Mapping[int, int] = {}


class Watched(ABC):
    """Something as one viewer sees it."""

    root_id: int | None = None

    def __init__(self, name: str, viewer: Viewer | None, events: Callable[..., object]) -> None:
        self.name = name if viewer is None else f"{name} seen by {viewer.user.username}"
        self.viewer = viewer
        self.events = events

    def context(self, runtime: Runtime, hub: LiveHub) -> Context:
        return Context(runtime, hub, client=ClientAddress(), viewer=self.viewer)

    @abstractmethod
    async def read(self, context: Context) -> Page:
        """What a client begins with."""

    @abstractmethod
    async def all_of_now(self, context: Context, *, down_to: int) -> Sequence[int]: ...

    async def below(self, context: Context, tweets: Sequence[Tweet]) -> dict[int, int]:
        """The parents of all replies to the tweets, of replies to those, and so on."""
        parents: dict[int, int] = {}
        while tweets:
            pages = await listings.replies(list(tweets), context, page=PageArgs(first=100))
            parents |= {reply.id: tweet.id for tweet, page in zip(tweets, pages, strict=True) for reply in page.nodes}
            tweets = [reply for page in pages for reply in page.nodes]
        return parents


class Timeline(Watched):
    def __init__(
        self,
        name: str,
        viewer: Viewer | None,
        page: Callable[[Context, PageArgs], Awaitable[list[TimelinePage]]],
        events: Callable[..., object],
    ) -> None:
        super().__init__(name, viewer, events)
        self._page = page

    async def read(self, context: Context) -> Page:
        [page] = await self._page(context, PageArgs(first=PAGE))
        end = page.page_info.end_cursor
        floor = ids.cursor_key(page.listing, end) if end and page.page_info.has_next_page else 0
        return Page(parsed_place(page.live_cursor), [tweet.id for tweet in page.tweets], floor)

    async def all_of_now(self, context: Context, *, down_to: int) -> Sequence[int]:
        found: list[int] = []
        cursor = None
        while True:
            [page] = await self._page(context, PageArgs(first=100, after=cursor))
            found += [tweet.id for tweet in page.tweets]
            cursor = page.page_info.end_cursor
            if not page.page_info.has_next_page or cursor is None or ids.cursor_key(page.listing, cursor) <= down_to:
                return found


class Below(Watched):
    """The replies to a tweet, and those to them."""

    def __init__(self, tweet: Tweet, viewer: Viewer | None) -> None:
        events = partial(thread_streams.below, tweet_id=ids.global_id("Tweet", tweet.id))
        super().__init__("the thread", viewer, events)
        self.root_id = tweet.id
        self._tweet = tweet

    async def read(self, context: Context) -> Page:
        parents = await self.below(context, [self._tweet])
        return Page(Place(context.seen), list(parents), parents=parents)

    async def all_of_now(self, context: Context, *, down_to: int) -> Sequence[int]:  # noqa: ARG002
        return list(await self.below(context, [self._tweet]))


class Home(Timeline):
    def __init__(self, viewer: Viewer) -> None:
        super().__init__(
            "home", viewer, lambda context, page: home_timelines.home([viewer], context, page=page), streams.home
        )


def of_user(user: User, viewer: Viewer | None) -> Timeline:
    return Timeline(
        f"what {user.username} writes",
        viewer,
        lambda context, page: listings.tweets_by_author([user], context, page=page),
        partial(timeline_streams.of_user, user_id=ids.global_id("User", user.id)),
    )


def of_list(user_list: UserList, viewer: Viewer | None) -> Timeline:
    return Timeline(
        "the list",
        viewer,
        lambda context, page: lists.timeline([user_list], context, page=page),
        partial(timeline_streams.of_list, list_id=ids.global_id("UserList", user_list.id)),
    )


def of_hashtag(tag: str, viewer: Viewer | None) -> Timeline:
    return Timeline(
        f"#{tag}",
        viewer,
        lambda context, page: tweet_timelines.tagged([Hashtag(tag)], context, page=page),
        partial(timeline_streams.of_hashtag, name=tag),
    )
