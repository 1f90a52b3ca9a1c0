"""Cached home timelines in Redis."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from domain.delivery import Batch
from domain.ids import EPOCH_MS, MAX_ID, snowflake
from infra.redis import Redis
from services.runtime import Runtime
from stores import timelines
from stores.packed_ids import packed_ids
from stores.timelines import CachedTimeline, Reached, deliver, drop, read

ANN, BOB, CAT = 1, 2, 3


@pytest.fixture
def redis(runtime: Runtime) -> Redis:
    return runtime.redis


@pytest.fixture
def trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "KEPT", 8)
    monkeypatch.setattr(timelines, "TRIM_AT", 12)


async def delivered(redis: Redis, *tweet_ids: int) -> None:
    await deliver(redis, [Batch([ANN], tweet_ids)])


async def held(redis: Redis, user_id: int) -> tuple[int, tuple[int, ...]] | None:
    """The watermark and the ids of a cached timeline."""
    cached = await read(redis, user_id)
    return None if cached is None else (cached.complete_from, cached.tweet_ids)


async def begun(redis: Redis) -> int:
    generation = await timelines.begin_rebuild(redis, ANN)
    assert generation is not None
    return generation


async def rebuilt(redis: Redis, *tweet_ids: int, complete_from: int = 0) -> None:
    assert await timelines.finish_rebuild(
        redis, ANN, await begun(redis), complete_from=complete_from, packed=packed_ids(tweet_ids[::-1])
    )


async def test_tweets_are_delivered_only_where_a_timeline_is_cached(redis: Redis) -> None:
    await rebuilt(redis, 20, 10)
    batches = [Batch([ANN, BOB], [30, 40]), Batch([CAT], [30])]
    assert await deliver(redis, batches) == [Reached(entered=1), Reached(entered=0)]
    assert await held(redis, ANN) == (0, (40, 30, 20, 10))
    assert await read(redis, BOB) is None
    assert await redis.keys("*") == [timelines.home_key(ANN)]


async def test_what_comes_late_or_twice_is_in_its_place_once(redis: Redis) -> None:
    await rebuilt(redis, 20, 10)
    await delivered(redis, 30)
    await delivered(redis, 15, 30, 20)
    assert await held(redis, ANN) == (0, (30, 20, 15, 10))


async def test_what_lies_below_the_watermark_is_left_to_postgres(redis: Redis) -> None:
    await rebuilt(redis, 20, 10, complete_from=10)
    await delivered(redis, 5, 9, 11)
    assert await held(redis, ANN) == (10, (20, 11, 10))


@pytest.mark.usefixtures("trimmed")
async def test_trimming_keeps_the_newest_and_raises_the_watermark_behind_the_rest(redis: Redis) -> None:
    await rebuilt(redis)
    await delivered(redis, *range(1, 13))
    assert await held(redis, ANN) == (0, tuple(range(12, 0, -1)))
    await delivered(redis, 13)
    assert await held(redis, ANN) == (6, tuple(range(13, 5, -1)))


@pytest.mark.usefixtures("trimmed")
@pytest.mark.parametrize("base", [0, (1 << 32) - 15, (1 << 63) - 200])
@pytest.mark.parametrize("seed", range(10))
async def test_whatever_the_order_of_arrival_all_above_the_watermark_is_there(
    redis: Redis, seed: int, base: int
) -> None:
    chance = random.Random(seed)
    await rebuilt(redis)
    arrived: set[int] = set()
    watermark = 0
    for _ in range(60):
        ids = [base + chance.randint(1, 150) for _ in range(chance.randint(1, 4))]
        await delivered(redis, *ids)
        arrived |= set(ids)
        cached = await read(redis, ANN)
        assert cached is not None
        assert cached.complete_from >= watermark
        watermark = cached.complete_from
        assert cached.tweet_ids == tuple(sorted((n for n in arrived if n >= watermark), reverse=True)), f"seed {seed}"
    assert watermark > base


@given(
    st.lists(st.integers(1, 60) | st.integers(350, 450) | st.integers(MAX_ID - 9, MAX_ID), max_size=40),
    st.sampled_from([1, 100]),
    st.sampled_from([0, 200, 280, 300]),
    st.integers(1, 60),
    st.none() | st.integers(1, 300),
)
def test_the_newest_are_found_whenever_they_came(
    late: list[int], times: int, place: int, count: int, high: int | None
) -> None:
    """Most come in order and once."""
    arrived = [*range(100, 400)]
    arrived[place:place] = late * times
    cached = CachedTimeline(complete_from=50, version=b"", arrived=packed_ids(arrived))
    above = MAX_ID if high is None else high
    truth = sorted({tweet_id for tweet_id in arrived if 50 <= tweet_id < above}, reverse=True)
    assert cached.newest(count, low=50, high=above) == truth[:count]


async def test_what_is_delivered_during_a_rebuild_is_kept(redis: Redis) -> None:
    generation = await begun(redis)
    assert await read(redis, ANN) is None
    await delivered(redis, 30)
    assert await read(redis, ANN) is None
    assert await timelines.finish_rebuild(redis, ANN, generation, complete_from=10, packed=packed_ids([10, 20]))
    await delivered(redis, 40)
    assert await held(redis, ANN) == (10, (40, 30, 20, 10))


@pytest.mark.usefixtures("trimmed")
async def test_a_rebuild_loses_nothing_however_much_is_delivered_meanwhile(redis: Redis) -> None:
    generation = await begun(redis)
    for tweet_id in range(10, 50):
        await delivered(redis, tweet_id)
    assert await timelines.finish_rebuild(redis, ANN, generation, complete_from=1, packed=packed_ids([1, 2]))
    assert await held(redis, ANN) == (1, (*range(49, 9, -1), 2, 1))
    await delivered(redis, 50)
    assert await held(redis, ANN) == (43, tuple(range(50, 42, -1)))


async def test_dropping_a_timeline_voids_the_rebuild_under_way(redis: Redis) -> None:
    out_of_date = await begun(redis)
    await drop(redis, [ANN, BOB])
    assert not await timelines.finish_rebuild(redis, ANN, out_of_date, complete_from=0, packed=packed_ids([20]))
    assert await read(redis, ANN) is None
    generation = await begun(redis)
    assert not await timelines.finish_rebuild(redis, ANN, out_of_date, complete_from=0, packed=packed_ids([20]))
    assert await timelines.finish_rebuild(redis, ANN, generation, complete_from=0, packed=packed_ids([10]))
    assert await held(redis, ANN) == (0, (10,))


async def test_of_many_who_find_it_missing_one_rebuilds(redis: Redis) -> None:
    began = await asyncio.gather(*(timelines.begin_rebuild(redis, ANN) for _ in range(10)))
    [generation] = [generation for generation in began if generation is not None]
    assert await timelines.finish_rebuild(redis, ANN, generation, complete_from=0, packed=b"")
    assert await timelines.begin_rebuild(redis, ANN) is None
    assert await held(redis, ANN) == (0, ())


async def test_a_timeline_expires_two_days_after_it_was_last_read(redis: Redis) -> None:
    generation = await begun(redis)
    assert 0 < await redis.ttl(timelines.home_key(ANN)) <= timelines.BUILDING_TTL_S
    await timelines.finish_rebuild(redis, ANN, generation, complete_from=0, packed=b"")
    await redis.expire(timelines.home_key(ANN), 60)
    await delivered(redis, 1)
    assert await redis.ttl(timelines.home_key(ANN)) <= 60
    await read(redis, ANN)
    assert await redis.ttl(timelines.home_key(ANN)) > timelines.TTL_S - 60


@pytest.mark.usefixtures("trimmed")
async def test_trimming_does_not_prolong_a_life(redis: Redis) -> None:
    await rebuilt(redis)
    await redis.expire(timelines.home_key(ANN), 60)
    await delivered(redis, *range(1, 14))
    assert 0 < await redis.ttl(timelines.home_key(ANN)) <= 60


async def test_each_gets_what_is_theirs_whoever_gets_the_same_and_is_not_cached(redis: Redis) -> None:
    for user_id in (10, 11, 12, 13, 15, 16):
        generation = await timelines.begin_rebuild(redis, user_id)
        assert generation is not None
        await timelines.finish_rebuild(redis, user_id, generation, complete_from=0, packed=b"")
    batches = [Batch([10, 11], [1]), Batch([20], [5, 6]), Batch([12, 13], [2, 3]), Batch([14, 15, 10], [4])]
    found = await deliver(redis, batches)
    assert [reached.entered for reached in found] == [2, 0, 2, 2]
    assert {user_id: await held(redis, user_id) for user_id in (10, 11, 12, 13, 14, 15, 16, 20)} == {
        10: (0, (4, 1)),
        11: (0, (1,)),
        12: (0, (3, 2)),
        13: (0, (3, 2)),
        14: None,
        15: (0, (4,)),
        16: (0, ()),
        20: None,
    }


def test_timelines_are_spread_evenly_over_the_slots_of_a_cluster() -> None:
    """Ids of people who came one after another, each in a millisecond of their own."""
    people = [snowflake(ms=EPOCH_MS + n, worker=1, sequence=0) for n in range(10 * timelines.TAGS)]
    slots = [key_slot(timelines.home_key(person)) for person in people]
    assert set(Counter(slots).values()) == {10}
    for nodes in (2, 3, 4, 6):
        of_nodes = Counter(slot * nodes // REDIS_CLUSTER_HASH_SLOTS for slot in slots)
        assert max(of_nodes.values()) <= 1.1 * len(people) / nodes


async def test_a_timeline_takes_12_kb_at_most(redis: Redis) -> None:
    await rebuilt(redis, *range(timelines.KEPT, 0, -1))
    sizes = [await redis.memory_usage(timelines.home_key(ANN))]
    for tweet_id in range(timelines.KEPT + 1, timelines.KEPT + 2 * (timelines.TRIM_AT - timelines.KEPT)):
        await delivered(redis, tweet_id)
        sizes.append(await redis.memory_usage(timelines.home_key(ANN)))
    cached = await read(redis, ANN)
    assert cached is not None
    assert cached.complete_from > 0
    assert max(sizes) <= 12 * 1024
