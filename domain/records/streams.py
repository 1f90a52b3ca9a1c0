"""Live events."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from domain import ids
from domain.pages import Edge
from domain.records.timelines import TimelineTweet
from domain.records.tweets import Tweet


class GapReason(StrEnum):
    RETENTION = "RETENTION"
    SLOW_CONSUMER = "SLOW_CONSUMER"


class RebuildCause(StrEnum):
    FOLLOWS_CHANGED = "FOLLOWS_CHANGED"
    MUTES_CHANGED = "MUTES_CHANGED"
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
    LIST_CHANGED = "LIST_CHANGED"


class Refetch(StrEnum):
    HOME_TIMELINE = "HOME_TIMELINE"
    USER_TIMELINE = "USER_TIMELINE"
    LIST_TIMELINE = "LIST_TIMELINE"
    HASHTAG = "HASHTAG"
    THREAD = "THREAD"
    VIEWER_STATE = "VIEWER_STATE"


class TimelineItemAdded(msgspec.Struct, frozen=True):
    edge: Edge[TimelineTweet]


class TimelineItemEdited(msgspec.Struct, frozen=True):
    edge: Edge[TimelineTweet]


class TimelineItemRemoved(msgspec.Struct, frozen=True):
    raw_tweet_id: int

    @property
    def tweet_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.raw_tweet_id)


class TimelineRebuilt(msgspec.Struct, frozen=True):
    cause: RebuildCause


class StreamGap(msgspec.Struct, frozen=True):
    since: ids.Cursor
    to: ids.Cursor
    reason: GapReason
    refetch: tuple[Refetch, ...]


class Heartbeat(msgspec.Struct, frozen=True):
    head: ids.Cursor
    at: datetime


TimelineChange: TypeAlias = (
    TimelineItemAdded | TimelineItemEdited | TimelineItemRemoved | TimelineRebuilt | StreamGap | Heartbeat
)


class TimelineEvent(msgspec.Struct, frozen=True):
    cursor: ids.Cursor
    at: datetime
    event: TimelineChange


class ReplyAdded(msgspec.Struct, frozen=True):
    reply: Tweet

    @property
    def parent_id(self) -> ids.GlobalId:
        assert self.reply.in_reply_to_id is not None
        return ids.global_id("Tweet", self.reply.in_reply_to_id)


class ReplyEdited(msgspec.Struct, frozen=True):
    reply: Tweet


class ReplyRemoved(msgspec.Struct, frozen=True):
    raw_reply_id: int

    @property
    def reply_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.raw_reply_id)


class ReplyHidden(msgspec.Struct, frozen=True):
    raw_reply_id: int

    @property
    def reply_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.raw_reply_id)


class ThreadRebuilt(msgspec.Struct, frozen=True):
    cause: RebuildCause


ThreadChange: TypeAlias = ReplyAdded | ReplyEdited | ReplyRemoved | ReplyHidden | ThreadRebuilt | StreamGap | Heartbeat


class ThreadEvent(msgspec.Struct, frozen=True):
    cursor: ids.Cursor
    at: datetime
    event: ThreadChange
