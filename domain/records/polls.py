"""Polls: each belongs to one tweet and has its id."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain import ids


class PollOption(msgspec.Struct, frozen=True):
    position: int
    text: str
    votes: int


class Poll(msgspec.Struct, frozen=True):
    tweet_id: int
    options: tuple[PollOption, ...]
    """By position."""
    voters: int
    ends_at: datetime
    is_multiple: bool
    viewer_votes: tuple[int, ...] | None
    """Positions; None when nobody is signed in."""

    @property
    def global_id(self) -> ids.GlobalId:
        return ids.global_id("Poll", self.tweet_id)
