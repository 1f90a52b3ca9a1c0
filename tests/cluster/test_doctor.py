"""What `./chirp doctor` says of a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.settings import Settings
from tests.cli.test_commands import run
from tests.cluster.servers import PASSWORD, Cluster

pytestmark = pytest.mark.redis_cluster


@pytest.mark.parametrize("is_named_as_one", [True, False])
def test_doctor_tells_a_cluster_from_a_server(
    settings: Settings, redis_cluster: Cluster, tmp_path: Path, is_named_as_one: bool
) -> None:
    of_one_node = f"redis://:{PASSWORD}@127.0.0.1:{redis_cluster.nodes[0].port}/0"
    told = run(
        "doctor",
        "--data-dir",
        tmp_path,
        env={
            "CHIRP_ENV": "test",
            "CHIRP_DATABASE_URL": settings.database_url,
            "CHIRP_REDIS_URL": settings.redis_url if is_named_as_one else of_one_node,
            "CHIRP_JOBS_REDIS_URL": settings.queue_url if is_named_as_one else of_one_node,
        },
    )
    redis, jobs = [line.split() for line in told.stdout.splitlines() if "Redis" in line]
    state = "ok" if is_named_as_one else "problem"
    assert (redis[:2], jobs[:4]) == ([state, "Redis"], [state, "Redis", "for", "jobs"])
    assert PASSWORD not in told.stdout
