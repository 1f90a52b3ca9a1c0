"""How long, and how often, a tweet can be edited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import EditLimitReached, EditWindowClosed, NotAllowed, PollCannotBeEdited, RetweetHasNoText

EDIT_WINDOW = timedelta(minutes=30)
"""X's rules, as 001:719 names none: 30 minutes from posting, five edits."""
MAX_EDITS = 5


class Editable(Protocol):
    """A tweet, or what is known of one."""

    @property
    def retweet_of_id(self) -> int | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def version(self) -> int: ...


def edits_left(tweet: Editable) -> int:
    return max(0, MAX_EDITS + 1 - tweet.version)


def editable_until(tweet: Editable) -> datetime:
    return tweet.created_at + EDIT_WINDOW


def why_not_editable(tweet: Editable, *, has_poll: bool, now: datetime) -> NotAllowed | None:
    """Why its author may not edit it; None where they may."""
    if tweet.retweet_of_id is not None:
        return RetweetHasNoText()
    if has_poll:
        return PollCannotBeEdited()
    if now >= editable_until(tweet):
        return EditWindowClosed(minutes=EDIT_WINDOW // timedelta(minutes=1))
    return None if edits_left(tweet) else EditLimitReached(limit=MAX_EDITS)
