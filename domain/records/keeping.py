"""What is kept of tweets: earlier versions, deleted ones, bookmarks."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import ids
from domain.records.tweets import Tweet
from domain.text import Entity


class TweetVersion(msgspec.Struct, frozen=True):
    version: int
    text: str
    entities: tuple[Entity, ...]
    weighted_length: int
    created_at: datetime


class EditControls(msgspec.Struct, frozen=True):
    eligible: bool
    until: datetime
    remaining: int


class DeletedTweet(msgspec.Struct, frozen=True):
    """Its author's view of a tweet that can be restored."""

    tweet: Tweet
    deleted_at: datetime
    restorable_until: datetime


class BookmarkFolder(msgspec.Struct, frozen=True):
    id: int
    name: str

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("BookmarkFolder", self.id)
