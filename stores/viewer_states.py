"""Everything about the viewer and a page of tweets or people, in one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import text

from domain import tweet_permissions
from domain.records import FollowState, MuteState, PermissionState, TweetViewerState, UserViewerState
from domain.tweet_permissions import OwnTweet, Standing
from infra.database import ReadSession

# What is done to a retweet is done to what it retweets.
_OF_ANOTHERS = """json_build_array(
    likes.id IS NOT NULL, retweet.id, bookmarks.id IS NOT NULL, bookmarks.folder_id,
    muted_threads.id IS NOT NULL, viewer.pinned_tweet_id = tweets.id IS TRUE,
    json_build_array(
        author.id = viewer.id, author.is_protected,
        coalesce(root.reply_policy, 'EVERYONE'), root.author_id = viewer.id IS TRUE,
        root.reply_policy = 'FOLLOWED' IS TRUE AND EXISTS (
            SELECT FROM follows WHERE follower_id = root.author_id AND followee_id = viewer.id
        ),
        root.reply_policy <> 'EVERYONE' IS TRUE AND EXISTS (
            SELECT FROM tweet_mentions WHERE tweet_id = root.id AND user_id = viewer.id
        )
    )
)"""
_OWN = """CASE WHEN shown.author_id = viewer.id THEN ROW(
    now(), shown.retweet_of_id, shown.created_at, shown.version,
    EXISTS (SELECT FROM polls WHERE polls.tweet_id = shown.id)
) END"""
_SHOWN = """
    FROM tweets AS shown
    JOIN tweets ON tweets.id = coalesce(shown.retweet_of_id, shown.id)
    JOIN users AS author ON author.id = tweets.author_id
    JOIN users AS viewer ON viewer.id = :viewer_id
    LEFT JOIN tweets AS root ON root.id = tweets.conversation_id
    LEFT JOIN likes ON likes.user_id = viewer.id AND likes.tweet_id = tweets.id
    LEFT JOIN tweets AS retweet ON retweet.author_id = viewer.id AND retweet.retweet_of_id = tweets.id
        AND retweet.deleted_at IS NULL
    LEFT JOIN bookmarks ON bookmarks.user_id = viewer.id AND bookmarks.tweet_id = tweets.id
    LEFT JOIN muted_threads ON muted_threads.user_id = viewer.id
        AND muted_threads.conversation_id = tweets.conversation_id
"""
OF_TWEETS = text(
    f"SELECT shown.id, CAST({_OF_ANOTHERS} AS text) AS of_anothers, {_OWN} AS own {_SHOWN} "
    "WHERE shown.id = ANY(CAST(:ids AS bigint[]))"
)


def of_tweet(tweet_id: str) -> str:
    """As SQL, for one tweet the JSON that `state_of` takes and, of the viewer's own, what `can_edit` does."""
    return f"SELECT {_OF_ANOTHERS} AS of_anothers, {_OWN} AS own {_SHOWN} WHERE shown.id = {tweet_id}"


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int], *, viewer_id: int) -> dict[int, TweetViewerState]:
    """A tweet that was purged meanwhile is missing."""
    rows = await session.rows(OF_TWEETS, {"ids": tweet_ids, "viewer_id": viewer_id})
    return {
        tweet_id: state_of(of_anothers, can_edit(own)) if own else state_of(of_anothers)
        for tweet_id, of_anothers, own in rows
    }


class _Standing(Standing, frozen=True, array_like=True):
    """As it is in JSON; as the next."""


class _OfAnothers(msgspec.Struct, frozen=True, array_like=True):
    liked: bool
    retweet_id: int | None
    bookmarked: bool
    bookmark_folder_id: int | None
    thread_muted: bool
    pinned: bool
    standing: _Standing


_DECODER = msgspec.json.Decoder(_OfAnothers)


@lru_cache(maxsize=1_000)
def state_of(columns: str, can_edit: PermissionState = tweet_permissions.EDITING_ANOTHERS) -> TweetViewerState:
    """To most tweets most people stand alike, so that the columns of a row are one value."""
    found = _DECODER.decode(columns)
    return TweetViewerState(
        liked=found.liked,
        retweet_id=found.retweet_id,
        bookmarked=found.bookmarked,
        bookmark_folder_id=found.bookmark_folder_id,
        thread_muted=found.thread_muted,
        pinned=found.pinned,
        can_reply=tweet_permissions.replying(found.standing),
        can_retweet=tweet_permissions.sharing(found.standing),
        can_quote=tweet_permissions.sharing(found.standing),
        can_edit=can_edit,
    )


def can_edit(own: Sequence[Any]) -> PermissionState:
    """A tweet of one's own, at this moment."""
    asked_at, *columns = own
    return tweet_permissions.editing(OwnTweet(*columns), now=asked_at)


OF_USERS = text(
    """
    SELECT other.id, following.id IS NOT NULL AS is_following, request.id IS NOT NULL AS is_requested,
        followed_by.id IS NOT NULL AS is_followed_by, following.shows_retweets IS NOT FALSE AS shows_retweets,
        blocking.id IS NOT NULL AS is_blocking, blocked_by.id IS NOT NULL AS is_blocked_by,
        mutes.id IS NOT NULL AS is_muting, mutes.expires_at AS muted_until
    FROM unnest(CAST(:ids AS bigint[])) AS other (id)
    LEFT JOIN follows AS following ON following.follower_id = :viewer_id AND following.followee_id = other.id
    LEFT JOIN follow_requests AS request ON request.follower_id = :viewer_id AND request.followee_id = other.id
    LEFT JOIN follows AS followed_by ON followed_by.follower_id = other.id AND followed_by.followee_id = :viewer_id
    LEFT JOIN blocks AS blocking ON blocking.blocker_id = :viewer_id AND blocking.blocked_id = other.id
    LEFT JOIN blocks AS blocked_by ON blocked_by.blocker_id = other.id AND blocked_by.blocked_id = :viewer_id
    LEFT JOIN mutes ON mutes.muter_id = :viewer_id AND mutes.muted_id = other.id
        AND (mutes.expires_at IS NULL OR mutes.expires_at > now())
    """
)


async def of_users(session: ReadSession, user_ids: Sequence[int], *, viewer_id: int) -> dict[int, UserViewerState]:
    rows = await session.rows(OF_USERS, {"ids": user_ids, "viewer_id": viewer_id})
    return {user_id: _user_state(*columns) for user_id, *columns in rows}


def _user_state(
    is_following: bool,
    is_requested: bool,
    is_followed_by: bool,
    shows_retweets: bool,
    is_blocking: bool,
    is_blocked_by: bool,
    is_muting: bool,
    muted_until: datetime | None,
) -> UserViewerState:
    return UserViewerState(
        following=_follow_state(following=is_following, requested=is_requested),
        followed_by=is_followed_by,
        blocking=is_blocking,
        blocked_by=is_blocked_by,
        muting=MuteState(until=muted_until) if is_muting else None,
        shows_retweets=shows_retweets,
    )


def _follow_state(*, following: bool, requested: bool) -> FollowState:
    if following:
        return FollowState.FOLLOWING
    return FollowState.REQUESTED if requested else FollowState.NONE
