"""Entries and live events of timelines."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec

from domain import ids
from domain.pages import Connection, Edge
from domain.records.tweets import Tweet


class TimelineReasonCode(StrEnum):
    FOLLOWED = "FOLLOWED"
    PULLED_LARGE_ACCOUNT = "PULLED_LARGE_ACCOUNT"
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


class TimelineGapReason(StrEnum):
    PAGE_LIMIT = "PAGE_LIMIT"


class UserTimelineFilter(StrEnum):
    TWEETS = "TWEETS"
    TWEETS_AND_REPLIES = "TWEETS_AND_REPLIES"


class TimelineReason(msgspec.Struct, frozen=True, gc=False):
    code: TimelineReasonCode
    via_ids: tuple[int, ...] = ()
    """Whose doing it is that the tweet is there."""


class RankExplanation(msgspec.Struct, frozen=True):
    score: float
    engagement: float
    recency: float
    affinity: float


class TimelineTweet(msgspec.Struct, frozen=True, gc=False):
    tweet: Tweet
    reason: TimelineReason
    rank: RankExplanation | None = None
    """What a ranked timeline has placed it by."""


class TimelineGap(msgspec.Struct, frozen=True):
    """Of a home timeline: what lies strictly between the two keys."""

    newest_key: int
    oldest_key: int
    gap_reason: TimelineGapReason = TimelineGapReason.PAGE_LIMIT

    @property
    def newest(self) -> ids.Cursor:
        return ids.cursor("home", self.newest_key)

    @property
    def oldest(self) -> ids.Cursor:
        return ids.cursor("home", self.oldest_key)


TimelineItem: TypeAlias = TimelineTweet | TimelineGap


class KeptEdge(Edge[TimelineItem], frozen=True, weakref=True):
    """The same object while nothing in it has changed."""

    is_kept: ClassVar[bool] = True


class Freshness(msgspec.Struct, frozen=True):
    state: FreshnessState
    source: TimelineSource
    as_of: datetime


class TimelinePage(Connection[TimelineItem], frozen=True):
    listing: str
    """What its cursors are of."""
    parent_id: int | str
    """Whose or which timeline it is among those of the listing."""
    freshness: Freshness
    live_cursor: ids.Cursor
    """Where a stream goes on from the page."""

    @property
    def tweets(self) -> tuple[Tweet, ...]:
        return tuple(item.tweet for item in self.nodes if isinstance(item, TimelineTweet))


class Hashtag(msgspec.Struct, frozen=True):
    name: str
    """A `hashtag_key`."""

    @property
    def id(self) -> str:
        return self.name
