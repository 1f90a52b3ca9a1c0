"""Moments of the database: how they are read of, and left while somebody reads of them."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from infra.database import Database, Moment
from services.runtime import Runtime


async def test_what_is_read_of_a_moment_is_planned_for_any_values(runtime: Runtime) -> None:
    statement = text("SELECT count(*) AS planned_once FROM users WHERE id = CAST(:id AS bigint)")
    plans = text("SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%planned_once%'")
    async with runtime.database.moment() as moment, moment.read() as session:
        for user_id in (1, 2):
            await session.rows(statement, {"id": user_id})
        counted = [tuple(row) for row in await session.rows(plans, {})]
    # And what asks for them.
    assert sorted(counted) == [(0, 1), (0, 2)]


async def test_a_moment_that_is_cut_off_under_a_reader_spoils_no_connection(runtime: Runtime) -> None:
    """Loaders read in tasks of their own, which are not cancelled with whoever waits for them."""
    database = Database(runtime.database.url, pool_size=1)
    readers: list[asyncio.Task[None]] = []
    moments: list[Moment] = []

    async def read(moment: Moment) -> None:
        async with moment.read() as session:
            await session.execute(text("SELECT pg_sleep(0.01)"))

    async def look() -> None:
        async with database.moment() as moment:
            moments.append(moment)
            readers.append(asyncio.create_task(read(moment)))
            await asyncio.Event().wait()

    for steps in range(1, 8):
        looking = asyncio.create_task(look())
        while len(readers) < steps:  # noqa: ASYNC110 - a step of the other task at a time
            await asyncio.sleep(0)
        for _ in range(steps):
            await asyncio.sleep(0)
        for _ in range(3):
            looking.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await looking
        await readers[-1]
        with pytest.raises(RuntimeError, match="the moment is over"):
            await read(moments[-1])
        async with database.write() as session:
            assert (await session.execute(text("SHOW transaction_isolation"))).scalar_one() == "read committed"
            assert (await session.execute(text("SHOW plan_cache_mode"))).scalar_one() == "force_generic_plan"
    await database.close()
