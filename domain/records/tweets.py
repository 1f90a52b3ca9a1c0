"""Tweets, and what is left of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec

from domain import ids
from domain.records.availability import PermissionState, UnavailableReason
from domain.records.counts import TweetCounts
from domain.records.people import User
from domain.text import Entity


class TweetKind(StrEnum):
    ORIGINAL = "ORIGINAL"
    REPLY = "REPLY"
    RETWEET = "RETWEET"
    QUOTE = "QUOTE"


class ReplyPolicy(StrEnum):
    EVERYONE = "EVERYONE"
    FOLLOWED = "FOLLOWED"
    MENTIONED = "MENTIONED"


class Place(msgspec.Struct, frozen=True):
    """Degrees of WGS 84."""

    latitude: float
    longitude: float
    name: str | None = None


class TweetViewerState(msgspec.Struct, frozen=True, weakref=True):
    is_kept: ClassVar[bool] = True
    """Most people stand to most tweets as others do."""
    liked: bool = False
    retweet_id: int | None = None
    bookmarked: bool = False
    bookmark_folder_id: int | None = None
    thread_muted: bool = False
    pinned: bool = False
    can_reply: PermissionState = PermissionState()
    can_retweet: PermissionState = PermissionState()
    can_quote: PermissionState = PermissionState()
    can_edit: PermissionState = PermissionState()


class Tweet(msgspec.Struct, frozen=True, weakref=True):
    is_kept: ClassVar[bool] = True
    """By the process, while its row is what it was."""
    id: int
    author_id: int
    text: str
    """Empty for a retweet."""
    entities: tuple[Entity, ...]
    weighted_length: int
    created_at: datetime
    conversation_id: int
    in_reply_to_id: int | None = None
    in_reply_to_user_id: int | None = None
    retweet_of_id: int | None = None
    quoted_id: int | None = None
    thread_id: int | None = None
    thread_index: int | None = None
    reply_policy: ReplyPolicy = ReplyPolicy.EVERYONE
    hidden_at: datetime | None = None
    is_sensitive: bool = False
    language: str | None = None
    place: Place | None = None
    version: int = 1
    edited_at: datetime | None = None
    is_pulled: bool = False
    """Readers look for it: its author had too many followers for it to be pushed."""

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("Tweet", self.id)

    @property
    def kind(self) -> TweetKind:
        if self.retweet_of_id is not None:
            return TweetKind.RETWEET
        if self.in_reply_to_id is not None:
            return TweetKind.REPLY
        return TweetKind.ORIGINAL if self.quoted_id is None else TweetKind.QUOTE


class AuthoredTweet(Tweet, frozen=True, kw_only=True):
    """That was read together with its author."""

    author: User


class HydratedTweet(AuthoredTweet, frozen=True, kw_only=True):
    """That was read together with what clients ask of nearly every tweet, for one viewer."""

    counts: TweetCounts
    """Of a retweet, those of what it retweets."""
    viewer_state: TweetViewerState


class TweetTombstone(msgspec.Struct, frozen=True):
    id: int
    deleted_at: datetime
    restorable_until: datetime | None = None
    """For its author only."""

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
    """A tweet as it lies in the database, with what the visibility predicate says of it to one viewer."""

    tweet: Tweet
    deleted_at: datetime | None
    hidden: UnavailableReason | None
    """The viewer may not see it anywhere."""
    filtered: UnavailableReason | None
    """The viewer does not want to see it unless they ask for it."""
