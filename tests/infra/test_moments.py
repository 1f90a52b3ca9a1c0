"""Moments of the database: how they are read of, and left while somebody reads of them."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from infra.database import Database, Moment
from services.runtime import Runtime


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
    await database.close()
