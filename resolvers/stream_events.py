"""What the log tells a stream, with the places that a client goes on from."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from domain import ids
from domain.changes import ChangeKind, Place, Told, parsed_place
from domain.records import Heartbeat, RebuildCause, Refetch, StreamGap, TweetUnavailable
from resolvers.context import Context
from services import live
from services.live import Missed, Topic

REBUILDS = {
    ChangeKind.FOLLOWS_CHANGED: RebuildCause.FOLLOWS_CHANGED,
    ChangeKind.MUTES_CHANGED: RebuildCause.MUTES_CHANGED,
    ChangeKind.ACCOUNT_CHANGED: RebuildCause.ACCOUNT_CHANGED,
    ChangeKind.LIST_CHANGED: RebuildCause.LIST_CHANGED,
}
Change = TypeVar("Change")
Event = TypeVar("Event")


async def always(_: Context) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Watched(Generic[Change, Event]):
    """What a stream is of, and what its events are."""

    topic: Topic
    refetch: Refetch
    event: Callable[[ids.Cursor, datetime, Change | StreamGap | Heartbeat], Event]
    changes: Callable[[Context, Told], Awaitable[Sequence[tuple[Place, Change]]]]
    """What a piece means to the context's viewer at this moment."""
    is_there: Callable[[Context], Awaitable[bool]] = always
    """For the context's viewer; when it is not, the stream ends."""
    told: Hashable = None
    """What `changes` and `is_there` are of. Streams with the same can be told together; those with None never are."""


async def events(
    context: Context, opened: Callable[[Context], Awaitable[Watched[Change, Event]]], after: ids.Cursor | None
) -> AsyncGenerator[Event, None]:
    """Raises BadCursor or FutureCursor, and what `opened` raises."""
    watched = await opened(context)
    place = None if after is None else parsed_place(after)
    hearer = None
    if context.hearer_for is not None and watched.told is not None:
        hearer = context.hearer_for(context, watched.told, partial(_worth, watched))
    spoke_at = context.runtime.now()
    async with aclosing(context.live.stream(watched.topic, place, hearer)) as pieces:
        async for piece in pieces:
            context.renew()
            end = Place(piece.until)
            has_news = isinstance(piece, Missed) or bool(piece.concerns)
            if has_news and not await watched.is_there(context):
                return
            told: Sequence[tuple[Place, Change | StreamGap | Heartbeat]]
            if isinstance(piece, Missed):
                told = [(end, StreamGap(piece.since.cursor, end.cursor, piece.reason, refetch=(watched.refetch,)))]
            else:
                told = await watched.changes(context, piece) if has_news else []
            # What is never shown to this viewer is silence too: without a later place they would fall out of the log.
            if not told and (not has_news or context.runtime.now() - spoke_at >= timedelta(seconds=live.HEARTBEAT_S)):
                told = [(end, Heartbeat(head=end.cursor, at=context.runtime.now()))]
            for place, change in told:
                yield watched.event(place.cursor, context.runtime.now(), change)
                context.renew()
                spoke_at = context.runtime.now()


async def _worth(watched: Watched[Change, Event], context: Context, piece: Told) -> Sequence[Event] | None:
    if not await watched.is_there(context):
        return None
    changes = await watched.changes(context, piece)
    return [watched.event(place.cursor, context.runtime.now(), change) for place, change in changes]


async def never_seen(context: Context, tweet_ids: Sequence[int]) -> set[int]:
    """Those of the tweets that the viewer could not see if they were there: that they go is not told either."""
    found = await context.loaders.tweet_by_id.load_many(list(tweet_ids))
    return {tweet.id for tweet in found if isinstance(tweet, TweetUnavailable)}
