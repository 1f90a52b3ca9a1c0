from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from infra.jobs import Jobs
from infra.settings import Settings
from services.runtime import Runtime
from tests.workers.outbox_rows import OutboxRows
from workers.relay import Relay


@pytest.fixture
async def jobs(settings: Settings, runtime: Runtime) -> AsyncIterator[Jobs]:
    jobs = await Jobs.connect(settings.redis_url)
    yield jobs
    await jobs.close()


@pytest.fixture
def relay(runtime: Runtime, jobs: Jobs) -> Relay:
    return Relay(runtime.database, jobs, lease=timedelta(minutes=1))


@pytest.fixture
def rows(runtime: Runtime) -> OutboxRows:
    return OutboxRows(runtime.database)
