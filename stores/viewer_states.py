"""Everything about the viewer and a page of tweets or people, in one statement each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, text

from domain import tweet_permissions
from domain.records import FollowState, MuteState, ReplyPolicy, TweetViewerState, UserViewerState
from domain.tweet_permissions import Standing
from infra.database import ReadSession

# What is done to a retweet is done to what it retweets.
_OF_TWEETS = text(
    """
    SELECT shown.id, likes.id IS NOT NULL AS liked, retweet.id AS retweet_id,
        bookmarks.id IS NOT NULL AS bookmarked, bookmarks.folder_id AS bookmark_folder_id,
        muted_threads.id IS NOT NULL AS thread_muted, viewer.pinned_tweet_id = tweets.id IS TRUE AS pinned,
        shown.author_id = viewer.id AS is_author, shown.retweet_of_id, shown.created_at, shown.version,
        author.id = viewer.id AS is_original_author, author.is_protected AS original_author_is_protected,
        coalesce(root.reply_policy, 'EVERYONE') AS reply_policy, root.author_id = viewer.id IS TRUE AS is_root_author,
        root.reply_policy = 'FOLLOWED' IS TRUE AND EXISTS (
            SELECT FROM follows WHERE follower_id = root.author_id AND followee_id = viewer.id
        ) AS is_followed_by_root_author,
        root.reply_policy <> 'EVERYONE' IS TRUE AND EXISTS (
            SELECT FROM tweet_mentions WHERE tweet_id = root.id AND user_id = viewer.id
        ) AS is_mentioned_in_root,
        EXISTS (SELECT FROM polls WHERE polls.tweet_id = shown.id) AS has_poll, now() AS asked_at
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
    WHERE shown.id = ANY(CAST(:ids AS bigint[]))
    """
)


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int], *, viewer_id: int) -> dict[int, TweetViewerState]:
    """A tweet that was purged meanwhile is missing."""
    rows = await session.execute(_OF_TWEETS, {"ids": tweet_ids, "viewer_id": viewer_id})
    return {row.id: _tweet_state(row) for row in rows}


def _tweet_state(row: Row[tuple[object, ...]]) -> TweetViewerState:
    standing = Standing(
        is_author=row.is_author,
        is_original_author=row.is_original_author,
        original_author_is_protected=row.original_author_is_protected,
        reply_policy=ReplyPolicy(row.reply_policy),
        is_root_author=row.is_root_author,
        is_followed_by_root_author=row.is_followed_by_root_author,
        is_mentioned_in_root=row.is_mentioned_in_root,
        retweet_of_id=row.retweet_of_id,
        created_at=row.created_at,
        version=row.version,
        has_poll=row.has_poll,
    )
    return TweetViewerState(
        liked=row.liked,
        retweet_id=row.retweet_id,
        bookmarked=row.bookmarked,
        bookmark_folder_id=row.bookmark_folder_id,
        thread_muted=row.thread_muted,
        pinned=row.pinned,
        can_reply=tweet_permissions.replying(standing),
        can_retweet=tweet_permissions.sharing(standing),
        can_quote=tweet_permissions.sharing(standing),
        can_edit=tweet_permissions.editing(standing, now=row.asked_at),
    )


_OF_USERS = text(
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
    rows = await session.execute(_OF_USERS, {"ids": user_ids, "viewer_id": viewer_id})
    return {
        row.id: UserViewerState(
            following=_follow_state(following=row.is_following, requested=row.is_requested),
            followed_by=row.is_followed_by,
            blocking=row.is_blocking,
            blocked_by=row.is_blocked_by,
            muting=MuteState(until=row.muted_until) if row.is_muting else None,
            shows_retweets=row.shows_retweets,
        )
        for row in rows
    }


def _follow_state(*, following: bool, requested: bool) -> FollowState:
    if following:
        return FollowState.FOLLOWING
    return FollowState.REQUESTED if requested else FollowState.NONE
