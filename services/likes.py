"""Liking, and taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain import ids
from domain.changes import ChangeKind
from domain.errors import AlreadyLiked
from domain.events import TweetLiked
from domain.records import Tweet, TweetCounts
from infra.database import WriteSession
from services.tweets import visible_original
from stores import changes, counts, likes, outbox
from stores.changes import NewChange


async def like(session: WriteSession, triples: Sequence[tuple[int, int, int]]) -> int:
    """(like id, user id, tweet id) triples of visible tweets; returns how many likes are new."""
    new = await likes.insert(session, triples)
    if new:
        added = Counter(tweet_id for _, tweet_id in new)
        await counts.add_to_tweets(session, {tweet_id: TweetCounts(likes=n) for tweet_id, n in added.items()})
        await outbox.add(session, [TweetLiked(tweet_id, user_id) for user_id, tweet_id in new])
    return len(new)


async def like_one(session: WriteSession, tweet_id: int | None, *, like_id: int, user_id: int) -> Tweet:
    """A like of a retweet is one of what it retweets. Raises NotFound or AlreadyLiked."""
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    if not await like(session, [(like_id, user_id, tweet.id)]):
        raise AlreadyLiked(existing=ids.global_id("Tweet", tweet.id))
    return tweet


async def unlike(session: WriteSession, tweet_id: int | None, *, user_id: int) -> Tweet:
    """Afterwards the user does not like the tweet, whether or not they did. Raises NotFound."""
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    if await likes.delete(session, user_id=user_id, tweet_id=tweet.id):
        await counts.add_to_tweets(session, {tweet.id: TweetCounts(likes=-1)})
        await changes.record(session, [NewChange(ChangeKind.LIKE_CHANGED, user_id, subject_id=tweet.id)])
    return tweet
