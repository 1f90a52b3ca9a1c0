"""How a tweet comes to the home timelines of its author's followers (002:229-246)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

LARGE_FROM = 5_000
"""Followers from which a fan-out has a job of its own."""


class FanoutStrategy(StrEnum):
    """Decided once for each tweet, by its author's followers at the moment of posting: an author who crosses a
    threshold changes nothing about tweets that are there."""

    PUSH_ALL = "PUSH_ALL"
    """To the cached timeline of every follower."""
    PUSH_ACTIVE = "PUSH_ACTIVE"
    """To those that were read in the last 24 hours; the others are rebuilt when they are read again."""
    PULL = "PULL"
    """To nobody: readers ask for it."""


class FanoutThresholds(msgspec.Struct, frozen=True):
    """Followers from which an author's next tweet is pushed to active followers only, and from which it is pulled."""

    popular: int = 100_000
    celebrity: int = 1_000_000


DEFAULT_THRESHOLDS = FanoutThresholds()


class Batch(NamedTuple):
    """The same tweets for each of some users."""

    user_ids: Sequence[int]
    tweet_ids: Sequence[int]


class FanoutReceipt(msgspec.Struct, frozen=True):
    """What became of one tweet's delivery, while it runs: what it has done so far."""

    strategy: FanoutStrategy
    targeted: int = 0
    delivered: int = 0
    skipped_inactive: int = 0
    lag_p50_ms: int | None = None
    lag_p99_ms: int | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
