"""Bringing tweets to the home timelines of followers, cached and live."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from redis.exceptions import RedisError

from domain.records import Tweet
from infra.crash_points import crash_point
from infra.database import Database, ReadSession
from infra.redis import Redis
from stores import conversations, follows, live, timelines, tweets

log = logging.getLogger(__name__)

CHUNK = 1_000
"""Followers per read from Postgres and per call to Redis: about 10 ms of Redis' time."""
MAX_ANCESTORS = 10
"""Events are handled in any order, and a reply must not be in a timeline before what it answers: so it brings along the
tweets above it. The more, the fewer others a cached timeline keeps."""


async def fan_out(database: Database, redis: Redis, tweet_ids: Sequence[int]) -> int:
    """Appends the tweets to the cached timelines of their authors and followers and announces them live.

    Returns how many timeline entries were written. Running it twice writes entries twice, which readers
    and subscriptions drop. A tweet that is deleted or gone is success.
    """
    async with database.read() as session:
        stored = await tweets.by_id(session, tweet_ids, viewer_id=None)
        above = await tweets_above(session, [found.tweet for found in stored.values()])
    by_author: defaultdict[int, list[int]] = defaultdict(list)
    for tweet_id, found in sorted(stored.items()):
        if found.deleted_at is None:
            by_author[found.tweet.author_id].append(tweet_id)
    if not by_author:
        return 0
    delivered = await _deliver(redis, dict(by_author), above)
    async for chunk in follows.follower_chunks(database, sorted(by_author), size=CHUNK):
        deliveries: defaultdict[int, list[int]] = defaultdict(list)
        for author_id, follower_id in chunk:
            deliveries[follower_id] += by_author[author_id]
        delivered += await _deliver(redis, deliveries, above)
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


async def announce_mutes(redis: Redis, user_ids: Sequence[int]) -> None:
    """Cached timelines need nothing: reading asks what is muted."""
    await live.announce(redis, live.MutesChanged(user_ids))


async def tweets_above(session: ReadSession, posted: Sequence[Tweet]) -> dict[int, list[int]]:
    """Of each reply among them the ids of the tweets it answers, directly or not."""
    replies = [tweet.id for tweet in posted if tweet.in_reply_to_id is not None]
    return await conversations.ancestor_ids(session, replies, limit=MAX_ANCESTORS) if replies else {}


async def show_author_best_effort(
    redis: Redis, author_id: int, *tweet_ids: int, above: Mapping[int, Sequence[int]] = MappingProxyType({})
) -> None:
    """The author sees the tweets on the next read; where Redis fails now, fan-out does it later."""
    try:
        await _deliver(redis, {author_id: [*tweet_ids]}, above)
    except (RedisError, OSError) as error:
        log.warning("tweets %s are not in their author's cached timeline yet: %s", tweet_ids, error)


async def forget_timeline_best_effort(redis: Redis, user_id: int) -> None:
    """A follow shows on the next read; where Redis fails now, the outbox does it later."""
    try:
        await timelines.drop(redis, [user_id])
    except (RedisError, OSError) as error:
        log.warning("the cached timeline of %s is out of date for now: %s", user_id, error)


async def _deliver(redis: Redis, deliveries: dict[int, list[int]], above: Mapping[int, Sequence[int]]) -> int:
    """What is above is not announced: live clients are shown a reply with what it answers."""
    return await timelines.deliver(
        redis,
        {
            user_id: [entry for tweet_id in tweet_ids for entry in (*above.get(tweet_id, ()), tweet_id)]
            for user_id, tweet_ids in deliveries.items()
        },
        channel=live.CHANNEL,
        announcement=live.encoded(live.Posted(deliveries)),
    )
