"""Everything a running process holds: settings, connections, clock, ids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from infra import clock as clocks
from infra.clock import Clock, SystemClock
from infra.database import Database
from infra.redis import Redis, connect
from infra.settings import Settings
from stores.id_leases import Snowflakes, leased_snowflakes


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: Settings
    database: Database
    redis: Redis
    clock: Clock
    snowflakes: Snowflakes

    def now(self) -> datetime:
        return clocks.now(self.clock)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Runtime]:
    """Opens the connections of one process and closes them at the end of the block."""
    clock = SystemClock()
    database = Database(settings.database_url)
    redis = connect(settings.redis_url)
    try:
        async with leased_snowflakes(database, clock) as snowflakes:
            yield Runtime(settings=settings, database=database, redis=redis, clock=clock, snowflakes=snowflakes)
    finally:
        await redis.aclose()
        await database.close()
