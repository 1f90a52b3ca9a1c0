"""Bringing tweets to the home timelines of followers, cached and live."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import aclosing

from redis.exceptions import RedisError

from domain.delivery import FanoutStrategy, FanoutThresholds
from domain.events import TweetPosted
from domain.ids import created_ms
from domain.records import Tweet
from infra.crash_points import crash_point
from infra.database import Database, WriteSession
from infra.redis import Redis
from services.runtime import Runtime
from stores import fan_outs, follows, live, outbox, timelines, undelivered
from stores.fan_outs import Progress
from stores.follows import Follower
from stores.timelines import Delivered
from stores.undelivered import Delivery

log = logging.getLogger(__name__)

CHUNK = 1_000
"""Followers per read from Postgres and per call to Redis: about 10 ms of Redis' time."""
CHUNKS_PER_RECORD = 10
"""How often a receipt is brought up to date while one tweet is delivered."""


async def begin(session: WriteSession, posted: Sequence[Tweet], *, thresholds: FanoutThresholds) -> None:
    """From the commit on readers find these new tweets, and jobs of their lanes deliver them."""
    tweet_ids = await undelivered.begin(session, {tweet.id: tweet.author_id for tweet in posted}, thresholds)
    for lane, of_lane in tweet_ids.items():
        await outbox.add(session, [TweetPosted(tweet_id) for tweet_id in of_lane], lane=lane)


async def fan_out(runtime: Runtime, tweet_ids: Sequence[int]) -> None:
    """Appends the tweets to the cached timelines that are owed them, by each tweet's strategy, announces them live, and
    writes their receipts.

    Until this returns readers find the tweets among the undelivered. Running it twice writes entries twice, which
    readers and subscriptions drop, and changes no receipt. A tweet that is deleted or gone is success. One tweet alone
    goes on where an interrupted run has come to, unless it was away meanwhile.
    """
    async with runtime.database.read() as session:
        deliveries = await undelivered.deliveries(session, tweet_ids)
    made: dict[int, Progress] = {}
    for strategy in FanoutStrategy:
        due = [each for each in deliveries if each.strategy is strategy and not each.is_deleted]
        if due:
            made |= await _deliver_to_all(runtime, strategy, due)
    if deliveries:
        async with runtime.database.write() as write_session:
            await fan_outs.record(write_session, made, completed_at=runtime.now())
            await undelivered.finish(write_session, deliveries)


async def _deliver_to_all(
    runtime: Runtime, strategy: FanoutStrategy, deliveries: Sequence[Delivery]
) -> dict[int, Progress]:
    by_author: defaultdict[int, list[int]] = defaultdict(list)
    for delivery in deliveries:
        by_author[delivery.author_id].append(delivery.tweet_id)
    await _deliver(runtime.redis, by_author)
    made = {each.tweet_id: Progress(started_at=runtime.now(), begun_in=each.begun_in) for each in deliveries}
    if strategy is FanoutStrategy.PULL:
        await live.announce(runtime.redis, live.PostedToFollowers(by_author))
        return made
    after, is_alone = 0, len(deliveries) == 1
    if is_alone:
        async with runtime.database.read() as session:
            interrupted = await fan_outs.unfinished(session, deliveries[0].tweet_id, begun_in=deliveries[0].begun_in)
        if interrupted is not None:
            made[deliveries[0].tweet_id] = interrupted
            after = interrupted.reached_follow_id
    reading = follows.follower_chunks(runtime.database, sorted(by_author), size=CHUNK, after_follow_id=after)
    async with aclosing(reading) as chunks:
        number = 0
        async for chunk in chunks:
            if strategy is FanoutStrategy.PUSH_ACTIVE:
                await asyncio.sleep(runtime.fanout_pace.delay(len(chunk), now=asyncio.get_running_loop().time()))
            await _deliver_chunk(runtime, strategy, chunk, by_author, made)
            if is_alone and len(chunk) == CHUNK and number % CHUNKS_PER_RECORD == 0:
                made[deliveries[0].tweet_id].reached_follow_id = chunk[-1].follow_id
                async with runtime.database.write() as write_session:
                    await fan_outs.record(write_session, made, completed_at=None)
            crash_point("mid-fan-out")
            number += 1
    return made


async def _deliver_chunk(
    runtime: Runtime,
    strategy: FanoutStrategy,
    chunk: Sequence[Follower],
    by_author: Mapping[int, Sequence[int]],
    made: Mapping[int, Progress],
) -> None:
    tweet_ids: defaultdict[int, list[int]] = defaultdict(list)
    for author_id, _, follower_id in chunk:
        tweet_ids[follower_id] += by_author[author_id]
    done = await _deliver(runtime.redis, tweet_ids, only_active=strategy is FanoutStrategy.PUSH_ACTIVE)
    now_ms = runtime.clock.now_ms()
    for author_id, followers in Counter(author_id for author_id, _, _ in chunk).items():
        for tweet_id in by_author[author_id]:
            made[tweet_id].targeted += followers
            made[tweet_id].lags.add(now_ms - created_ms(tweet_id), people=followers)
    for delivered_ids, reached in done.by_tweet_ids.items():
        for tweet_id in delivered_ids:
            made[tweet_id].delivered += reached.entered
            made[tweet_id].skipped_inactive += reached.skipped


async def announce_removals(database: Database, redis: Redis, tweet_ids: Sequence[int]) -> None:
    """Tells live clients that tweets are gone. Cached timelines need nothing: reading drops deleted tweets."""
    async with database.read() as session:
        removed = await undelivered.deliveries(session, tweet_ids)
    for removal in removed:
        await live.announce(redis, live.Removed(removal.tweet_id, [removal.author_id]))
        if removal.strategy is not FanoutStrategy.PUSH_ALL:
            await live.announce(redis, live.RemovedFromFollowers(removal.tweet_id, removal.author_id))
            continue
        async with aclosing(follows.follower_chunks(database, [removal.author_id], size=CHUNK)) as chunks:
            async for chunk in chunks:
                await live.announce(redis, live.Removed(removal.tweet_id, [follower.user_id for follower in chunk]))


async def forget_timelines(redis: Redis, user_ids: Sequence[int]) -> None:
    """Whom these users follow has changed: their next read rebuilds the timeline, and live clients are told."""
    await timelines.drop(redis, user_ids)
    await live.announce(redis, live.FollowsChanged(user_ids))


async def announce_mutes(redis: Redis, user_ids: Sequence[int]) -> None:
    """Cached timelines need nothing: reading asks what is muted."""
    await live.announce(redis, live.MutesChanged(user_ids))


async def show_author_best_effort(redis: Redis, author_id: int, tweet_ids: Sequence[int]) -> None:
    """The author's other devices are told at once; where Redis fails now, fan-out does it later."""
    try:
        await _deliver(redis, {author_id: tweet_ids})
    except (RedisError, OSError) as error:
        log.warning("the author of tweets %s is not told of them yet: %s", tweet_ids, error)


async def forget_timeline_best_effort(redis: Redis, user_id: int) -> None:
    """A follow shows on the next read; where Redis fails now, the outbox does it later."""
    try:
        await timelines.drop(redis, [user_id])
    except (RedisError, OSError) as error:
        log.warning("the cached timeline of %s is out of date for now: %s", user_id, error)


async def _deliver(redis: Redis, deliveries: Mapping[int, Sequence[int]], *, only_active: bool = False) -> Delivered:
    return await timelines.deliver(
        redis,
        deliveries,
        channel=live.CHANNEL,
        announcement=live.encoded(live.Posted(deliveries)),
        only_active=only_active,
    )
