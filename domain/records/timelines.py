"""Entries and live events of timelines."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from domain import ids
from domain.pages import Connection, Edge
from domain.records.tweets import Tweet


class TimelineReasonCode(StrEnum):
    FOLLOWED = "FOLLOWED"
    SELF = "SELF"
    RETWEET = "RETWEET"
    AUTHOR = "AUTHOR"
    LIST = "LIST"
    MENTION = "MENTION"
    HASHTAG = "HASHTAG"


class FreshnessState(StrEnum):
    LIVE = "LIVE"
    STALE = "STALE"
    REBUILDING = "REBUILDING"
    PARTIAL = "PARTIAL"


class TimelineSource(StrEnum):
    CACHE = "CACHE"
    MERGED = "MERGED"
    DATABASE = "DATABASE"


class TimelineMode(StrEnum):
    CHRONOLOGICAL = "CHRONOLOGICAL"
    RANKED = "RANKED"


class CatchUpOrder(StrEnum):
    OLDEST_FIRST = "OLDEST_FIRST"
    NEWEST_FIRST = "NEWEST_FIRST"


class GapReason(StrEnum):
    SLOW_CONSUMER = "SLOW_CONSUMER"
    CONNECTION_LOST = "CONNECTION_LOST"
    FOLLOWS_CHANGED = "FOLLOWS_CHANGED"
    MUTES_CHANGED = "MUTES_CHANGED"


class TimelineReason(msgspec.Struct, frozen=True):
    code: TimelineReasonCode
    via_ids: tuple[int, ...] = ()
    """Whose doing it is that the tweet is there."""


class RankExplanation(msgspec.Struct, frozen=True):
    score: float
    engagement: float
    recency: float
    affinity: float


class TimelineTweet(msgspec.Struct, frozen=True):
    tweet: Tweet
    reason: TimelineReason
    rank: RankExplanation | None = None
    """What a ranked timeline has placed it by."""


class Freshness(msgspec.Struct, frozen=True):
    state: FreshnessState
    source: TimelineSource
    as_of: datetime


class TimelinePage(Connection[TimelineTweet], frozen=True):
    listing: str
    """What its cursors are of."""
    parent_id: int | str
    """Whose or which timeline it is among those of the listing."""
    freshness: Freshness


class Hashtag(msgspec.Struct, frozen=True):
    name: str
    """A `hashtag_key`."""

    @property
    def id(self) -> str:
        return self.name


class TimelineItemAdded(msgspec.Struct, frozen=True):
    edge: Edge[TimelineTweet]


class TimelineItemRemoved(msgspec.Struct, frozen=True):
    raw_tweet_id: int

    @property
    def tweet_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.raw_tweet_id)


class StreamGap(msgspec.Struct, frozen=True):
    reason: GapReason


class Heartbeat(msgspec.Struct, frozen=True):
    at: datetime


HomeTimelineChange: TypeAlias = TimelineItemAdded | TimelineItemRemoved | StreamGap | Heartbeat


class HomeEvent(msgspec.Struct, frozen=True):
    cursor: ids.Cursor
    at: datetime
    event: HomeTimelineChange
