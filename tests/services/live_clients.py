"""Clients of live timelines: each knows only what it was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from typing import cast

from domain.changes import Place, parsed_place
from domain.errors import BadArgument
from domain.records import (
    Heartbeat,
    RebuildCause,
    ReplyAdded,
    ReplyEdited,
    ReplyRemoved,
    StreamGap,
    ThreadEvent,
    ThreadRebuilt,
    TimelineEvent,
    TimelineItemAdded,
    TimelineItemEdited,
    TimelineItemRemoved,
    TimelineRebuilt,
    TimelineTweet,
    Tweet,
)
from services.live import LiveHub
from services.runtime import Runtime
from tests.services.live_timelines import Watched


class Client:
    """Has read the first page and keeps it as it is told to; goes on from where it has come to, on whatever process."""

    def __init__(self, runtime: Runtime, timeline: Watched) -> None:
        self.runtime, self.timeline = runtime, timeline
        self.hub: LiveHub | None = None
        """The process it is connected to."""
        self.shown: set[int] = set()
        self.floor = 0
        """It knows nothing of what is older."""
        self.parents: dict[int, int] = {}
        """Of replies."""
        self.place: Place | None = None
        self.passed: list[Place] = []
        self.told: list[Counter[int | RebuildCause]] = [Counter()]
        """What it was told, by entry or cause, between moments at which it went back."""
        self.may_come_again: list[tuple[int | RebuildCause, Place]] = []
        """What it was told last before a loss, and where that was: something of a change that means more."""
        self._told_here: list[int | RebuildCause] = []
        self.is_up_to_date = True
        """Without having read another page since this was last set."""
        self.rebuilds = self.gaps = 0
        self._events: AsyncGenerator[TimelineEvent | ThreadEvent, None] | None = None

    async def connect(self, hub: LiveHub) -> None:
        self.hub = hub
        if self.place is None:
            await self._read_page(hub, goes_on_from_it=True)
        assert self.place is not None
        context = self.timeline.context(self.runtime, hub)
        events = self.timeline.events(context, after=self.place.cursor)
        self._events = cast(AsyncGenerator[TimelineEvent | ThreadEvent, None], events)

    async def disconnect(self) -> None:
        """At whatever it was about to be told."""
        if self._events is not None:
            await self._events.aclose()
        self.lost()

    def lost(self) -> None:
        """The stream is no more."""
        self.hub = self._events = None
        if self.place is not None:
            self.may_come_again += [(what, self.place) for what in self._told_here]
        self._told_here.clear()

    async def go_back(self, place: Place) -> None:
        """Goes on from where it was before: what it was told since may come again."""
        await self.disconnect()
        self.place = place
        self.told.append(Counter())

    async def take(self) -> TimelineEvent | ThreadEvent | None:
        """What it is told next; None when the timeline is not there for its viewer, who starts anew some time."""
        assert self._events is not None
        try:
            event = await anext(self._events, None)
        except BadArgument:
            event = None
        if event is None:
            await self.disconnect()
            self.place = None
            self.told.append(Counter())
            return None
        place = parsed_place(event.cursor)
        assert self.place is not None
        assert not place.latest.is_older_than(self.place.latest), "a stream goes forward"
        came_from, self.place = self.place, place
        self.passed.append(place)
        if place != came_from:
            self._told_here.clear()
        match event.event:
            case TimelineItemAdded(edge) | TimelineItemEdited(edge):
                assert isinstance(edge.node, TimelineTweet)
                self._count(edge.node.tweet.id)
                if edge.node.tweet.id >= self.floor:
                    self.shown.add(edge.node.tweet.id)
            case ReplyAdded(reply) | ReplyEdited(reply):
                self._count(reply.id)
                await self._show_reply(reply)
            case TimelineItemRemoved(tweet_id) | ReplyRemoved(tweet_id):
                self._count(tweet_id)
                self._show_no_more(tweet_id)
            case TimelineRebuilt(cause) | ThreadRebuilt(cause):
                self._count(cause)
                self.rebuilds += 1
                await self._start_again()
            case StreamGap(since, to):
                assert not parsed_place(since).latest.is_older_than(came_from.latest), "all before the gap was told"
                assert to == event.cursor, "all behind the gap will be told"
                self.gaps += 1
                await self._start_again()
            case Heartbeat(head):
                assert head == event.cursor
        return event

    def _count(self, what: int | RebuildCause) -> None:
        self.told[-1][what] += 1
        self._told_here.append(what)

    async def _start_again(self) -> None:
        """With a page of now, on the stream as it runs or on one that begins where the page was read."""
        self.is_up_to_date = False
        hub = self.hub
        assert hub is not None
        goes_on_from_it = (self.rebuilds + self.gaps) % 2 == 0
        await self._read_page(hub, goes_on_from_it=goes_on_from_it)
        if goes_on_from_it:
            await self.disconnect()
            await self.connect(hub)

    async def _show_reply(self, reply: Tweet) -> None:
        """With what is below it, where its parent is shown; it comes with its parent otherwise."""
        assert self.hub is not None
        assert reply.in_reply_to_id is not None
        timeline = self.timeline
        if reply.id not in self.shown and {reply.in_reply_to_id} & {timeline.root_id, *self.shown}:
            below = await timeline.below(timeline.context(self.runtime, self.hub), [reply])
            self.parents |= {reply.id: reply.in_reply_to_id, **below}
            self.shown |= {reply.id, *below}

    def _show_no_more(self, tweet_id: int) -> None:
        self.shown.discard(tweet_id)
        for reply_id in [each for each in self.shown if self.parents.get(each) == tweet_id]:
            self._show_no_more(reply_id)

    async def _read_page(self, hub: LiveHub, *, goes_on_from_it: bool) -> None:
        page = await self.timeline.read(self.timeline.context(self.runtime, hub))
        self.shown, self.floor, self.parents = set(page.shown), page.floor, dict(page.parents)
        if goes_on_from_it:
            place = page.place
            if self.place is not None and place.latest.is_older_than(self.place.latest):
                # A process that has not heard of it yet gives the place that it has come to.
                self.told.append(Counter())
            self.place = place

    async def catch_up(self) -> bool:
        """Is told everything that its process has heard of; False when the timeline is not there for its viewer."""
        assert self.hub is not None
        heard = self.hub.seen
        while (event := await self.take()) is not None:
            if isinstance(event.event, Heartbeat) and not parsed_place(event.cursor).seen.is_older_than(heard):
                return True
        return False
