"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from services.runtime import Runtime
from stores import health


async def readiness(runtime: Runtime) -> tuple[bool, dict[str, Any]]:
    """Ready means that Postgres answers; without Redis the API is slower, not down."""
    database, cache = await asyncio.gather(_database(runtime), _cache(runtime))
    return database == "ok", {"database": database, "cache": cache}


async def _database(runtime: Runtime) -> str:
    try:
        async with asyncio.timeout(2), runtime.database.read() as session:
            await health.ask_postgres(session)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return f"down: {type(error).__name__}"
    return "ok"


async def _cache(runtime: Runtime) -> str:
    try:
        await health.ask_redis(runtime.redis)
    except (RedisError, OSError) as error:
        return f"down: {type(error).__name__}"
    return "ok"
