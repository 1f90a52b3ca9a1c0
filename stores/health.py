"""Whether the servers answer."""

from __future__ import annotations

from sqlalchemy import text

from infra.database import ReadSession
from infra.redis import Redis

_ANSWER = text("SELECT 1")


async def ask_postgres(session: ReadSession) -> None:
    await session.execute(_ANSWER)


async def ask_redis(redis: Redis) -> None:
    await redis.execute_command("PING")
