"""Receipts of deliveries: exact for everybody, one for each tweet however often it is delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.exceptions import RedisError

from domain.delivery import Batch, FanoutReceipt, FanoutStrategy
from domain.pacing import Pace
from domain.tweets import checked_text
from infra.redis import Redis
from services import deletions, fan_out, tweets
from services.runtime import Runtime
from services.tweets import Draft
from stores import fan_outs, timelines
from stores.timelines import Reached
from tests.services.test_delivery_tiers import World
from tests.waiting import until
from workers.handlers import handle

MANY = 50


class Killed(BaseException):
    pass


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


async def receipt(world: World, tweet_id: int) -> FanoutReceipt:
    async with world.runtime.database.read() as session:
        return (await fan_outs.of_tweets(session, [tweet_id]))[tweet_id]


def without_times(found: FanoutReceipt) -> tuple[FanoutStrategy, int, int, int]:
    return found.strategy, found.targeted, found.delivered, found.skipped_inactive


async def test_before_its_delivery_a_tweet_has_an_empty_receipt(world: World) -> None:
    [bob] = await world.people("bob")
    assert await receipt(world, await world.post(bob)) == FanoutReceipt(FanoutStrategy.PUSH_ALL)


async def test_a_receipt_tells_followers_with_a_timeline_without_one_and_those_inactive(world: World) -> None:
    bob, active, inactive, uncached, celebrity = await world.people("bob", "active", "inactive", "uncached", "celeb")
    one_fan = (await world.people("small"))[0]
    await world.follow(one_fan, active)
    await world.follow(bob, active, inactive, uncached)
    await world.follow(celebrity, *await world.people("a", "b", "c", "d"))
    for reader in (active, inactive):
        await world.home(reader)
    await world.last_read(inactive, ago=timedelta(hours=24))
    before = world.runtime.now()
    posted = [await world.post(author) for author in (one_fan, bob, celebrity)]
    await fan_out.fan_out(world.runtime, posted)
    after = world.runtime.now()

    found = [await receipt(world, tweet_id) for tweet_id in posted]
    assert [without_times(each) for each in found] == [
        (FanoutStrategy.PUSH_ALL, 1, 1, 0),
        (FanoutStrategy.PUSH_ACTIVE, 3, 1, 1),
        (FanoutStrategy.PULL, 0, 0, 0),
    ]
    longest = (after - before) / timedelta(milliseconds=1) + 1
    for each in found:
        assert each.started_at is not None
        assert each.completed_at is not None
        assert before <= each.started_at <= each.completed_at <= after
    for each in found[:2]:
        assert each.lag_p50_ms is not None
        assert each.lag_p99_ms is not None
        assert 0 <= each.lag_p50_ms <= each.lag_p99_ms <= longest
    assert (found[2].lag_p50_ms, found[2].lag_p99_ms) == (None, None)


async def test_authors_with_the_same_followers_have_receipts_of_their_own(world: World) -> None:
    bob, dan, both, only_dan, uncached = await world.people("bob", "dan", "both", "only", "uncached")
    await world.follow(bob, both)
    await world.follow(dan, both)
    for reader in (both, only_dan):
        await world.home(reader)
    first, second, third = [await world.post(author) for author in (bob, dan, bob)]
    await world.follow(dan, only_dan, uncached)
    await world.home(only_dan)
    await world.home(both)
    await fan_out.fan_out(world.runtime, [first, second, third])
    assert [without_times(await receipt(world, tweet_id))[1:] for tweet_id in (first, second, third)] == [
        (1, 1, 0),
        (3, 2, 0),
        (1, 1, 0),
    ]


async def test_a_delivery_that_is_repeated_changes_no_receipt(world: World) -> None:
    bob, fan = await world.people("bob", "fan")
    await world.follow(bob, fan)
    await world.home(fan)
    tweet_id = await world.post(bob)
    await world.fan_out(tweet_id)
    once = await receipt(world, tweet_id)
    await world.fan_out(tweet_id)
    async with world.runtime.database.write() as session:
        await deletions.delete(session, tweet_id, author_id=bob, now=world.runtime.now())
        await deletions.restore(session, tweet_id, author_id=bob, now=world.runtime.now())
    await world.queue.drained()
    assert await receipt(world, tweet_id) == once


@pytest.mark.parametrize(("chunks_per_record", "entries_of_second"), [(1, 1), (10, 2)])
async def test_an_interrupted_delivery_goes_on_where_it_was_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch, chunks_per_record: int, entries_of_second: int
) -> None:
    """Killed after the second of three followers."""
    monkeypatch.setattr(fan_out, "CHUNK", 1)
    monkeypatch.setattr(fan_out, "CHUNKS_PER_RECORD", chunks_per_record)
    bob, *fans = await world.people("bob", "first", "second", "third")
    await world.follow(bob, *fans)
    await world.queue.drained()
    for fan in fans:
        await world.home(fan)
    tweet_id = await world.post(bob)
    event_ids = await world.queue.taken()
    passed: list[str] = []

    def die_at_the_second(point: str) -> None:
        passed.append(point)
        if passed.count("mid-fan-out") == 2:
            raise Killed

    monkeypatch.setattr(fan_out, "crash_point", die_at_the_second)
    with pytest.raises(Killed):
        await handle(world.runtime, event_ids)
    recorded = 2 if chunks_per_record == 1 else 1
    running = await receipt(world, tweet_id)
    assert without_times(running) == (FanoutStrategy.PUSH_ACTIVE, recorded, recorded, 0)
    assert running.completed_at is None

    await handle(world.runtime, event_ids)
    assert [(await packed_entries(world, fan)) for fan in fans[:2]] == [1, entries_of_second]
    assert [(await world.cached(fan)) for fan in fans] == [(tweet_id,)] * 3
    completed = await receipt(world, tweet_id)
    assert without_times(completed) == (FanoutStrategy.PUSH_ACTIVE, 3, 3, 0)
    assert completed.started_at == running.started_at
    assert completed.completed_at is not None
    assert completed.lag_p99_ms is not None
    assert completed.lag_p50_ms is not None
    assert running.lag_p50_ms is not None
    assert running.lag_p50_ms <= completed.lag_p50_ms <= completed.lag_p99_ms


async def packed_entries(world: World, user_id: int) -> int:
    """What lies in the string, duplicates included."""
    return (int(await world.runtime.redis.strlen(timelines.home_key(user_id))) - 24) // 8


async def test_deliveries_to_active_followers_keep_the_pace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Unhurried:
        """asyncio for the fan-out alone: whatever else runs in this process sleeps as it should."""

        def __getattr__(self, name: str) -> object:
            return getattr(asyncio, name)

        async def sleep(self, seconds: float) -> None:
            waited.append(seconds)

    monkeypatch.setattr(fan_out, "CHUNK", 1)
    monkeypatch.setattr(fan_out, "asyncio", Unhurried())
    bob, small, *fans = await world.people("bob", "small", "first", "second", "third")
    await world.follow(bob, *fans)
    await world.follow(small, fans[0])
    slow = replace(world.runtime, fanout_pace=Pace(0.001))
    await fan_out.fan_out(slow, [await world.post(small)])
    assert waited == []
    await fan_out.fan_out(slow, [await world.post(bob)])
    assert [round(seconds, -2) for seconds in waited] == [0, 1_000, 2_000]


async def test_two_chunks_are_on_their_way_at_once_and_end_together_when_one_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, first, second, third = await world.people("bob", "first", "second", "third")
    await world.follow(bob, first, second, third)
    tweet_id = await world.post(bob)
    begun: list[int] = []
    cancelled: list[int] = []

    async def deliver(_redis: Redis, batches: Sequence[Batch], **_options: object) -> list[Reached]:
        [[user_id]] = [batch.user_ids for batch in batches]
        begun.append(user_id)
        if user_id == first:
            await until(lambda: second in begun)
            raise RedisError
        if user_id == second:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(second)
        return [Reached(entered=1)]

    monkeypatch.setattr(fan_out, "CHUNK", 1)
    monkeypatch.setattr(timelines, "deliver", deliver)
    with pytest.raises(RedisError):
        await world.fan_out(tweet_id)
    assert (begun, cancelled) == ([bob, first, second], [second])


async def test_statements_and_calls_to_redis_are_as_many_for_many_followers_as_for_one(
    world: World, runtime: Runtime, statements: list[str], redis_round_trips: list[str]
) -> None:
    world.runtime = runtime  # nobody here is large
    small, large, *fans = await world.people("small", "large", *(f"fan{n}" for n in range(MANY)))
    await world.follow(small, fans[0])
    await world.follow(large, *fans)
    await world.queue.drained()

    async def sent(author: int) -> tuple[int, int]:
        tweet_id = await world.post(author)
        statements.clear()
        redis_round_trips.clear()
        await world.fan_out(tweet_id)
        counted = len(statements), len(redis_round_trips)
        assert (await receipt(world, tweet_id)).targeted == (1 if author == small else MANY)
        return counted

    await sent(small)  # Redis learns the script
    assert await sent(small) == await sent(large) == (5, 2)


async def test_statements_are_as_many_for_many_authors_as_for_one(world: World, statements: list[str]) -> None:
    [fan] = await world.people("fan")
    authors = await world.people(*(f"author{n}" for n in range(MANY)))
    for author in authors:
        await world.follow(author, fan)
    await world.queue.drained()

    async def sent(*of_authors: int) -> int:
        now = world.runtime.now()
        drafts = [Draft(world.runtime.snowflakes.next(), author, checked_text("hello"), now) for author in of_authors]
        async with world.runtime.database.write() as session:
            await tweets.post(session, drafts, thresholds=world.runtime.fanout_thresholds)
        statements.clear()
        await fan_out.fan_out(world.runtime, [draft.id for draft in drafts])
        return len(statements)

    two = await sent(*authors[:2])
    assert await sent(*authors) == two == 4
    assert await sent(authors[0]) == 5  # it looks where it was interrupted
