"""From the outbox to the job queue: events in batches, each leased until a job has finished it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from redis.exceptions import RedisError

from domain.events import Lane
from infra.crash_points import crash_point
from infra.database import Database
from infra.jobs import LARGE_QUEUE, QUEUE, Jobs
from infra.outages import is_outage
from stores import outbox

log = logging.getLogger(__name__)

BATCH = 200
"""Events per job: arq's share of an event falls below 5 us."""


@dataclass(frozen=True, slots=True)
class LaneRules:
    queue: str
    events_per_job: int
    unfinished_jobs: int
    """Events beyond these wait in Postgres, where their lease does not run."""
    jobs_per_round: int


LANES = {
    Lane.ORDINARY: LaneRules(QUEUE, events_per_job=BATCH, unfinished_jobs=20, jobs_per_round=1),
    Lane.LARGE_FAN_OUT: LaneRules(LARGE_QUEUE, events_per_job=1, unfinished_jobs=10, jobs_per_round=10),
}
GATHERING_S = 0.15
"""After a round: what comes meanwhile shares a job, which costs a worker as much for one event as for ten. Neither
pages nor streams wait for deliveries."""
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
                if moved:
                    await asyncio.sleep(GATHERING_S)
                try:
                    await asyncio.wait_for(wake.wait(), timeout=POLL_S)
                except TimeoutError:
                    continue

    async def relay_once(self) -> int:
        """Moves up to one batch of ordinary events, and large ones each into a job of its own; returns how many events
        were moved. Neither waits for the other's jobs."""
        crash_point("before-relay")
        limits = {lane: await self._room(rules) * rules.events_per_job for lane, rules in LANES.items()}
        if not any(limits.values()):
            return 0
        async with self._database.write() as session:
            taken = await outbox.take_by_lane(session, limits, lease=self._lease)
        if not taken:
            return 0
        crash_point("before-enqueue")
        await self._enqueue(
            [(LANES[lane].queue, job) for lane, of_lane in taken.items() for job in _jobs(lane, of_lane)]
        )
        return sum(map(len, taken.values()))

    async def _room(self, rules: LaneRules) -> int:
        """How many jobs may be added now."""
        unfinished = await self._jobs.waiting(rules.queue, younger_than=self._lease)
        return max(0, min(rules.unfinished_jobs - unfinished, rules.jobs_per_round))

    async def _enqueue(self, jobs: Sequence[tuple[str, Sequence[int]]]) -> None:
        for number, (queue, event_ids) in enumerate(jobs):
            try:
                await self._jobs.handle_events(queue, event_ids, within=self._lease)
            except (RedisError, OSError):
                left = [event_id for _, of_job in jobs[number:] for event_id in of_job]
                async with self._database.write() as session:
                    await outbox.make_due(session, left, after=timedelta(seconds=POLL_S))
                raise


def _jobs(lane: Lane, event_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    size = LANES[lane].events_per_job
    for first in range(0, len(event_ids), size):
        yield event_ids[first : first + size]
