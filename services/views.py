"""Counting who has seen a tweet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from infra.database import Database
from infra.redis import Redis
from stores import tweets, views

CHUNK = 500
"""Sketches in one round trip; one is 12 KB at most."""


async def record(database: Database, redis: Redis, tweet_ids: Sequence[int], *, viewer_id: int) -> int:
    """Returns how many of these tweets the viewer can have seen: others are passed over."""
    async with database.read() as session:
        found = await tweets.by_id(session, tweet_ids, viewer_id=viewer_id)
    seen = {
        stored.tweet.retweet_of_id or tweet_id
        for tweet_id, stored in found.items()
        if stored.hidden is None and stored.deleted_at is None
    }
    if seen:
        await views.record(redis, viewer_id, sorted(seen))
    return len(seen)


async def count(database: Database, redis: Redis, *, now: datetime) -> int:
    """Brings what was seen since the last time into the database; returns how many tweets that were."""
    counted = 0
    await views.begin_counting(redis)
    while tweet_ids := await views.next_to_count(redis, limit=CHUNK):
        async with database.read() as session:
            kept = await views.kept_sketches(session, tweet_ids)
        merged = await views.merged(redis, kept)
        async with database.write() as write_session:
            await views.keep(write_session, merged, now=now)
        await views.finish_counting(redis, tweet_ids)
        counted += len(tweet_ids)
    return counted
