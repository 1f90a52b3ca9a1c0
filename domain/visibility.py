"""What a viewer is shown of a stored thing, once `stores/visibility.py` has decided what they may see of it."""

from __future__ import annotations

from datetime import timedelta

from domain.records import (
    StoredTweet,
    StoredUser,
    TweetResult,
    TweetTombstone,
    TweetUnavailable,
    UserResult,
    UserUnavailable,
)

RESTORABLE_FOR = timedelta(days=30)
"""001:725: a deleted tweet can be restored for 30 days and is then purged."""


def user_as_seen(stored: StoredUser) -> UserResult:
    if stored.hidden is None:
        return stored.user
    return UserUnavailable(id=stored.user.id, reason=stored.hidden, username=stored.user.username)


def tweet_as_seen(stored: StoredTweet, *, viewer_id: int | None) -> TweetResult:
    """Where the viewer asks for this very tweet."""
    if stored.hidden is not None:
        return TweetUnavailable(id=stored.tweet.id, reason=stored.hidden)
    if stored.deleted_at is not None:
        own = stored.tweet.author_id == viewer_id
        return TweetTombstone(
            id=stored.tweet.id,
            deleted_at=stored.deleted_at,
            restorable_until=stored.deleted_at + RESTORABLE_FOR if own else None,
        )
    return stored.tweet


def tweet_as_embedded(stored: StoredTweet, *, viewer_id: int | None) -> TweetResult:
    """Where another tweet brings it along: what the viewer has muted is not shown unasked."""
    seen = tweet_as_seen(stored, viewer_id=viewer_id)
    if seen is stored.tweet and stored.filtered is not None:
        return TweetUnavailable(id=stored.tweet.id, reason=stored.filtered)
    return seen
