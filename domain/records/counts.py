"""How many of something there are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class CountPrecision(StrEnum):
    EXACT = "EXACT"
    ESTIMATE = "ESTIMATE"
    AT_LEAST = "AT_LEAST"


class Count(msgspec.Struct, frozen=True):
    value: int
    precision: CountPrecision
    as_of: datetime | None = None
    """None for the moment at which it is told."""


class TweetCounts(msgspec.Struct, frozen=True, gc=False):
    likes: int = 0
    retweets: int = 0
    quotes: int = 0
    replies: int = 0
    bookmarks: int = 0


class UserCounts(msgspec.Struct, frozen=True):
    followers: int = 0
    following: int = 0
    tweets: int = 0


class Views(msgspec.Struct, frozen=True):
    viewers: int
    """An estimate."""
    counted_at: datetime


class Engagement(msgspec.Struct, frozen=True, weakref=True):
    """What people do with a tweet."""

    counts: TweetCounts
    views: Views | None
    """None where nobody was counted yet."""

    @property
    def figures(self) -> tuple[TweetCounts, int | None]:
        return self.counts, None if self.views is None else self.views.viewers
