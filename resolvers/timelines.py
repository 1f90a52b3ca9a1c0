"""Entries of home timelines and their live events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from domain import ids
from domain.pages import Edge
from domain.records import (
    GapReason,
    Heartbeat,
    HomeEvent,
    HomeTimelineChange,
    RankExplanation,
    StreamGap,
    TimelineItemAdded,
    TimelineItemRemoved,
    TimelineReason,
    TimelineReasonCode,
    TimelineTweet,
    Tweet,
    User,
)
from resolvers.context import Context
from services import home_timelines
from stores.live import Signal

HEARTBEAT_S = 20.0
REMEMBERED = 1_000
"""Tweets a subscription remembers having shown: a job that runs twice announces twice."""


def home_item(tweet: Tweet, viewer_id: int, rank: RankExplanation | None = None) -> TimelineTweet:
    if tweet.retweet_of_id is not None:
        return TimelineTweet(tweet, TimelineReason(TimelineReasonCode.RETWEET, via_ids=(tweet.author_id,)), rank)
    own = tweet.author_id == viewer_id
    return TimelineTweet(tweet, TimelineReason(TimelineReasonCode.SELF if own else TimelineReasonCode.FOLLOWED), rank)


async def via(parents: list[TimelineReason], context: Context) -> list[list[User]]:
    people = iter(
        await context.loaders.user_by_id.load_many([user_id for parent in parents for user_id in parent.via_ids])
    )
    found = [[next(people) for _ in parent.via_ids] for parent in parents]
    return [[user for user in users if isinstance(user, User)] for users in found]


async def home_events(context: Context) -> AsyncIterator[HomeEvent]:
    """Begins with a heartbeat: whatever is posted after it is in the stream, or a gap says that it is not."""
    viewer_id = context.required_viewer().user.id
    async with context.live.subscribed(viewer_id) as subscription:
        shown: dict[int, None] = {}
        await context.live.hearing.wait()
        head = context.runtime.snowflakes.next()
        yield _event(context, head, Heartbeat(at=context.runtime.now()))
        while True:
            try:
                signals = await asyncio.wait_for(subscription.take(), timeout=HEARTBEAT_S)
            except TimeoutError:
                await context.live.hearing.wait()
                yield _event(context, head, Heartbeat(at=context.runtime.now()))
                continue
            for tweet_id, change in await _changes(context, viewer_id, signals, shown):
                head = head if tweet_id is None else max(head, tweet_id)
                context.renew()
                yield _event(context, head if tweet_id is None else tweet_id, change)


async def _changes(
    context: Context, viewer_id: int, signals: list[Signal], shown: dict[int, None]
) -> list[tuple[int | None, HomeTimelineChange]]:
    """What the signals mean to this viewer, by the rules of the timeline at this moment."""
    added = [signal[1] for signal in signals if isinstance(signal, tuple) and signal[0] == "added"]
    belonging = await home_timelines.belonging(context.runtime.database, viewer_id, added)
    changes: list[tuple[int | None, HomeTimelineChange]] = []
    for signal in signals:
        if isinstance(signal, GapReason):
            changes.append((None, StreamGap(reason=signal)))
            continue
        kind, tweet_id = signal
        if kind == "removed":
            changes.append((tweet_id, TimelineItemRemoved(raw_tweet_id=tweet_id)))
        elif tweet_id in belonging and tweet_id not in shown:
            shown[tweet_id] = None
            if len(shown) > REMEMBERED:
                del shown[next(iter(shown))]
            edge = Edge(cursor=ids.cursor("home", tweet_id), node=home_item(belonging[tweet_id], viewer_id))
            changes.append((tweet_id, TimelineItemAdded(edge=edge)))
    return changes


def _event(context: Context, key: int, change: HomeTimelineChange) -> HomeEvent:
    return HomeEvent(cursor=ids.cursor("home", key), at=context.runtime.now(), event=change)
