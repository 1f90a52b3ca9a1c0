"""Large fan-outs have a lane of their own: nobody else's tweets wait behind them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from domain import ids
from domain.events import Lane, TweetDeleted
from infra.database import WriteSession
from infra.jobs import LARGE_QUEUE, QUEUE
from infra.settings import Settings
from services.runtime import Runtime
from stores import fan_outs, outbox, timelines
from stores.fan_outs import Progress
from tests.client import Api, People, Person
from tests.queue import Queue
from tests.waiting import until
from tests.workers.outbox_rows import OutboxRows
from workers import main
from workers import relay as relay_module
from workers.relay import Relay

# arq closes its pool by redis-py's old name for it.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated close:DeprecationWarning")

HOME = "{ viewer { homeTimeline { nodes { text } } } }"
RESTORE = "mutation Restore($id: ID!) { restoreTweet(input: {tweetId: $id}) { userErrors { code } } }"
DELETE = "mutation Delete($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"


@pytest.fixture
async def followed(api: Api, people: People, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> People:
    """bob has two followers, which is large here; cat has one. ann follows both, and her timeline is cached."""
    monkeypatch.setattr("stores.undelivered.LARGE_FROM", 2)
    for follower, followee in ((people.ann, people.bob), (people.cat, people.bob), (people.ann, people.cat)):
        await api.followed(follower, followee)
    await queue.drained()
    await api.data(HOME, by=people.ann)
    return people


async def posted(api: Api, by: Person, *texts: str) -> list[int]:
    found = [ids.raw_id(await api.tweeted(by, text), "Tweet") for text in texts]
    assert None not in found
    return [tweet_id for tweet_id in found if tweet_id is not None]


async def enqueued(runtime: Runtime, queue_name: str) -> list[list[int]]:
    """The event ids of every job in one of the queues."""
    keys = [f"arq:job:{job_id.decode()}" for job_id in await runtime.redis.zrange(queue_name, 0, -1)]
    return sorted(msgspec.msgpack.decode(job)["a"][0] for job in await runtime.redis.mget(keys)) if keys else []


async def lanes(runtime: Runtime) -> dict[Lane, list[int]]:
    """Takes all that is due."""
    async with runtime.database.write() as session:
        return await outbox.take_by_lane(session, dict.fromkeys(Lane, 100), lease=timedelta(0))


async def cached(runtime: Runtime, person: Person) -> tuple[int, ...]:
    found = await timelines.read(runtime.redis, person.raw_id)
    assert found is not None
    return found.tweet_ids


async def test_a_large_fan_out_has_a_job_of_its_own_and_small_ones_share_theirs(
    api: Api, followed: People, runtime: Runtime, relay: Relay
) -> None:
    for n in range(2):
        await posted(api, followed.bob, f"large {n}")
        await posted(api, followed.cat, f"small {n}")
    due = await lanes(runtime)
    assert await relay.relay_once() == 4
    assert await enqueued(runtime, QUEUE) == [due[Lane.ORDINARY]]
    assert await enqueued(runtime, LARGE_QUEUE) == [[event_id] for event_id in due[Lane.LARGE_FAN_OUT]]


record = fan_outs.record


class Held:
    """Large fan-outs stop after the first follower, where their receipts are brought up to date."""

    def __init__(self) -> None:
        self.tweet_ids: list[int] = []
        self.released = asyncio.Event()

    async def record(self, session: WriteSession, made: dict[int, Progress], *, completed_at: datetime | None) -> None:
        await record(session, made, completed_at=completed_at)
        if completed_at is None and not self.released.is_set():
            self.tweet_ids.extend(made)
            await self.released.wait()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held = Held()
    monkeypatch.setattr("services.fan_out.CHUNK", 1)
    monkeypatch.setattr(fan_outs, "record", held.record)
    return held


async def test_small_authors_tweets_are_delivered_while_large_ones_are_held(
    api: Api, followed: People, runtime: Runtime, settings: Settings, relay: Relay, rows: OutboxRows, held: Held
) -> None:
    large = await posted(api, followed.bob, "one", "two", "three")
    assert await relay.relay_once() == 3
    large_worker = main.large_jobs_worker(settings, runtime, burst=True)
    working = asyncio.create_task(large_worker.async_run())
    await until(lambda: len(held.tweet_ids) == main.LARGE_JOBS_AT_ONCE)

    small = await posted(api, followed.cat, "small", "also small")
    assert await relay.relay_once() == 2
    worker = main.worker(settings, runtime, burst=True)
    await worker.async_run()
    await worker.close()
    assert set(small) <= set(await cached(runtime, followed.ann))
    async with runtime.database.read() as session:
        receipts = await fan_outs.of_tweets(session, large + small)
    assert [receipts[tweet_id].completed_at is None for tweet_id in large + small] == [True] * 3 + [False] * 2
    assert len(held.tweet_ids) == main.LARGE_JOBS_AT_ONCE

    held.released.set()
    await working
    await large_worker.close()
    assert large_worker.jobs_failed == 0
    assert set(large) <= set(await cached(runtime, followed.ann))
    assert await rows.all() == []


async def test_a_worker_that_is_stopped_leaves_a_large_fan_out_to_the_next(
    api: Api,
    followed: People,
    queue: Queue,
    runtime: Runtime,
    settings: Settings,
    relay: Relay,
    rows: OutboxRows,
    held: Held,
) -> None:
    [tweet_id] = await posted(api, followed.bob, "long")
    assert await relay.relay_once() == 1
    worker = main.large_jobs_worker(settings, runtime)
    working = asyncio.create_task(worker.async_run())
    await until(lambda: held.tweet_ids == [tweet_id])
    async with asyncio.timeout(5):
        await worker.close()
    with suppress(asyncio.CancelledError):
        await working
    [left] = await rows.all()
    assert left.attempts == 0

    held.released.set()
    async with runtime.database.write() as session:
        await outbox.make_due(session, [left.id], after=timedelta(0))
    assert await queue.drained() == 1
    async with runtime.database.read() as session:
        receipt = (await fan_outs.of_tweets(session, [tweet_id]))[tweet_id]
    assert (receipt.targeted, receipt.completed_at is None) == (2, False)


@pytest.mark.parametrize("full", list(Lane))
async def test_a_lane_that_is_full_holds_up_no_other(
    runtime: Runtime, relay: Relay, monkeypatch: pytest.MonkeyPatch, full: Lane
) -> None:
    monkeypatch.setitem(relay_module.LANES, full, replace(relay_module.LANES[full], unfinished_jobs=0))
    async with runtime.database.write() as session:
        for lane in Lane:
            await outbox.add(session, [TweetDeleted(1)], lane=lane)
    assert await relay.relay_once() == 1
    assert list(await lanes(runtime)) == [full]


async def test_an_event_keeps_its_lane_among_the_dead_letters(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await outbox.add(session, [TweetDeleted(1)], lane=Lane.LARGE_FAN_OUT)
    [event_id] = (await lanes(runtime))[Lane.LARGE_FAN_OUT]
    async with runtime.database.write() as session:
        await outbox.bury(session, event_id, error="for the test")
        assert await outbox.revive(session, [event_id]) == 1
    assert list(await lanes(runtime)) == [Lane.LARGE_FAN_OUT]


async def test_a_tweet_that_is_back_takes_the_lane_of_its_author(
    api: Api, followed: People, queue: Queue, runtime: Runtime
) -> None:
    for author, lane in ((followed.bob, Lane.LARGE_FAN_OUT), (followed.cat, Lane.ORDINARY)):
        tweet_id = await api.tweeted(author, "back again")
        await api.data(DELETE, {"id": tweet_id}, by=author)
        await queue.drained()
        assert await api.data(RESTORE, {"id": tweet_id}, by=author) == {"restoreTweet": {"userErrors": []}}
        assert list(await lanes(runtime)) == [lane]
        await queue.drained()
