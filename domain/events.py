"""What has happened: written to the outbox in the transaction that made it so. Ids only, no content."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias, get_args

import msgspec


class TweetPosted(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int


class TweetEdited(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int
    version: int
    """Which the edit made."""


class TweetDeleted(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int
    version: int = 1


class TweetRestored(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int
    version: int


class PollEnded(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int


class TweetLiked(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int
    user_id: int


class UserFollowed(msgspec.Struct, frozen=True, tag=True):
    follower_id: int
    followee_ids: tuple[int, ...]


class UserUnfollowed(msgspec.Struct, frozen=True, tag=True):
    follower_id: int
    followee_id: int


class UserUnprotected(msgspec.Struct, frozen=True, tag=True):
    user_id: int


class UserBlocked(msgspec.Struct, frozen=True, tag=True):
    blocker_id: int
    blocked_id: int


class UserUnblocked(msgspec.Struct, frozen=True, tag=True):
    blocker_id: int
    blocked_id: int


class EmailVerificationRequested(msgspec.Struct, frozen=True, tag=True):
    user_id: int


class EmailChangeRequested(msgspec.Struct, frozen=True, tag=True):
    user_id: int


class PasswordResetRequested(msgspec.Struct, frozen=True, tag=True):
    user_id: int
    """Zero where the request named no verified address."""


class PasswordReset(msgspec.Struct, frozen=True, tag=True):
    user_id: int


Event: TypeAlias = (
    TweetPosted
    | TweetEdited
    | TweetDeleted
    | TweetRestored
    | PollEnded
    | TweetLiked
    | UserFollowed
    | UserUnfollowed
    | UserUnprotected
    | UserBlocked
    | UserUnblocked
    | EmailVerificationRequested
    | EmailChangeRequested
    | PasswordResetRequested
    | PasswordReset
)
EVENT_TYPES: tuple[type[Event], ...] = get_args(Event)


class Lane(IntEnum):
    """What an event may have to wait for: those of one lane never wait for those of another."""

    ORDINARY = 0
    LARGE_FAN_OUT = 1


class StoredEvent(msgspec.Struct, frozen=True):
    """An outbox row: `id` is unique for ever, `attempts` counts the times it was handled and failed."""

    id: int
    event: Event
    attempts: int


_DECODER = msgspec.json.Decoder(Event)


def encoded(event: Event) -> str:
    return msgspec.json.encode(event).decode()


def decoded(payload: str) -> Event:
    event: Event = _DECODER.decode(payload)
    return event
