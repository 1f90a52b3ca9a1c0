"""From the commit of a post until the last follower's timeline has it, beside raw writes of as many sorted sets."""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from collections.abc import Sequence

import msgspec

from bench.deliveries import delivered, posted
from bench.figures import Machine, machine
from bench.population import add_follows, add_people, analyzed
from bench.progress import progress
from bench.raw_redis import RawRedis, encoded, pipelines
from infra.redis import Redis
from infra.settings import Settings
from services.runtime import Runtime, running
from stores import fan_outs, timelines
from stores.packed_ids import packed_ids
from workers.relay import GATHERING_S

ROUNDS = 5
SHARES_CACHED = (0.0, 0.1, 1.0)
"""Of the followers' timelines. In this order each is reached by caching more."""
ENTRIES = 1_000
"""In each cached timeline: what a reader has after a rebuild."""
CACHED_AT_ONCE = 32
PIPELINE = 1_000
FLOOR_ENTRIES = 20
"""In each sorted set: the floor is fastest on small ones (on one machine 210,000 timelines/s with 20 entries, 130,000
with 50, 150,000 with 200, and 100,000 sets of 1,000 would take 10 GB)."""


class Reach(msgspec.Struct, frozen=True):
    """Medians over rounds in which posting and the floor take turns."""

    followers: int
    cached_share: float
    """Of the followers' timelines. To one that is not cached a delivery is finding that out."""
    ms: float
    """From the commit to the last delivery."""
    deliveries_per_s: int
    floor_per_s: int
    """ZADD and ZREMRANGEBYRANK into as many sorted sets, as pipelines of encoded commands on a bare socket."""
    ratio: float
    """Deliveries over floor."""


class FanOut(msgspec.Struct, frozen=True):
    machine: Machine
    ratio: float
    """Of the most followers, all cached; as the two figures after it."""
    deliveries_per_s: int
    floor_per_s: int
    bytes_per_timeline: int
    """MEMORY USAGE of a cached timeline of ENTRIES after deliveries, the largest of some."""
    reaches: list[Reach]


async def measure(settings: Settings, *, followers: Sequence[int]) -> FanOut:
    found = machine()
    async with running(settings) as runtime:
        people, author_ids = await _filled(runtime, followers)
        with RawRedis(settings.redis_url) as raw:
            await asyncio.to_thread(_make_sorted_sets, raw, people)
            reaches = []
            cached: set[int] = set()
            with progress(len(SHARES_CACHED) * len(author_ids)) as advance:
                for share in SHARES_CACHED:
                    wanted = set(people[:: round(1 / share)]) if share else set()
                    await _cache(runtime.redis, sorted(wanted - cached))
                    cached = wanted
                    for count, author_id in author_ids.items():
                        reaches.append(await _reach(runtime, raw, author_id, people[:count], share))
                        advance()
        sample = [await runtime.redis.memory_usage(timelines.home_key(person)) for person in people[: ROUNDS * 20]]
    largest = max(reaches, key=lambda reach: (reach.cached_share, reach.followers))
    return FanOut(
        machine=found,
        ratio=largest.ratio,
        deliveries_per_s=largest.deliveries_per_s,
        floor_per_s=largest.floor_per_s,
        bytes_per_timeline=max(sample),
        reaches=reaches,
    )


async def _filled(runtime: Runtime, followers: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    """The people, and by number of followers the author whom that many of the first of them follow."""
    async with runtime.database.write() as session:
        everybody = await add_people(session, max(followers) + len(followers))
        people, authors = everybody[: max(followers)], everybody[max(followers) :]
        follower_ids = [person for count in followers for person in people[:count]]
        followee_ids = [author for author, count in zip(authors, followers, strict=True) for _ in range(count)]
        await add_follows(session, follower_ids, followee_ids)
    await analyzed(runtime.database)
    return people, dict(zip(followers, authors, strict=True))


async def _cache(redis: Redis, user_ids: Sequence[int]) -> None:
    """Timelines as a rebuild leaves them, full of tweets of before."""
    packed = packed_ids(range(1, ENTRIES + 1))
    waiting = iter(user_ids)

    async def cache_some() -> None:
        for user_id in waiting:
            generation = await timelines.begin_rebuild(redis, user_id)
            assert generation is not None
            await timelines.finish_rebuild(redis, user_id, generation, complete_from=1, packed=packed)

    await asyncio.gather(*(cache_some() for _ in range(CACHED_AT_ONCE)))
    while (await redis.info("persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110 - in another process
        await asyncio.sleep(0.1)


async def _reach(runtime: Runtime, raw: RawRedis, author_id: int, reached: Sequence[int], share: float) -> Reach:
    ours, floor = [], []
    for _ in range(ROUNDS):
        await asyncio.sleep(GATHERING_S)  # in which the relay would leave the tweet, after that of the round before
        ours.append(await _delivered(runtime, author_id, len(reached)))
        floor.append(await asyncio.to_thread(_written, raw, reached))
    seconds, floor_seconds = statistics.median(ours), statistics.median(floor)
    return Reach(
        followers=len(reached),
        cached_share=share,
        ms=round(seconds * 1000, 1),
        deliveries_per_s=round(len(reached) / seconds),
        floor_per_s=round(len(reached) / floor_seconds),
        ratio=round(floor_seconds / seconds, 2),
    )


async def _delivered(runtime: Runtime, author_id: int, followers: int) -> float:
    """Seconds from the commit until the event is finished, with everything else that follows from it."""
    tweet_id = await posted(runtime, author_id, f"post {secrets.token_hex(8)}")
    committed_at = time.perf_counter()
    await delivered(runtime.database)
    seconds = time.perf_counter() - committed_at
    async with runtime.database.read() as reading:
        receipt = (await fan_outs.of_tweets(reading, [tweet_id]))[tweet_id]
    if receipt.targeted != followers:
        raise RuntimeError(f"{receipt.targeted} of {followers} followers were reached")
    return seconds


def _sorted_set(user_id: int) -> bytes:
    """bench:timeline:{USER_ID}"""
    return b"bench:timeline:{%d}" % user_id


def _make_sorted_sets(raw: RawRedis, user_ids: Sequence[int]) -> None:
    entries = [part for entry in range(FLOOR_ENTRIES) for part in (b"%d" % entry, b"%d" % (1 << 60 | entry))]
    made = [encoded(b"ZADD", _sorted_set(user_id), *entries) for user_id in user_ids]
    for pipeline, commands in pipelines(made, size=PIPELINE):
        raw.pipeline(pipeline, commands=commands)


def _written(raw: RawRedis, user_ids: Sequence[int]) -> float:
    """Seconds that sending all and receiving the answers takes; encoding is not in it."""
    now_ms = b"%d" % (time.time_ns() // 1_000_000)
    member = b"%d" % (1 << 60 | time.time_ns() >> 8)
    kept = b"%d" % (-1 - timelines.KEPT)
    commands = [
        command
        for key in map(_sorted_set, user_ids)
        for command in (encoded(b"ZADD", key, now_ms, member), encoded(b"ZREMRANGEBYRANK", key, b"0", kept))
    ]
    prepared = pipelines(commands, size=PIPELINE)
    began_at = time.perf_counter()
    for pipeline, count in prepared:
        raw.pipeline(pipeline, commands=count)
    return time.perf_counter() - began_at
