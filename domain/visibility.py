"""The one predicate: what a viewer may see of a stored thing. `stores/visibility.py` is its SQL twin."""

from __future__ import annotations

from domain.records import (
    AccountStatus,
    StoredTweet,
    TweetResult,
    TweetTombstone,
    TweetUnavailable,
    UnavailableReason,
    User,
    UserResult,
    UserUnavailable,
)

_REASONS = {
    AccountStatus.DEACTIVATED: UnavailableReason.DEACTIVATED,
    AccountStatus.SUSPENDED: UnavailableReason.SUSPENDED,
}


def user_as_seen(user: User, *, viewer_id: int | None) -> UserResult:
    if user.status is AccountStatus.ACTIVE or user.id == viewer_id:
        return user
    return UserUnavailable(reason=_REASONS[user.status], username=user.username)


def tweet_as_seen(stored: StoredTweet, *, viewer_id: int | None) -> TweetResult:
    if stored.author_status is not AccountStatus.ACTIVE and stored.tweet.author_id != viewer_id:
        return TweetUnavailable(id=stored.tweet.id, reason=_REASONS[stored.author_status])
    if stored.deleted_at is not None:
        return TweetTombstone(id=stored.tweet.id, deleted_at=stored.deleted_at)
    return stored.tweet
