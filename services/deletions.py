"""Deleting tweets, taking it back within 30 days, and forgetting them for good after that."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from domain.errors import NotFound, NotTheAuthor
from domain.events import TweetDeleted, TweetRestored
from domain.records import Tweet, UserCounts
from domain.visibility import RESTORABLE_FOR
from infra.database import Database, WriteSession
from services.retweets import already_retweeted
from services.tweets import count, original_of, visible
from stores import counts, deletions, outbox, tweet_versions, tweets, undelivered

PURGED_AT_ONCE = 500
"""Tweets forgotten in one transaction."""


async def delete(session: WriteSession, tweet_id: int | None, *, author_id: int, now: datetime) -> Tweet:
    """Raises NotFound or NotTheAuthor."""
    stored = await tweets.find(session, tweet_id, viewer_id=author_id)
    if stored is None or stored.tweet.author_id != author_id:
        await visible(session, tweet_id, viewer_id=author_id)
        raise NotTheAuthor
    version = await deletions.mark(session, stored.tweet.id, author_id=author_id, now=now)
    if version is None:
        raise NotFound("tweet", field="tweetId")
    await count(session, [stored.tweet], by=-1)
    await outbox.add(session, [TweetDeleted(stored.tweet.id, version)])
    return stored.tweet


async def restore(session: WriteSession, tweet_id: int | None, *, author_id: int, now: datetime) -> Tweet:
    """Afterwards the tweet is there again, with its id, likes and replies, whether or not it was deleted.

    Raises NotFound for what is not the author's or was deleted too long ago, and where a retweet's original is gone;
    AlreadyRetweeted where it was retweeted again meanwhile.
    """
    if tweet_id is None:
        raise NotFound("tweet", field="tweetId")
    await tweet_versions.hold(session, tweet_id)
    stored = await tweets.find(session, tweet_id, viewer_id=author_id)
    if stored is None or stored.tweet.author_id != author_id:
        raise NotFound("tweet", field="tweetId")
    if stored.deleted_at is None:
        return stored.tweet
    if now >= stored.deleted_at + RESTORABLE_FOR:
        raise NotFound("tweet", field="tweetId")
    original = await original_of(session, stored.tweet, viewer_id=author_id)
    if not await deletions.unmark(session, tweet_id):
        raise await already_retweeted(session, original.id, user_id=author_id)
    await count(session, [stored.tweet], by=1)
    lane = await undelivered.begin_again(session, tweet_id)
    await outbox.add(session, [TweetRestored(tweet_id, stored.tweet.version)], lane=lane)
    return stored.tweet


async def purge(database: Database, *, now: datetime) -> int:
    """Forgets retweets of what can no longer be restored, then that itself with all that is its.

    Interrupted, it goes on at the next run. Returns how many tweets are gone.
    """
    purged = 0
    for purge_some in (_purge_retweets, _purge_deleted):
        found = PURGED_AT_ONCE
        while found == PURGED_AT_ONCE:
            async with database.write() as session:
                await counts.keep_totals(session)
                found = await purge_some(session, before=now - RESTORABLE_FOR)
            purged += found
    return purged


async def _purge_retweets(session: WriteSession, *, before: datetime) -> int:
    purged = await deletions.purge_retweets(session, before=before, limit=PURGED_AT_ONCE)
    lost = Counter(retweet.author_id for retweet in purged if retweet.was_counted)
    if lost:
        await counts.add_to_users(session, {user_id: UserCounts(tweets=-n) for user_id, n in lost.items()})
    return len(purged)


async def _purge_deleted(session: WriteSession, *, before: datetime) -> int:
    return await deletions.purge(session, before=before, limit=PURGED_AT_ONCE)
