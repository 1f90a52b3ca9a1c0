"""The relay: every event goes to one job at a time, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest
from redis.exceptions import RedisError
from sqlalchemy import text

from domain.events import Lane, TweetDeleted
from infra.database import Database
from infra.jobs import Jobs
from services.runtime import Runtime
from stores import outbox, wakeups
from tests.waiting import until
from tests.workers.outbox_rows import OutboxRows
from workers import relay as relay_module
from workers.relay import BATCH, Relay

EVENT = TweetDeleted(1)
LEASE = timedelta(minutes=1)


async def enqueued(runtime: Runtime) -> list[list[int]]:
    """The event ids of every job in Redis."""
    keys = await runtime.redis.keys("arq:job:*")
    if not keys:
        return []
    return sorted(msgspec.msgpack.decode(job)["a"][0] for job in await runtime.redis.mget(keys) if job)


@asynccontextmanager
async def in_background(forever: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(forever)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def refusing_connections(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """PostgreSQL ends the database's connections and takes no new ones, as when it restarts; the tests' own
    pool notices at its next use."""
    server, _, name = database.url.rpartition("/")
    operator = await asyncpg.connect(f"{server}/postgres")
    try:
        await operator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        yield operator
    finally:
        await operator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await operator.close()


async def test_a_job_is_msgpack_and_carries_ids_only(runtime: Runtime, relay: Relay, rows: OutboxRows) -> None:
    event_ids = await rows.added(EVENT, EVENT)
    assert await relay.relay_once() == 2
    (key,) = await runtime.redis.keys("arq:job:*")
    job = msgspec.msgpack.decode(await runtime.redis.get(key))
    assert job == {"t": None, "f": "handle_events", "a": [event_ids], "k": {}, "et": job["et"]}


async def test_a_leased_event_is_not_relayed_again(runtime: Runtime, relay: Relay, rows: OutboxRows) -> None:
    event_ids = await rows.added(EVENT)
    assert await relay.relay_once() == 1
    assert await relay.relay_once() == 0
    assert await enqueued(runtime) == [event_ids]


async def test_an_event_whose_lease_ran_out_is_relayed_again(runtime: Runtime, jobs: Jobs, rows: OutboxRows) -> None:
    relay = Relay(runtime.database, jobs, lease=timedelta(milliseconds=1))
    event_ids = await rows.added(EVENT)
    assert await relay.relay_once() == 1

    async def due_again() -> bool:
        return await rows.due() == event_ids

    await until(due_again)
    assert await relay.relay_once() == 1


async def test_what_another_relay_is_just_taking_is_left_to_it(
    runtime: Runtime, relay: Relay, rows: OutboxRows
) -> None:
    event_ids = await rows.added(*[EVENT] * 5)
    async with runtime.database.write() as other_relay:
        assert await outbox.take(other_relay, limit=2, lease=LEASE) == event_ids[:2]
        async with asyncio.timeout(10):  # a relay that waits for the other would wait for ever
            assert await relay.relay_once() == 3
    assert await relay.relay_once() == 0
    assert await enqueued(runtime) == [event_ids[2:]]


async def test_relays_side_by_side_share_the_events(
    runtime: Runtime, relay: Relay, jobs: Jobs, rows: OutboxRows
) -> None:
    event_ids = await rows.added(*[EVENT] * (3 * BATCH))
    other = Relay(runtime.database, jobs, lease=LEASE)
    moved = await asyncio.gather(*(each.relay_once() for each in (relay, other, relay, other)))
    assert sum(moved) == 3 * BATCH
    assert sorted(event_id for job in await enqueued(runtime) for event_id in job) == event_ids


async def test_events_wait_in_postgres_while_jobs_wait_in_redis(
    runtime: Runtime, relay: Relay, jobs: Jobs, rows: OutboxRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        relay_module.LANES, Lane.ORDINARY, replace(relay_module.LANES[Lane.ORDINARY], unfinished_jobs=1)
    )
    await rows.added(EVENT)
    assert await relay.relay_once() == 1
    late = await rows.added(EVENT)
    assert await relay.relay_once() == 0
    assert await rows.due() == late
    # Jobs older than the lease are what a killed worker left: their events are on their way again.
    impatient = Relay(runtime.database, jobs, lease=timedelta(milliseconds=1))
    await until(lambda: _moved(impatient))


async def _moved(relay: Relay) -> bool:
    return await relay.relay_once() > 0


async def test_events_that_redis_does_not_take_are_given_back(
    runtime: Runtime, relay: Relay, rows: OutboxRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "POLL_S", 0.001)
    event_ids = await rows.added(EVENT, EVENT)
    await runtime.redis.config_set("maxmemory", 1)  # every write fails, reads work
    try:
        with pytest.raises(RedisError):
            await relay.relay_once()
    finally:
        await runtime.redis.config_set("maxmemory", 0)

    async def due_again() -> bool:
        return await rows.due() == event_ids

    await until(due_again)  # the lease is a minute
    assert await relay.relay_once() == 2
    assert await enqueued(runtime) == [event_ids]
    assert await rows.attempts() == dict.fromkeys(event_ids, 0)


async def test_a_lost_wake_up_costs_latency_only(
    runtime: Runtime, relay: Relay, rows: OutboxRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "POLL_S", 0.01)
    async with in_background(relay.run_forever(asyncio.Event())):
        event_ids = await rows.added(EVENT)

        async def relayed() -> bool:
            return await enqueued(runtime) == [event_ids]

        await until(relayed)


async def test_the_relay_survives_a_database_that_goes_away(
    runtime: Runtime, jobs: Jobs, rows: OutboxRows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(relay_module, "POLL_S", 0.01)
    database = Database(runtime.database.url, pool_size=1)
    event_ids = await rows.added(EVENT)
    async with database.read() as session:
        pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    relay = Relay(database, jobs, lease=LEASE)

    async def relayed() -> bool:
        return await enqueued(runtime) == [event_ids]

    async with refusing_connections(database) as operator:
        await operator.execute("SELECT pg_terminate_backend($1)", pid)
        background = asyncio.create_task(relay.run_forever(asyncio.Event()))
        await until(lambda: len([r for r in caplog.records if r.name == "workers.relay"]) >= 3)
    await until(relayed)
    background.cancel()
    with suppress(asyncio.CancelledError):
        await background
    await database.close()


async def test_a_post_wakes_the_relay(runtime: Runtime, rows: OutboxRows) -> None:
    wake = asyncio.Event()
    async with in_background(wakeups.listen_forever(runtime.database.url, outbox.CHANNEL, wake)):
        await until(wake.is_set)
        wake.clear()
        await rows.added(EVENT)
        await until(wake.is_set)


async def test_the_listener_comes_back_when_its_connection_breaks(
    runtime: Runtime, rows: OutboxRows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wakeups, "RECONNECT_AFTER_S", 0.01)
    wake = asyncio.Event()
    async with in_background(wakeups.listen_forever(runtime.database.url, outbox.CHANNEL, wake)):
        await until(wake.is_set)
        wake.clear()
        async with refusing_connections(runtime.database) as operator:
            await operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %'"
            )
            await until(lambda: len([r for r in caplog.records if r.name == "stores.wakeups"]) >= 3)
        await until(wake.is_set)
        wake.clear()
        await rows.added(EVENT)
        await until(wake.is_set)
