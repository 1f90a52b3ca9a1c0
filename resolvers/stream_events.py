"""What the log tells a stream, with the places that a client goes on from."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import TypeVar

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
Event = TypeVar("Event")


async def events(
    context: Context,
    topic: Topic,
    after: ids.Cursor | None,
    refetch: Refetch,
    *,
    is_there: Callable[[Context], Awaitable[bool]],
    changes: Callable[[Context, Told], Awaitable[Sequence[tuple[Place, Event]]]],
) -> AsyncGenerator[tuple[Place, Event | StreamGap | Heartbeat], None]:
    """`changes` says what a piece means to the viewer at this moment; ends when what is watched is not there for them
    any more. Raises BadCursor or FutureCursor."""
    place = None if after is None else parsed_place(after)
    spoke_at = context.runtime.now()
    async with aclosing(context.live.stream(topic, place)) as pieces:
        async for piece in pieces:
            context.renew()
            end = Place(piece.until)
            has_news = isinstance(piece, Missed) or bool(piece.concerns)
            if has_news and not await is_there(context):
                return
            told: Sequence[tuple[Place, Event | StreamGap | Heartbeat]]
            if isinstance(piece, Missed):
                told = [(end, StreamGap(piece.since.cursor, end.cursor, piece.reason, refetch=(refetch,)))]
            else:
                told = await changes(context, piece) if has_news else []
            # What is never shown to this viewer is silence too: without a later place they would fall out of the log.
            if not told and (not has_news or context.runtime.now() - spoke_at >= timedelta(seconds=live.HEARTBEAT_S)):
                told = [(end, Heartbeat(head=end.cursor, at=context.runtime.now()))]
            for place, change in told:
                context.renew()
                yield place, change
                spoke_at = context.runtime.now()


async def always(_: Context) -> bool:
    return True


async def never_seen(context: Context, tweet_ids: Sequence[int]) -> set[int]:
    """Those of the tweets that the viewer could not see if they were there: that they go is not told either."""
    found = await context.loaders.tweet_by_id.load_many(list(tweet_ids))
    return {tweet.id for tweet in found if isinstance(tweet, TweetUnavailable)}
