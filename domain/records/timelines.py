"""Entries and live events of timelines."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from domain import ids
from domain.pages import Edge
from domain.records.tweets import Tweet


class TimelineReasonCode(StrEnum):
    FOLLOWED = "FOLLOWED"
    SELF = "SELF"
    RETWEET = "RETWEET"
    AUTHOR = "AUTHOR"
    LIST = "LIST"


class GapReason(StrEnum):
    SLOW_CONSUMER = "SLOW_CONSUMER"
    CONNECTION_LOST = "CONNECTION_LOST"
    FOLLOWS_CHANGED = "FOLLOWS_CHANGED"
    MUTES_CHANGED = "MUTES_CHANGED"


class TimelineReason(msgspec.Struct, frozen=True):
    code: TimelineReasonCode
    via_ids: tuple[int, ...] = ()
    """Whose doing it is that the tweet is there."""


class TimelineTweet(msgspec.Struct, frozen=True):
    tweet: Tweet
    reason: TimelineReason


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
