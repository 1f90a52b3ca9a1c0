"""./chirp bench: what programs read from its last line. Sizes are tiny: the figures say nothing here."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys

import pytest

from cli.options import PROJECT_ROOT
from infra.settings import Settings
from services.runtime import Runtime

SMALL = ("--users", "12", "--follows", "3", "--tweets", "60")
LATENCIES = {"p50_ms", "p99_ms"}
LOADS = {*LATENCIES, "cpu_ratio", "requests_per_s", "rss_mb"}
TIMELINE = {"cpu_ratio_warm", "cpu_ratio_cold", "stock_over_ours", "requests_per_s", "statements", "rss_mb"}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("timeline", *SMALL), TIMELINE | LATENCIES),
        (("thread", "--users", "12"), LOADS | {"statements"}),
        (("profile", "--users", "12"), LOADS | {"statements"}),
        (("search", "--users", "12"), LOADS | {"statements"}),
        (("post", *SMALL, "--posts", "20"), LATENCIES | {"floor_p50_ms", "floor_p99_ms", "cpu_ratio", "rss_mb"}),
        (("like", "--likes", "5", "--unlikes", "2"), LATENCIES | {"ratio"}),
        (("login", "--logins", "1"), LOADS),
        (("fanout", "--followers", "20"), {"ratio", "deliveries_per_s"}),
        (("live", "--subscribers", "5"), {"ratio", "last_delivery_ms", "bytes_per_idle_subscription"}),
        (("scaling", *SMALL), {"throughput_ratio", "possible_ratio", "cpu_ratio", "rss_mb"}),
        (("growth", "--requests", "400"), {"rss_mb_warm", "rss_mb_end", "requests"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_the_last_line_is_one_object_with_the_promised_figures(
    runtime: Runtime, settings: Settings, arguments: tuple[str, ...], names: set[str]
) -> None:
    figures = await asyncio.to_thread(_bench, settings, arguments)
    assert names <= figures.keys()
    assert {name for name in names if not figures[name] > 0} <= {"bytes_per_idle_subscription"}  # freed while measured


def _bench(settings: Settings, arguments: tuple[str, ...]) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, "-P", "-m", "cli", "bench", *arguments, "--json"],
        cwd=PROJECT_ROOT,
        env=os.environ
        | {
            "PYTHONPATH": str(PROJECT_ROOT),
            "CHIRP_ENV": "dev",
            "CHIRP_DATABASE_URL": settings.database_url,
            "CHIRP_REDIS_URL": settings.redis_url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    table, _, last = run.stdout.rstrip("\n").rpartition("\n")
    assert "Python 3." in table.splitlines()[-1]
    figures: dict[str, float] = json.loads(last)
    return figures
