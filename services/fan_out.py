"""Bringing tweets to the home timelines of followers, cached and live."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence

from redis.exceptions import RedisError

from infra.crash_points import crash_point
from infra.database import Database
from infra.redis import Redis
from stores import follows, live, timelines, tweets

log = logging.getLogger(__name__)

CHUNK = 1_000
"""Followers per read from Postgres and per call to Redis: about 10 ms of Redis' time."""


async def fan_out(database: Database, redis: Redis, tweet_ids: Sequence[int]) -> int:
    """Appends the tweets to the cached timelines of their authors and followers and announces them live.

    Returns how many timeline entries were written. Running it twice writes entries twice, which readers
    and subscriptions drop. A tweet that is deleted or gone is success.
    """
    async with database.read() as session:
        stored = await tweets.by_id(session, tweet_ids, viewer_id=None)
    by_author: defaultdict[int, list[int]] = defaultdict(list)
    for tweet_id, found in sorted(stored.items()):
        if found.deleted_at is None:
            by_author[found.tweet.author_id].append(tweet_id)
    if not by_author:
        return 0
    delivered = await _deliver(redis, dict(by_author))
    async for chunk in follows.follower_chunks(database, sorted(by_author), size=CHUNK):
        deliveries: defaultdict[int, list[int]] = defaultdict(list)
        for author_id, follower_id in chunk:
            deliveries[follower_id] += by_author[author_id]
        delivered += await _deliver(redis, deliveries)
        crash_point("mid-fan-out")
    return delivered


async def announce_removals(database: Database, redis: Redis, tweet_ids: Sequence[int]) -> None:
    """Tells live clients that tweets are gone. Cached timelines need nothing: reading drops deleted tweets."""
    async with database.read() as session:
        stored = await tweets.by_id(session, tweet_ids, viewer_id=None)
    for tweet_id, found in sorted(stored.items()):
        author_id = found.tweet.author_id
        await live.announce(redis, live.Removed(tweet_id, [author_id]))
        async for chunk in follows.follower_chunks(database, [author_id], size=CHUNK):
            await live.announce(redis, live.Removed(tweet_id, [follower_id for _, follower_id in chunk]))


async def forget_timelines(redis: Redis, user_ids: Sequence[int]) -> None:
    """Whom these users follow has changed: their next read rebuilds the timeline, and live clients are told."""
    await timelines.drop(redis, user_ids)
    await live.announce(redis, live.FollowsChanged(user_ids))


async def show_author_best_effort(redis: Redis, author_id: int, tweet_id: int) -> None:
    """The author sees the tweet on the next read; where Redis fails now, fan-out does it later."""
    try:
        await _deliver(redis, {author_id: [tweet_id]})
    except (RedisError, OSError) as error:
        log.warning("tweet %s is not in its author's cached timeline yet: %s", tweet_id, error)


async def forget_timeline_best_effort(redis: Redis, user_id: int) -> None:
    """A follow shows on the next read; where Redis fails now, the outbox does it later."""
    try:
        await timelines.drop(redis, [user_id])
    except (RedisError, OSError) as error:
        log.warning("the cached timeline of %s is out of date for now: %s", user_id, error)


async def _deliver(redis: Redis, deliveries: dict[int, list[int]]) -> int:
    return await timelines.deliver(
        redis,
        deliveries,
        channel=live.CHANNEL,
        announcement=live.encoded(live.Posted(deliveries)),
    )
