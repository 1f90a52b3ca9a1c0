"""Pages of home timelines from two API processes beside one, on the same Postgres and Redis.

Two processes need two cores for themselves to answer twice as much; on a small machine Postgres, Redis and the client
have the rest of both, unless each process is held to a share of a core that both can have. So three figures stand
beside each other: how many times as many requests two answer; for how many times as many this machine has CPU; and how
much more CPU a request costs when there are two.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence

import msgspec
import psutil

from bench.figures import Machine, machine
from bench.progress import progress
from bench.raw_http import Load, load
from bench.reads import ROUNDS, median, readers_among
from bench.servers import Server, rss_mb
from bench.timeline import filled, page_request
from infra.settings import Settings
from services.runtime import running

CONCURRENCY = 64
PAGES_EACH = 4
"""Of a reader in a run."""


class Scaling(msgspec.Struct, frozen=True):
    machine: Machine
    throughput_ratio: float
    """Requests per second of two processes over those of one; medians of rounds in which they take turns."""
    possible_ratio: float
    """The same if all cores did nothing but answer, at the CPU that a request costs the whole machine with two: what
    else runs on it counts, too. At most 2."""
    cpu_ratio: float
    """CPU of the API processes per request with two over that with one: 1 where they do not hinder each other, and then
    two processes with a core each answer twice as much."""
    machine_cpu_ms: float
    """Per request with two processes: theirs, that of Postgres, Redis and the client, and of everything else."""
    concurrency: int
    one: Load
    two: Load
    rss_mb: float
    """Of both at the end."""


async def measure(settings: Settings, *, apis: Sequence[Server], users: int, follows: int, tweets: int) -> Scaling:
    """Of the first alone and of both, on the servers of the settings."""
    found = machine()
    async with running(settings) as runtime:
        people = await filled(runtime, users=users, follows=follows, tweets=tweets)
        requests = [page_request(runtime, reader) for reader in readers_among(people)] * PAGES_EACH
    loads: dict[int, list[Load]] = {1: [], 2: []}
    busy: list[float] = []
    with progress(2 * ROUNDS) as advance:
        for _ in range(ROUNDS):
            for count, runs in loads.items():
                before = _busy_s()
                runs.append(await load(apis[:count], requests, concurrency=CONCURRENCY))
                if count == 2:
                    busy.append(_busy_s() - before)
                advance()
    one, two = median(loads[1]), median(loads[2])
    machine_cpu_s = statistics.median(busy) / len(requests)
    return Scaling(
        machine=found,
        throughput_ratio=round(two.requests_per_s / one.requests_per_s, 2),
        possible_ratio=round(min(2.0, (os.cpu_count() or 1) / machine_cpu_s / one.requests_per_s), 2),
        cpu_ratio=round(two.cpu_ms / one.cpu_ms, 2),
        machine_cpu_ms=round(machine_cpu_s * 1000, 2),
        concurrency=CONCURRENCY,
        one=one,
        two=two,
        rss_mb=rss_mb(apis),
    )


def _busy_s() -> float:
    """What all cores have done since the machine was started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))
