"""Bringing tweets to the home timelines of followers, cached and live."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterable, Mapping, Sequence
from contextlib import aclosing
from typing import NamedTuple

from redis.exceptions import RedisError

from domain.delivery import Batch, FanoutStrategy, FanoutThresholds
from domain.events import TweetPosted
from domain.ids import created_ms
from domain.records import Tweet
from infra.crash_points import crash_point
from infra.database import Database, WriteSession
from infra.redis import Redis
from services.runtime import Runtime
from stores import fan_outs, follows, live, outbox, timelines, undelivered
from stores.fan_outs import Progress
from stores.follows import Followers
from stores.timelines import Reached
from stores.undelivered import Delivery

log = logging.getLogger(__name__)

CHUNK = 2_000
"""Followers per read from Postgres and per call to Redis: 5 ms of Redis' time where all are cached (measured)."""
CHUNKS_AT_ONCE = 2
"""Redis has the next chunk when it has finished one, and does not wait for it to be packed."""
CHUNKS_PER_RECORD = 5
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
    await _deliver(runtime.redis, [Batch([author_id], of_author) for author_id, of_author in by_author.items()])
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
    async with aclosing(reading) as chunks, aclosing(_delivered(runtime, strategy, chunks, by_author)) as delivered:
        number = 0
        async for each in delivered:
            _add(each, by_author, made)
            last = each.chunk[-1]
            if is_alone and len(last.user_ids) == CHUNK and number % CHUNKS_PER_RECORD == 0:
                made[deliveries[0].tweet_id].reached_follow_id = last.last_follow_id
                async with runtime.database.write() as write_session:
                    await fan_outs.record(write_session, made, completed_at=None)
            crash_point("mid-fan-out")
            number += 1
    return made


class _DeliveredChunk(NamedTuple):
    chunk: Sequence[Followers]
    reached: Sequence[Reached]
    """Of each author's followers."""
    at_ms: int


async def _delivered(
    runtime: Runtime,
    strategy: FanoutStrategy,
    chunks: AsyncIterable[Sequence[Followers]],
    by_author: Mapping[int, Sequence[int]],
) -> AsyncGenerator[_DeliveredChunk, None]:
    """In the order of the chunks: those behind the last may be there, too."""

    async def deliver(chunk: Sequence[Followers]) -> _DeliveredChunk:
        batches = [Batch(followers.user_ids, by_author[followers.author_id]) for followers in chunk]
        reached = await _deliver(runtime.redis, batches, only_active=strategy is FanoutStrategy.PUSH_ACTIVE)
        return _DeliveredChunk(chunk, reached, runtime.clock.now_ms())

    delivering: deque[asyncio.Task[_DeliveredChunk]] = deque()
    try:
        async for chunk in chunks:
            if strategy is FanoutStrategy.PUSH_ACTIVE:
                people = sum(len(followers.user_ids) for followers in chunk)
                await asyncio.sleep(runtime.fanout_pace.delay(people, now=asyncio.get_running_loop().time()))
            delivering.append(asyncio.create_task(deliver(chunk)))
            if len(delivering) == CHUNKS_AT_ONCE:
                yield await delivering.popleft()
        while delivering:
            yield await delivering.popleft()
    finally:
        for task in delivering:
            task.cancel()
        await asyncio.gather(*delivering, return_exceptions=True)


def _add(delivered: _DeliveredChunk, by_author: Mapping[int, Sequence[int]], made: Mapping[int, Progress]) -> None:
    for followers, reached in zip(delivered.chunk, delivered.reached, strict=True):
        for tweet_id in by_author[followers.author_id]:
            progress = made[tweet_id]
            progress.targeted += len(followers.user_ids)
            progress.delivered += reached.entered
            progress.skipped_inactive += reached.skipped
            progress.lags.add(delivered.at_ms - created_ms(tweet_id), people=len(followers.user_ids))


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
                for followers in chunk:
                    await live.announce(redis, live.Removed(removal.tweet_id, followers.user_ids))


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
        await _deliver(redis, [Batch([author_id], tweet_ids)])
    except (RedisError, OSError) as error:
        log.warning("the author of tweets %s is not told of them yet: %s", tweet_ids, error)


async def forget_timeline_best_effort(redis: Redis, user_id: int) -> None:
    """A follow shows on the next read; where Redis fails now, the outbox does it later."""
    try:
        await timelines.drop(redis, [user_id])
    except (RedisError, OSError) as error:
        log.warning("the cached timeline of %s is out of date for now: %s", user_id, error)


async def _deliver(redis: Redis, batches: Sequence[Batch], *, only_active: bool = False) -> list[Reached]:
    return await timelines.deliver(
        redis,
        batches,
        channel=live.CHANNEL,
        announcement=live.encoded(live.Posted(batches)),
        only_active=only_active,
    )
