"""Worker numbers for ids, leased by Postgres' clock so that two live processes never share one.

A generator stamps only milliseconds inside its own lease, so ids stay unique whatever the clocks of
the machines say.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from domain.ids import MAX_WORKER
from domain.snowflakes import MAX_AHEAD_MS, ClockOutOfLease, Lease, SnowflakeSequence
from infra.clock import Clock
from infra.database import Database

log = logging.getLogger(__name__)

LEASE_S = 60.0
RENEW_EVERY_S = 20.0
PAUSE_S = 1.0
"""Between renewals, however many ids are refused: where the clock is wrong, they go on being refused."""
RENEWAL = "renewal of the id lease"
"""The task."""

_LEASE_LOCK = 7_203_612


class NoFreeWorker(Exception):
    """All worker numbers are leased."""


class Snowflakes:
    """The ids of one process."""

    def __init__(self, clock: Clock, sequence: SnowflakeSequence) -> None:
        self._clock = clock
        self._sequence = sequence
        self.refused = asyncio.Event()
        """Whether an id was, since the lease was last renewed."""

    def next(self, *, above: int = 0) -> int:
        """Of a tweet that points at another, `above` is the other's id: see SnowflakeSequence."""
        try:
            return self._sequence.next(self._clock.now_ms(), above=above)
        except ClockOutOfLease:
            self.refused.set()
            raise


@asynccontextmanager
async def leased_snowflakes(database: Database, clock: Clock) -> AsyncIterator[Snowflakes]:
    """Holds a worker number until the block ends; renews it in the background, at once when an id is refused."""
    holder = str(uuid.uuid4())
    sequence = SnowflakeSequence(await acquire(database, holder))
    snowflakes = Snowflakes(clock, sequence)
    renewal = asyncio.create_task(_renew_forever(database, holder, sequence, snowflakes.refused), name=RENEWAL)
    try:
        yield snowflakes
    finally:
        renewal.cancel()
        with suppress(asyncio.CancelledError):
            await renewal
        await release(database, holder, sequence.lease.worker)


_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_ACQUIRE = text(
    """
    WITH free AS (
        SELECT candidate AS worker
        FROM generate_series(0, :last_worker) AS candidate
        LEFT JOIN id_leases ON id_leases.worker = candidate
        WHERE id_leases.worker IS NULL OR id_leases.leased_until <= now()
        ORDER BY id_leases.leased_until NULLS FIRST, candidate
        LIMIT 1
    )
    INSERT INTO id_leases AS lease (worker, holder, leased_until)
    SELECT worker, :holder, now() + make_interval(secs => :lease_s) FROM free
    ON CONFLICT (worker) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
    RETURNING worker, extract(epoch FROM now()) * 1000 AS from_ms,
        extract(epoch FROM leased_until) * 1000 AS until_ms
    """
)
_RENEW = text(
    """
    UPDATE id_leases SET leased_until = now() + make_interval(secs => :lease_s)
    WHERE worker = :worker AND holder = :holder AND leased_until > now()
    RETURNING extract(epoch FROM leased_until) * 1000 AS until_ms
    """
)
# A released number rests until no id stamped ahead of the clock can lie in its next lease.
_RELEASE = text(
    """
    UPDATE id_leases SET leased_until = least(leased_until, now() + make_interval(secs => :rest_s))
    WHERE worker = :worker AND holder = :holder
    """
)


async def acquire(database: Database, holder: str) -> Lease:
    async with database.write() as session:
        await session.execute(_LOCK, {"lock": _LEASE_LOCK})
        result = await session.execute(_ACQUIRE, {"holder": holder, "lease_s": LEASE_S, "last_worker": MAX_WORKER - 1})
        row = result.one_or_none()
    if row is None:
        raise NoFreeWorker(f"all {MAX_WORKER} worker numbers are leased")
    return Lease(worker=row.worker, from_ms=int(row.from_ms), until_ms=int(row.until_ms))


async def renew(database: Database, holder: str, worker: int) -> int | None:
    """The new end of the lease in Unix milliseconds; None when it had run out."""
    async with database.write() as session:
        # Else a lease that runs out at this moment could be renewed and acquired at once.
        await session.execute(_LOCK, {"lock": _LEASE_LOCK})
        result = await session.execute(_RENEW, {"worker": worker, "holder": holder, "lease_s": LEASE_S})
        until_ms = result.scalar_one_or_none()
    return None if until_ms is None else int(until_ms)


async def release(database: Database, holder: str, worker: int) -> None:
    async with database.write() as session:
        await session.execute(_RELEASE, {"worker": worker, "holder": holder, "rest_s": 2 * MAX_AHEAD_MS / 1000})


async def _renew_forever(database: Database, holder: str, sequence: SnowflakeSequence, refused: asyncio.Event) -> None:
    """Where the lease ran out (Postgres was away, the machine slept), the process goes on with another."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEW_EVERY_S - PAUSE_S):
                await refused.wait()
        lease = sequence.lease
        try:
            until_ms = await renew(database, holder, lease.worker)
            if until_ms is None:
                log.warning("the id lease of worker %s ran out; taking another", lease.worker)
                sequence.continue_in(await acquire(database, holder))
            else:
                sequence.continue_in(Lease(lease.worker, lease.from_ms, until_ms))
        except (SQLAlchemyError, OSError, NoFreeWorker) as error:
            log.warning("could not renew the id lease of worker %s: %s", lease.worker, error)
        refused.clear()
        await asyncio.sleep(PAUSE_S)
