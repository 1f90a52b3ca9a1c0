"""Live events of timelines: what was told by the log, as each viewer may see it now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from domain import ids, retweets
from domain.changes import ChangeKind, Concern, Place, Relation, Told
from domain.pages import Edge
from domain.records import (
    Refetch,
    TimelineChange,
    TimelineEvent,
    TimelineItemAdded,
    TimelineItemEdited,
    TimelineItemRemoved,
    TimelineRebuilt,
    TimelineTweet,
)
from resolvers import stream_events
from resolvers.context import Context
from resolvers.timelines import home_item
from services import home_timelines
from services.live import Topic
from services.live_topics import Home


@dataclass(frozen=True, slots=True)
class Streamed:
    """A timeline that is watched."""

    topic: Topic
    listing: str
    """What the cursors of its entries are of."""
    refetch: Refetch
    items: Callable[[Context, Sequence[int]], Awaitable[Mapping[int, TimelineTweet]]]
    """The entries that those of the tweets are which are in it at this moment."""
    is_there: Callable[[Context], Awaitable[bool]] = stream_events.always


async def home(context: Context, *, after: ids.Cursor | None = None) -> AsyncIterator[TimelineEvent]:
    viewer_id = context.required_viewer().user.id
    streamed = Streamed(Home(viewer_id), "home", Refetch.HOME_TIMELINE, partial(_home_items, viewer_id))
    async for event in timeline_events(context, streamed, after):
        yield event


async def _home_items(viewer_id: int, context: Context, tweet_ids: Sequence[int]) -> Mapping[int, TimelineTweet]:
    belonging = await home_timelines.belonging(context.runtime.database, viewer_id, tweet_ids)
    return {tweet_id: home_item(tweet, viewer_id) for tweet_id, tweet in belonging.items()}


async def timeline_events(
    context: Context, streamed: Streamed, after: ids.Cursor | None
) -> AsyncIterator[TimelineEvent]:
    changes = partial(_changes, streamed)
    async with aclosing(
        stream_events.events(
            context, streamed.topic, after, streamed.refetch, is_there=streamed.is_there, changes=changes
        )
    ) as events:
        async for place, change in events:
            yield TimelineEvent(cursor=place.cursor, at=context.runtime.now(), event=change)


async def _changes(streamed: Streamed, context: Context, piece: Told) -> list[tuple[Place, TimelineChange]]:
    entry_ids = sorted({concern.entry_id for concern in piece.concerns if concern.entry_id is not None})
    items = await streamed.items(context, entry_ids)
    never_seen = await stream_events.never_seen(context, [each for each in entry_ids if each not in items])
    return [
        (place, change)
        for concern, place in piece.placed()
        if concern.entry_id not in never_seen and (change := _change(streamed.listing, concern, items)) is not None
    ]


def _change(listing: str, concern: Concern, items: Mapping[int, TimelineTweet]) -> TimelineChange | None:
    kind, entry_id = concern.change.kind, concern.entry_id
    if entry_id is None:
        return TimelineRebuilt(stream_events.REBUILDS[kind])
    if entry_id not in items:
        # What comes new and is not shown never was, unless it makes a later retweet a repeat.
        was_never_shown = concern.relation is Relation.ITSELF and kind is ChangeKind.TWEET_POSTED
        stays_a_repeat = concern.relation is Relation.LATER_SIBLING and kind is ChangeKind.TWEET_DELETED
        return None if was_never_shown or stays_a_repeat else TimelineItemRemoved(entry_id)
    edge = Edge(cursor=ids.cursor(listing, entry_id), node=items[entry_id])
    if kind is ChangeKind.TWEET_EDITED:
        return TimelineItemEdited(edge)
    if concern.relation is not Relation.LATER_SIBLING:
        return TimelineItemAdded(edge)
    was_a_repeat = kind is ChangeKind.TWEET_DELETED and _is_soon_after(concern)
    return TimelineItemAdded(edge) if was_a_repeat else None


def _is_soon_after(concern: Concern) -> bool:
    assert concern.entry_id is not None
    assert concern.change.tweet_id is not None
    return ids.created_at(concern.entry_id) - ids.created_at(concern.change.tweet_id) <= retweets.ONCE_WITHIN
