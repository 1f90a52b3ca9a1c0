"""A server that goes away and comes back under a running worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from infra.settings import Settings
from services.runtime import Runtime
from stores import outbox
from tests.client import Api, People
from tests.crash.forwarder import Forwarder
from tests.processes import process
from tests.waiting import until


async def test_a_worker_outlives_an_outage_of_redis(
    api: Api, people: People, runtime: Runtime, settings: Settings, tmp_path: Path
) -> None:
    async def drained() -> bool:
        async with runtime.database.read() as session:
            return await outbox.backlog(session) == 0

    def failures() -> int:
        return worker.log.read_text().count("the relay failed")

    port = urlsplit(settings.redis_url).port
    assert port is not None
    async with Forwarder(port) as forwarder:
        there = replace(settings, redis_url=settings.redis_url.replace(f":{port}/", f":{forwarder.port}/"))
        async with process("worker", there, tmp_path, CHIRP_OUTBOX_LEASE_S="1") as worker:
            await api.tweeted(people.ann, "before")
            await until(drained)
            for n in range(3):
                failed_before = failures()
                await forwarder.close()
                await api.tweeted(people.ann, f"during outage {n}")
                await until(lambda seen=failed_before: failures() > seen)  # type: ignore[misc]
                assert not await drained()
                await forwarder.open()
                await until(drained)
            assert worker.exit_code is None
            worker.ask_to_stop()
            assert await worker.ended() == 0, worker.log.read_text()
