"""What has happened: written to the outbox in the transaction that made it so. Ids only, no content."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class TweetPosted(msgspec.Struct, frozen=True, tag=True):
    tweet_id: int


class TweetDeleted(msgspec.Struct, frozen=True, tag=True):
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


Event: TypeAlias = TweetPosted | TweetDeleted | TweetLiked | UserFollowed | UserUnfollowed
EVENT_TYPES: tuple[type[Event], ...] = (TweetPosted, TweetDeleted, TweetLiked, UserFollowed, UserUnfollowed)


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
