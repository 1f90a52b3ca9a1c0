"""Bringing tweets to the cached home timelines of followers."""

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
from infra.database import WriteSession
from infra.redis import Redis
from services.runtime import Runtime
from stores import fan_outs, follows, outbox, timelines, undelivered
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
    """Appends the tweets to the cached timelines that are owed them, by each tweet's strategy, and writes their
    receipts.

    Until this returns readers find the tweets among the undelivered. Running it twice writes entries twice, which
    readers drop, and changes no receipt. A tweet that is deleted or gone is success. One tweet alone
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
    own = [Batch([author_id], of_author) for author_id, of_author in by_author.items()]
    await timelines.deliver(runtime.redis, own)
    made = {each.tweet_id: Progress(started_at=runtime.now(), begun_in=each.begun_in) for each in deliveries}
    if strategy is FanoutStrategy.PULL:
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
        reached = await timelines.deliver(runtime.redis, batches, only_active=strategy is FanoutStrategy.PUSH_ACTIVE)
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


async def forget_timeline_best_effort(redis: Redis, user_id: int) -> None:
    """A follow shows on the next read; where Redis fails now, the outbox does it later."""
    try:
        await timelines.drop(redis, [user_id])
    except (RedisError, OSError) as error:
        log.warning("the cached timeline of %s is out of date for now: %s", user_id, error)
