"""What somebody may do with a tweet that they can see: the same answer before trying and when trying."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.edits import why_not_editable
from domain.errors import NotAllowedReason
from domain.records import PermissionState, ReplyPolicy

EDITING_ANOTHERS = PermissionState(NotAllowedReason.NOT_THE_AUTHOR)
_ALLOWED = PermissionState()
_QUOTE_INSTEAD = "Quote the tweet instead."
_POST_ANEW = "Delete the tweet and post it anew."


class Standing(msgspec.Struct, frozen=True):
    """How somebody stands to a tweet. The root is the first tweet of the conversation, of a retweet its original's."""

    is_original_author: bool
    """Of what it retweets; else of itself."""
    original_author_is_protected: bool
    reply_policy: ReplyPolicy
    """The root's. Where the root was purged, everyone may reply."""
    is_root_author: bool
    is_followed_by_root_author: bool
    is_mentioned_in_root: bool


class OwnTweet(msgspec.Struct, frozen=True):
    """What decides whether its author may edit a tweet."""

    retweet_of_id: int | None
    created_at: datetime
    version: int
    has_poll: bool


def replying(standing: Standing) -> PermissionState:
    if (
        standing.reply_policy is ReplyPolicy.EVERYONE
        or standing.is_root_author
        or standing.is_mentioned_in_root
        or (standing.reply_policy is ReplyPolicy.FOLLOWED and standing.is_followed_by_root_author)
    ):
        return _ALLOWED
    is_for_followed = standing.reply_policy is ReplyPolicy.FOLLOWED
    reason = NotAllowedReason.NOT_FOLLOWED if is_for_followed else NotAllowedReason.NOT_MENTIONED
    return PermissionState(reason, None if sharing(standing).reason else _QUOTE_INSTEAD)


def sharing(standing: Standing) -> PermissionState:
    """Retweeting and quoting."""
    if standing.original_author_is_protected and not standing.is_original_author:
        return PermissionState(NotAllowedReason.PROTECTED)
    return _ALLOWED


def editing(own: OwnTweet, *, now: datetime) -> PermissionState:
    refusal = why_not_editable(own, has_poll=own.has_poll, now=now)
    return _ALLOWED if refusal is None else PermissionState(refusal.reason, _POST_ANEW)
