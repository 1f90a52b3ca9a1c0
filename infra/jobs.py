"""Handing work to arq. One of the two files that import it (the other is workers/main.py).

A job costs arq almost a millisecond of CPU, so jobs carry batches of event ids.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from arq import create_pool
from arq.connections import ArqRedis, RedisSettings

QUEUE = "chirp:jobs"
HANDLE_EVENTS = "handle_events"

serialize = msgspec.msgpack.encode
deserialize = msgspec.msgpack.decode


def redis_settings(url: str) -> RedisSettings:
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout = 2
    return settings


class Jobs:
    def __init__(self, pool: ArqRedis) -> None:
        self._pool = pool

    @classmethod
    async def connect(cls, redis_url: str) -> Jobs:
        return cls(
            await create_pool(
                redis_settings(redis_url),
                job_serializer=serialize,
                job_deserializer=deserialize,
                default_queue_name=QUEUE,
            )
        )

    async def handle_events(self, event_ids: Sequence[int]) -> None:
        """Enqueues one job for these outbox events."""
        await self._pool.enqueue_job(HANDLE_EVENTS, list(event_ids))

    async def waiting(self) -> int:
        """How many jobs nobody has finished."""
        return int(await self._pool.zcard(QUEUE))

    async def close(self) -> None:
        await self._pool.aclose()
