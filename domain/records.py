"""What the layers hand to each other: frozen, slotted records, one per thing the API can show."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from domain import ids
from domain.pages import Edge
from domain.text import Entity


class AccountStatus(StrEnum):
    ACTIVE = "ACTIVE"
    DEACTIVATED = "DEACTIVATED"
    SUSPENDED = "SUSPENDED"


class TweetKind(StrEnum):
    ORIGINAL = "ORIGINAL"
    REPLY = "REPLY"


class UnavailableReason(StrEnum):
    NOT_FOUND = "NOT_FOUND"
    DEACTIVATED = "DEACTIVATED"
    SUSPENDED = "SUSPENDED"


class CountPrecision(StrEnum):
    EXACT = "EXACT"
    ESTIMATE = "ESTIMATE"


class FollowState(StrEnum):
    NONE = "NONE"
    FOLLOWING = "FOLLOWING"


class TimelineReasonCode(StrEnum):
    FOLLOWED = "FOLLOWED"
    SELF = "SELF"
    AUTHOR = "AUTHOR"


class GapReason(StrEnum):
    SLOW_CONSUMER = "SLOW_CONSUMER"
    CONNECTION_LOST = "CONNECTION_LOST"
    FOLLOWS_CHANGED = "FOLLOWS_CHANGED"


class User(msgspec.Struct, frozen=True):
    id: int
    username: str
    display_name: str
    region: str | None
    status: AccountStatus
    created_at: datetime

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("User", self.id)


class UserUnavailable(msgspec.Struct, frozen=True):
    reason: UnavailableReason
    username: str
    """Empty where the account no longer exists."""


UserResult: TypeAlias = User | UserUnavailable


class Tweet(msgspec.Struct, frozen=True):
    id: int
    author_id: int
    text: str
    entities: tuple[Entity, ...]
    weighted_length: int
    in_reply_to_id: int | None
    in_reply_to_user_id: int | None
    created_at: datetime

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.id)

    @property
    def kind(self) -> TweetKind:
        return TweetKind.ORIGINAL if self.in_reply_to_id is None else TweetKind.REPLY


class TweetTombstone(msgspec.Struct, frozen=True):
    id: int
    deleted_at: datetime

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.id)


class TweetUnavailable(msgspec.Struct, frozen=True):
    id: int
    reason: UnavailableReason

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.id)


TweetResult: TypeAlias = Tweet | TweetTombstone | TweetUnavailable


class StoredTweet(msgspec.Struct, frozen=True):
    """A tweet as it lies in the database, before the visibility predicate has spoken."""

    tweet: Tweet
    deleted_at: datetime | None
    author_status: AccountStatus


class Count(msgspec.Struct, frozen=True):
    value: int
    precision: CountPrecision
    as_of: datetime


class TweetCounts(msgspec.Struct, frozen=True):
    likes: int = 0
    replies: int = 0


class UserCounts(msgspec.Struct, frozen=True):
    followers: int = 0
    following: int = 0
    tweets: int = 0


class TweetViewerState(msgspec.Struct, frozen=True):
    liked: bool


class UserViewerState(msgspec.Struct, frozen=True):
    following: FollowState
    followed_by: bool


class Viewer(msgspec.Struct, frozen=True):
    """Who is asking: the account and the session (refresh-token family) the request came with."""

    user: User
    email: str
    session_id: int


class TokenPair(msgspec.Struct, frozen=True):
    access_token: str
    access_token_expires_at: datetime
    refresh_token: str


class TimelineReason(msgspec.Struct, frozen=True):
    code: TimelineReasonCode


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
