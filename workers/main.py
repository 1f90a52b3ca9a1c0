"""The worker process: relay, jobs and cron. One of the two files that import arq."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import uvloop
from arq.cron import cron
from arq.worker import Worker, func

from infra import jobs, logs
from infra.jobs import Jobs
from infra.settings import Settings
from services import trends
from services.runtime import Runtime, running
from stores import counts, idempotency, outbox_wakeups
from workers.handlers import handle
from workers.relay import Relay

log = logging.getLogger(__name__)

JOBS_AT_ONCE = 8
FINISH_WITHIN_S = 3
"""How long a stopping worker waits for its jobs; what is left comes back when its lease runs out."""
FOLD_SECONDS = set(range(0, 60, 2))
MINUTES = 60


async def handle_events(ctx: dict[str, Any], event_ids: list[int]) -> None:
    await handle(ctx["runtime"], event_ids)


async def fold_counts(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    while True:
        async with runtime.database.write() as session:
            moved = await counts.fold(session)
        if moved < counts.FOLD_LIMIT:
            return


async def rank_trends(ctx: dict[str, Any]) -> None:
    await trends.rank(ctx["runtime"])


async def forget_idempotency_keys(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    async with runtime.database.write() as session:
        await idempotency.forget_old(session)


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    logs.configure(json_lines=settings.is_production)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(running(settings))
        queue = await Jobs.connect(settings.redis_url)
        stack.push_async_callback(queue.close)
        wake = asyncio.Event()
        relay = Relay(runtime.database, queue, lease=timedelta(seconds=settings.outbox_lease_s))
        for background in (
            outbox_wakeups.listen_forever(settings.database_url, wake),
            relay.run_forever(wake),
        ):
            stack.push_async_callback(_cancelled, asyncio.create_task(background))
        worker = _worker(settings, runtime)
        stack.push_async_callback(worker.close)
        log.info("working")
        await worker.async_run()


def _worker(settings: Settings, runtime: Runtime) -> Worker:
    every = max(1, round(settings.trends_every_s / MINUTES))
    return Worker(
        functions=[func(handle_events, name=jobs.HANDLE_EVENTS, max_tries=1)],
        cron_jobs=[
            cron(fold_counts, second=FOLD_SECONDS),
            cron(rank_trends, minute=set(range(0, MINUTES, every)), second=30, run_at_startup=True),
            cron(forget_idempotency_keys, minute=17, second=45),
        ],
        queue_name=jobs.QUEUE,
        redis_settings=jobs.redis_settings(settings.redis_url),
        job_serializer=jobs.serialize,
        job_deserializer=jobs.deserialize,
        poll_delay=settings.job_poll_s,
        max_jobs=JOBS_AT_ONCE,
        keep_result=0,
        job_completion_wait=FINISH_WITHIN_S,
        health_check_interval=30,
        ctx={"runtime": runtime},
    )


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
