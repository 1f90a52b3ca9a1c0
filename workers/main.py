"""The worker process: relay, jobs and cron. One of the two files that import arq."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import uvloop
from arq.cron import cron
from arq.worker import Worker, func
from redis.exceptions import RedisError

from domain.changes import KEPT_FOR
from infra import jobs, logs
from infra.jobs import Jobs
from infra.settings import Settings
from services import closing, deletions, polls, reconciliation, trends, views
from services.runtime import Runtime, running
from services.tokens import REFRESH_TOKEN_LIFE
from stores import changes, counts, emails, idempotency, outbox, sessions, wakeups
from workers.handlers import handle
from workers.relay import Relay

log = logging.getLogger(__name__)

JOBS_AT_ONCE = 8
LARGE_JOBS_AT_ONCE = 2
LARGE_JOBS_POLL_S = 0.02
"""Little beside what such a job takes, and less for Redis to do."""
LARGE_JOBS_TIMEOUT_S = 3600
"""A fan-out that was stopped goes on where it had come to."""
FINISH_WITHIN_S = 3
"""How long a stopping worker waits for its jobs; what is left comes back when its lease runs out."""
BEGIN_AGAIN_AFTER_S = 0.2
FOLD_SECONDS = set(range(0, 60, 2))
RECONCILE_SECONDS = set(range(1, 60, 5))
CLOSE_SECONDS = set(range(3, 60, 10))
MINUTES = 60


async def handle_events(ctx: dict[str, Any], event_ids: list[int]) -> None:
    await handle(ctx["runtime"], event_ids)


async def handle_large_event(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """While it waited for its turn its lease may have all but run out."""
    runtime: Runtime = ctx["runtime"]
    async with runtime.database.write() as session:
        await outbox.make_due(session, event_ids, after=timedelta(seconds=runtime.settings.outbox_lease_s))
    await handle(runtime, event_ids)


async def fold_counts(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    while True:
        async with runtime.database.write() as session:
            moved = await counts.fold(session)
        if moved < counts.FOLD_LIMIT:
            return


async def reconcile_counts(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    await reconciliation.reconcile_some(runtime.database)


async def count_views(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    await views.count(runtime.database, runtime.redis, now=runtime.now())


async def rank_trends(ctx: dict[str, Any]) -> None:
    await trends.rank(ctx["runtime"])


async def close_polls(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    await polls.close_ended(runtime.database, now=runtime.now())


async def purge_deleted_tweets(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    await deletions.purge(runtime.database, now=runtime.now())


async def forget_idempotency_keys(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    async with runtime.database.write() as session:
        await idempotency.forget_old(session)


async def forget_changes(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    while True:
        async with runtime.database.write() as session:
            forgotten = await changes.forget(session, before=runtime.now() - KEPT_FOR, limit=changes.FORGET_LIMIT)
        if forgotten < changes.FORGET_LIMIT:
            return


async def forget_links(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    async with runtime.database.write() as session:
        await emails.forget_ended_links(session, now=runtime.now())


async def purge_accounts(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    await closing.purge_due(runtime.database, now=runtime.now())


async def forget_sessions(ctx: dict[str, Any]) -> None:
    runtime: Runtime = ctx["runtime"]
    now = runtime.now()
    async with runtime.database.write() as session:
        await sessions.forget_ended(session, now=now, before=now - REFRESH_TOKEN_LIFE)


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    logs.configure(json_lines=settings.is_production)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(running(settings))
        queue = await Jobs.connect(settings.queue_url)
        stack.push_async_callback(queue.close)
        wake = asyncio.Event()
        relay = Relay(runtime.database, queue, lease=timedelta(seconds=settings.outbox_lease_s))
        for background in (
            wakeups.listen_forever(settings.database_url, outbox.CHANNEL, wake),
            relay.run_forever(wake),
        ):
            stack.push_async_callback(_cancelled, asyncio.create_task(background))
        arq_worker = worker(settings, runtime)
        large_worker = large_jobs_worker(settings, runtime)
        for each in (arq_worker, large_worker):
            stack.push_async_callback(each.close)
        gc.collect()
        gc.freeze()  # what was imported stays: a full collection of it would stop the process for 25 ms (measured)
        log.info("working")
        await asyncio.gather(arq_worker.async_run(), large_worker.async_run())


class PatientWorker(Worker):
    """arq's worker, which would end at the first error of Redis that its connection cannot hide."""

    async def main(self) -> None:
        while True:
            try:
                return await super().main()
            except (RedisError, OSError) as error:
                log.warning("taking jobs failed and begins again: %s", error)
            await asyncio.gather(*self.tasks.values(), return_exceptions=True)
            # A job that could not be started has kept its place.
            self.tasks.clear()
            self.job_counter = 0
            self.sem = asyncio.BoundedSemaphore(self.max_jobs + 1)
            await asyncio.sleep(BEGIN_AGAIN_AFTER_S)


def worker(settings: Settings, runtime: Runtime, *, burst: bool = False) -> Worker:
    """Runs until a signal comes, or with `burst` until nothing is left to do."""
    every = max(1, round(settings.trends_every_s / MINUTES))
    return _worker_of(settings, runtime)(
        functions=[func(handle_events, name=jobs.HANDLE_EVENTS, max_tries=1)],
        cron_jobs=[
            cron(fold_counts, second=FOLD_SECONDS),
            cron(count_views, second=50),
            cron(reconcile_counts, second=RECONCILE_SECONDS),
            cron(rank_trends, minute=set(range(0, MINUTES, every)), second=30, run_at_startup=True),
            cron(close_polls, second=CLOSE_SECONDS),
            cron(purge_deleted_tweets, minute=37, second=5),
            cron(forget_idempotency_keys, minute=17, second=45),
            cron(forget_changes, minute=set(range(3, MINUTES, 10)), second=40),
            cron(forget_sessions, minute=23, second=15),
            cron(forget_links, minute=41, second=15),
            cron(purge_accounts, minute=set(range(7, MINUTES, 10)), second=20),
        ],
        queue_name=jobs.QUEUE,
        poll_delay=settings.job_poll_s,
        max_jobs=JOBS_AT_ONCE,
        job_completion_wait=FINISH_WITHIN_S,
        handle_signals=not burst,
        burst=burst,
    )


def large_jobs_worker(settings: Settings, runtime: Runtime, *, burst: bool = False) -> Worker:
    """Runs until it is closed, or with `burst` until nothing is left to do."""
    return _worker_of(settings, runtime)(
        functions=[func(handle_large_event, name=jobs.HANDLE_EVENTS, max_tries=1, timeout=LARGE_JOBS_TIMEOUT_S)],
        queue_name=jobs.LARGE_QUEUE,
        poll_delay=LARGE_JOBS_POLL_S,
        max_jobs=LARGE_JOBS_AT_ONCE,
        handle_signals=False,
        burst=burst,
    )


def _worker_of(settings: Settings, runtime: Runtime) -> partial[PatientWorker]:
    return partial(
        PatientWorker,
        redis_settings=jobs.redis_settings(settings.queue_url, patient=True),
        job_serializer=jobs.serialize,
        job_deserializer=jobs.deserialize,
        keep_result=0,
        health_check_interval=30,
        ctx={"runtime": runtime},
    )


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
