"""Live events of timelines: what was told by the log, as each viewer may see it now."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

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
from resolvers.stream_events import Watched
from resolvers.timelines import home_item
from services.live import Topic
from services.live_topics import Home

Items: TypeAlias = Callable[[Context, Sequence[int]], Awaitable[Mapping[int, TimelineTweet]]]
"""The entries of a timeline that those of the tweets are which are in it at this moment."""
WatchedTimeline: TypeAlias = Watched[TimelineChange, TimelineEvent]


def home(context: Context, *, after: ids.Cursor | None = None) -> AsyncGenerator[TimelineEvent, None]:
    return stream_events.events(context, _home, after)


async def _home(context: Context) -> WatchedTimeline:
    topic = Home(context.required_viewer().user.id)
    return timeline(topic, "home", Refetch.HOME_TIMELINE, _home_items, told="home")


async def _home_items(context: Context, tweet_ids: Sequence[int]) -> Mapping[int, TimelineTweet]:
    belonging = await context.loaders.home_tweet_by_id.load_many(list(tweet_ids))
    return {
        tweet.id: home_item(tweet, is_own=context.is_viewer(tweet.author_id))
        for tweet in belonging
        if tweet is not None
    }


def timeline(
    topic: Topic,
    listing: str,
    refetch: Refetch,
    items: Items,
    is_there: Callable[[Context], Awaitable[bool]] = stream_events.always,
    *,
    told: Hashable,
) -> WatchedTimeline:
    """The cursors of its entries are of the listing."""
    return Watched(topic, refetch, TimelineEvent, partial(_changes, listing, items), is_there, told)


async def _changes(listing: str, items_of: Items, context: Context, piece: Told) -> list[tuple[Place, TimelineChange]]:
    entry_ids = sorted({concern.entry_id for concern in piece.concerns if concern.entry_id is not None})
    items = await items_of(context, entry_ids)
    never_seen = await stream_events.never_seen(context, [each for each in entry_ids if each not in items])
    return [
        (place, change)
        for concern, place in piece.placed()
        if concern.entry_id not in never_seen and (change := _change(listing, concern, items)) is not None
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
