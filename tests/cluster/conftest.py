"""The API and its stores on a Redis Cluster; jobs stay on the single Redis of all tests."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from infra.settings import Settings
from tests.cluster.servers import Cluster, cluster

# Fixtures of a session are made once for each place that has them: here they are made with the settings below.
from tests.conftest import app, http_url, shared_runtime  # noqa: F401

PROGRAM = "redis-server"


@pytest.fixture(scope="session")
async def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip(f"no {PROGRAM}: install it with 'apt-get install {PROGRAM}'")
    async with cluster(program, tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="session")
def settings(settings: Settings, redis_cluster: Cluster) -> Settings:
    return replace(settings, redis_url=redis_cluster.url, jobs_redis_url=settings.redis_url)
