"""The outbox, run by the test: the same handlers that the worker's jobs call, when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from services.runtime import Runtime
from stores import counts, outbox, wakeups
from workers.handlers import handle


class Queue:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def taken(self) -> list[int]:
        """Ids of all due events, leased for a minute."""
        async with self._runtime.database.write() as session:
            return await outbox.take(session, limit=10_000, lease=timedelta(minutes=1))

    async def drained(self) -> int:
        """Handles every due event and folds the counts; returns how many events there were."""
        handled = 0
        while event_ids := await self.taken():
            await handle(self._runtime, event_ids)
            handled += len(event_ids)
        async with self._runtime.database.write() as session:
            await counts.fold(session)
        return handled

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Drains whenever the outbox says that something came in."""
        wake = asyncio.Event()
        wake.set()

        async def drain_forever() -> None:
            while True:
                await wake.wait()
                wake.clear()
                await self.drained()

        tasks = [
            asyncio.create_task(drain_forever()),
            asyncio.create_task(wakeups.listen_forever(self._runtime.database.url, outbox.CHANNEL, wake)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
