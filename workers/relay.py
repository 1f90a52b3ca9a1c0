"""From the outbox to the job queue: events in batches, each leased until a job has finished it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from redis.exceptions import RedisError

from infra.crash_points import crash_point
from infra.database import Database
from infra.jobs import Jobs
from infra.outages import is_outage
from stores import outbox

log = logging.getLogger(__name__)

BATCH = 200
"""Events per job: arq's share of an event falls below 5 us."""
MAX_WAITING_JOBS = 20
"""Events beyond these wait in Postgres, where their lease does not run."""
POLL_S = 1.0
"""How late an event can be whose wake-up was lost."""


class Relay:
    def __init__(self, database: Database, jobs: Jobs, *, lease: timedelta) -> None:
        self._database = database
        self._jobs = jobs
        self._lease = lease

    async def run_forever(self, wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            try:
                moved = await self.relay_once()
            except Exception as error:
                log.warning("the relay failed and tries again: %s", error, exc_info=not is_outage(error))
                moved = 0
            if moved < BATCH:
                try:
                    await asyncio.wait_for(wake.wait(), timeout=POLL_S)
                except TimeoutError:
                    continue

    async def relay_once(self) -> int:
        """Moves up to one batch; returns how many events were moved."""
        crash_point("before-relay")
        if await self._jobs.waiting(younger_than=self._lease) >= MAX_WAITING_JOBS:
            return 0
        async with self._database.write() as session:
            event_ids = await outbox.take(session, limit=BATCH, lease=self._lease)
        if not event_ids:
            return 0
        crash_point("before-enqueue")
        try:
            await self._jobs.handle_events(event_ids, within=self._lease)
        except (RedisError, OSError):
            async with self._database.write() as session:
                await outbox.make_due(session, event_ids, after=timedelta(seconds=POLL_S))
            raise
        return len(event_ids)
