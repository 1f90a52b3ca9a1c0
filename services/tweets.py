"""Posting, deleting, liking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain import visibility
from domain.errors import AlreadyLiked, NotFound, NotTheAuthor
from domain.events import TweetDeleted, TweetLiked, TweetPosted
from domain.records import Tweet, TweetCounts, UserCounts
from domain.tweets import TweetText
from infra.database import ReadSession, WriteSession
from stores import counts, likes, outbox, tweets
from stores.tweets import NewTweet


class Draft(msgspec.Struct, frozen=True):
    """A tweet to be posted; its text has passed the rules and its parent was found."""

    id: int
    author_id: int
    text: TweetText
    created_at: datetime
    in_reply_to: Tweet | None = None


async def parent_of_reply(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """The tweet to reply to, kept from being deleted until the transaction ends; raises NotFound."""
    stored = None if tweet_id is None else await tweets.locked_parent(session, tweet_id)
    seen = None if stored is None else visibility.tweet_as_seen(stored, viewer_id=viewer_id)
    if not isinstance(seen, Tweet):
        raise NotFound("tweet to reply to", field="inReplyTo")
    return seen


async def post(session: WriteSession, drafts: Sequence[Draft]) -> list[Tweet]:
    """Stores the tweets with their hashtags and counts, and what must follow each in the outbox."""
    new = [
        NewTweet(
            id=draft.id,
            author_id=draft.author_id,
            text=draft.text.text,
            entities=draft.text.entities,
            weighted_length=draft.text.weighted_length,
            tags=draft.text.tags,
            in_reply_to_id=draft.in_reply_to.id if draft.in_reply_to else None,
            in_reply_to_user_id=draft.in_reply_to.author_id if draft.in_reply_to else None,
            created_at=draft.created_at,
        )
        for draft in drafts
    ]
    await tweets.insert(session, new)
    await _count_tweets(session, [(tweet.author_id, tweet.in_reply_to_id) for tweet in new], by=1)
    await outbox.add(session, [TweetPosted(tweet.id) for tweet in new])
    return [
        Tweet(
            id=tweet.id,
            author_id=tweet.author_id,
            text=tweet.text,
            entities=tweet.entities,
            weighted_length=tweet.weighted_length,
            in_reply_to_id=tweet.in_reply_to_id,
            in_reply_to_user_id=tweet.in_reply_to_user_id,
            created_at=tweet.created_at,
        )
        for tweet in new
    ]


async def delete(session: WriteSession, tweet_id: int, *, author_id: int, now: datetime) -> Tweet:
    """Raises NotFound or NotTheAuthor."""
    tweet = await visible(session, tweet_id, viewer_id=author_id)
    if tweet.author_id != author_id:
        raise NotTheAuthor
    if not await tweets.mark_deleted(session, tweet_id, author_id=author_id, now=now):
        raise NotFound("tweet", field="tweetId")
    await _count_tweets(session, [(author_id, tweet.in_reply_to_id)], by=-1)
    await outbox.add(session, [TweetDeleted(tweet_id)])
    return tweet


async def like(session: WriteSession, pairs: Sequence[tuple[int, int]], *, now: datetime) -> int:
    """(user id, tweet id) pairs of visible tweets; returns how many likes are new."""
    new = await likes.insert(session, pairs, now=now)
    if new:
        added = Counter(tweet_id for _, tweet_id in new)
        await counts.add_to_tweets(session, {tweet_id: TweetCounts(likes=n) for tweet_id, n in added.items()})
        await outbox.add(session, [TweetLiked(tweet_id, user_id) for user_id, tweet_id in new])
    return len(new)


async def like_one(session: WriteSession, tweet_id: int, *, user_id: int, now: datetime) -> Tweet:
    """Raises NotFound or AlreadyLiked."""
    tweet = await visible(session, tweet_id, viewer_id=user_id)
    if not await like(session, [(user_id, tweet_id)], now=now):
        raise AlreadyLiked
    return tweet


async def unlike(session: WriteSession, tweet_id: int, *, user_id: int) -> Tweet:
    """Afterwards the user does not like the tweet, whether or not they did. Raises NotFound."""
    tweet = await visible(session, tweet_id, viewer_id=user_id)
    if await likes.delete(session, user_id=user_id, tweet_id=tweet_id):
        await counts.add_to_tweets(session, {tweet_id: TweetCounts(likes=-1)})
    return tweet


async def visible(session: ReadSession, tweet_id: int, *, viewer_id: int) -> Tweet:
    """Raises NotFound alike for a tweet that never was, was deleted, or may not be seen."""
    stored = (await tweets.by_id(session, [tweet_id])).get(tweet_id)
    seen = None if stored is None else visibility.tweet_as_seen(stored, viewer_id=viewer_id)
    if not isinstance(seen, Tweet):
        raise NotFound("tweet", field="tweetId")
    return seen


async def _count_tweets(
    session: WriteSession, author_and_parent_ids: Sequence[tuple[int, int | None]], *, by: int
) -> None:
    written = Counter(author_id for author_id, _ in author_and_parent_ids)
    await counts.add_to_users(session, {user_id: UserCounts(tweets=by * n) for user_id, n in written.items()})
    replied = Counter(parent_id for _, parent_id in author_and_parent_ids if parent_id is not None)
    if replied:
        await counts.add_to_tweets(session, {tweet_id: TweetCounts(replies=by * n) for tweet_id, n in replied.items()})
