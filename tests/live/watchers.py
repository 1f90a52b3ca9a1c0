"""Clients that keep what they have seen of a timeline or a thread, and take in what its stream tells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from domain import ids
from domain.changes import Place, Snapshot, parsed_place
from domain.errors import BadArgument
from domain.pages import PageArgs
from domain.records import (
    Hashtag,
    Heartbeat,
    ReplyAdded,
    ReplyEdited,
    ReplyHidden,
    ReplyRemoved,
    ThreadRebuilt,
    TimelineItemAdded,
    TimelineItemEdited,
    TimelineItemRemoved,
    TimelinePage,
    TimelineRebuilt,
    Tweet,
    User,
)
from resolvers import listings, lists, thread_streams, timeline_streams, tweet_timelines
from resolvers.context import Context
from services.live import LiveHub

PAGE = PageArgs(first=100)


class Client(ABC):
    """What somebody has seen of one thing; `there` is None while they may not see it."""

    def __init__(self, context: Context, subject: str) -> None:
        self.context, self.subject = context, subject
        self.there: dict[int, Any] | None = None
        self.cursor: ids.Cursor | None = None
        self.stream: AsyncGenerator[Any, None] | None = None

    @abstractmethod
    def events(self, after: ids.Cursor | None) -> AsyncIterator[Any]: ...

    @abstractmethod
    async def page(self) -> dict[int, Any] | None: ...

    @abstractmethod
    async def take(self, change: Any) -> None: ...

    async def read(self) -> dict[int, Any] | None:
        self.context.renew()
        return await self.page()

    async def begin(self) -> None:
        self.cursor = Place(self.context.live.seen).cursor
        self.there = await self.read()

    async def catch_up(self, hub: LiveHub, until: Snapshot, *, comes_back: bool) -> None:
        """Takes in what is told up to `until`, on a stream that was there before or on a new one."""
        if self.there is None:
            await self.begin()
            return
        if comes_back:
            await self.leave()
        if self.stream is None:
            self.context.live = hub
            self.stream = self.events(self.cursor)  # type: ignore[assignment]
        assert self.stream is not None
        try:
            async for event in self.stream:
                self.cursor = event.cursor
                if isinstance(event.event, Heartbeat):
                    if not parsed_place(event.event.head).seen.is_older_than(until):
                        return
                elif isinstance(event.event, TimelineRebuilt | ThreadRebuilt):
                    self.there = await self.read() or {}
                else:
                    await self.take(event.event)
        except BadArgument:
            pass
        self.stream, self.there = None, None

    async def leave(self) -> None:
        if self.stream is not None:
            await self.stream.aclose()
            self.stream = None


class Timeline(Client):
    async def take(self, change: Any) -> None:
        assert self.there is not None
        match change:
            case TimelineItemAdded(edge) | TimelineItemEdited(edge):
                self.there[edge.node.tweet.id] = edge.node.tweet.text
            case TimelineItemRemoved(tweet_id):
                self.there.pop(tweet_id, None)
            case _:
                raise AssertionError(change)


def texts(page: TimelinePage) -> dict[int, str]:
    assert not page.page_info.has_next_page
    return {tweet.id: tweet.text for tweet in page.tweets if isinstance(tweet, Tweet)}


class OfUser(Timeline):
    def events(self, after: ids.Cursor | None) -> AsyncIterator[Any]:
        return timeline_streams.of_user(self.context, user_id=ids.GlobalId(self.subject), after=after)

    async def page(self) -> dict[int, str] | None:
        raw_id = ids.raw_id(self.subject, "User")
        assert raw_id is not None
        user = await self.context.loaders.user_by_id.load(raw_id)
        if not isinstance(user, User):
            return None
        [page] = await listings.tweets_by_author([user], self.context, page=PAGE)
        return texts(page)


class OfList(Timeline):
    def events(self, after: ids.Cursor | None) -> AsyncIterator[Any]:
        return timeline_streams.of_list(self.context, list_id=ids.GlobalId(self.subject), after=after)

    async def page(self) -> dict[int, str] | None:
        found = await lists.user_list(self.context, id=ids.GlobalId(self.subject))
        if found is None:
            return None
        [page] = await lists.timeline([found], self.context, page=PAGE)
        return texts(page)


class OfHashtag(Timeline):
    def events(self, after: ids.Cursor | None) -> AsyncIterator[Any]:
        return timeline_streams.of_hashtag(self.context, name=self.subject, after=after)

    async def page(self) -> dict[int, str]:
        [page] = await tweet_timelines.tagged([Hashtag(self.subject)], self.context, page=PAGE)
        return texts(page)


class OfThread(Client):
    """Replies by their ids, each with its parent and its text."""

    def events(self, after: ids.Cursor | None) -> AsyncIterator[Any]:
        return thread_streams.below(self.context, tweet_id=ids.GlobalId(self.subject), after=after)

    async def page(self) -> dict[int, tuple[int, str]] | None:
        raw_id = ids.raw_id(self.subject, "Tweet")
        assert raw_id is not None
        root = await self.context.loaders.tweet_by_id.load(raw_id)
        return await self.below(root) if isinstance(root, Tweet) else None

    async def below(self, tweet: Tweet) -> dict[int, tuple[int, str]]:
        found: dict[int, tuple[int, str]] = {}
        level = [tweet]
        while level:
            pages = await listings.replies(level, self.context, page=PAGE)
            found |= {
                reply.id: (parent.id, reply.text)
                for parent, page in zip(level, pages, strict=True)
                for reply in page.nodes
            }
            level = [reply for page in pages for reply in page.nodes]
        return found

    async def take(self, change: Any) -> None:
        assert self.there is not None
        match change:
            case ReplyAdded(reply) | ReplyEdited(reply):
                parent_id = reply.in_reply_to_id
                # Of one whose parent comes only now, the parent brings it.
                if parent_id in self.there or parent_id == ids.raw_id(self.subject, "Tweet"):
                    self.context.renew()
                    self.there |= {reply.id: (parent_id, reply.text)} | await self.below(reply)
            case ReplyRemoved(reply_id) | ReplyHidden(reply_id):
                self.remove(reply_id)
            case _:
                raise AssertionError(change)

    def remove(self, reply_id: int) -> None:
        assert self.there is not None
        self.there.pop(reply_id, None)
        for each in [each for each, (parent_id, _) in self.there.items() if parent_id == reply_id]:
            self.remove(each)
