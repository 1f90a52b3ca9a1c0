"""Handing work to arq. One of the two files that import it (the other is workers/main.py).

A job costs arq almost a millisecond of CPU, so jobs carry batches of event ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from arq import create_pool
from arq.connections import ArqRedis, RedisSettings
from arq.utils import timestamp_ms
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, TimeoutError  # noqa: A004 - the builtins are not meant here

QUEUE = "chirp:jobs"
LARGE_QUEUE = "chirp:large-jobs"
"""Of jobs that take long, which have workers of their own."""
HANDLE_EVENTS = "handle_events"
LONGEST_PAUSE_S = 1.0

serialize = msgspec.msgpack.encode
deserialize = msgspec.msgpack.decode


def redis_settings(url: str, *, patient: bool = False) -> RedisSettings:
    """A patient connection waits for a server that is down; others fail soon, so that their caller can react.

    Patience is for arq's worker, which would end the process at the first error.
    """
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout = 2
    if patient:
        settings.retry_on_error = [ConnectionError, TimeoutError, OSError]
        settings.retry = Retry(ExponentialBackoff(cap=LONGEST_PAUSE_S, base=0.05), retries=-1)
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

    async def handle_events(self, queue: str, event_ids: Sequence[int], *, within: timedelta) -> None:
        """Enqueues one job for these outbox events, which is dropped when it has not begun by then."""
        await self._pool.enqueue_job(HANDLE_EVENTS, list(event_ids), _queue_name=queue, _expires=within)

    async def waiting(self, queue: str, *, younger_than: timedelta) -> int:
        """How many jobs nobody has finished. Those that a killed worker had begun stay for minutes, so age counts."""
        oldest = timestamp_ms() - int(younger_than.total_seconds() * 1000)
        return int(await self._pool.zcount(queue, oldest, "+inf"))

    async def close(self) -> None:
        await self._pool.aclose(close_connection_pool=True)
