"""Posts at a fixed pace while timelines are read at half of what the API can do, beside the rows of a post alone."""

from __future__ import annotations

import asyncio
import secrets
import statistics
from collections.abc import Sequence
from itertools import cycle, islice

import msgspec
from sqlalchemy import text

from bench.clients import POST
from bench.figures import Latency, Machine, latency, machine
from bench.progress import progress
from bench.raw_http import Server, get, graphql, paced, rss_mb
from bench.reads import CONCURRENCIES, RATIOS_AT, ROUNDS, BesideFloor, Way, in_turns, readers_among, token
from bench.timeline import filled, page_request
from infra.settings import Settings
from services.runtime import Runtime, running
from stores import outbox

LOOK_EVERY_S = 0.05
SHARE_OF_CAPACITY = 0.5
_COUNT = text("SELECT count(*) FROM tweets WHERE text LIKE 'post-%'")


class Posts(msgspec.Struct, frozen=True):
    machine: Machine
    posts_per_s: float
    p50_ms: float
    """From the moment a post was due to its answer, while timelines are read; medians of rounds in which Chirp and the
    floor take turns, as all up to `reads_p99_ms`."""
    p99_ms: float
    floor_p50_ms: float
    floor_p99_ms: float
    reads_per_s: float
    reads_p50_ms: float
    reads_p99_ms: float
    """Of the reads while Chirp is posted to."""
    capacity_per_s: float
    """Timelines alone, with RATIOS_AT requests at once."""
    cpu_ratio: float
    """CPU of the API process per post over the floor's, nothing read meanwhile, with RATIOS_AT at once."""
    rss_mb: float
    """Of the API process at the end."""
    at: list[BesideFloor]
    """Posts alone."""


async def measure(
    settings: Settings,
    *,
    api: Server,
    floor: Server,
    population: tuple[int, int, int],
    posts: int,
    per_second: float,
) -> Posts:
    """So many in each run, on the servers of the settings; `population` is users, follows of each, tweets of all."""
    found = machine()
    users, follows, tweets = population
    async with running(settings) as runtime:
        readers = readers_among(await filled(runtime, users=users, follows=follows, tweets=tweets))
        pages = [page_request(runtime, reader) for reader in readers]

        def ours() -> list[bytes]:
            authors = islice(cycle(readers), posts)
            return [graphql(POST, {"text": _text()}, token(runtime, author)) for author in authors]

        def bare() -> list[bytes]:
            return [get(f"/{author}/{_text()}") for author in islice(cycle(readers), posts)]

        async def delivered() -> None:
            async with runtime.database.read() as session:
                while await outbox.backlog(session) > 0:  # noqa: ASYNC110 - in another process
                    await asyncio.sleep(LOOK_EVERY_S)

        by_concurrency = await in_turns({"ours": Way([api], ours, delivered), "floor": Way([floor], bare, delivered)})
        capacity = await in_turns({"pages": Way([api], lambda: pages, delivered)}, [RATIOS_AT])
        capacity_per_s = capacity[RATIOS_AT]["pages"].requests_per_s
        reads_per_s = capacity_per_s * SHARE_OF_CAPACITY
        read = list(islice(cycle(pages), round(posts / per_second * reads_per_s)))
        while_read: dict[int, list[tuple[Latency, Latency]]] = {api.port: [], floor.port: []}
        with progress(2 * ROUNDS) as advance:
            for _ in range(ROUNDS):
                for port, requests in ((api.port, ours()), (floor.port, bare())):
                    await delivered()
                    posting, reading = await asyncio.gather(
                        paced(port, requests, per_second=per_second), paced(api.port, read, per_second=reads_per_s)
                    )
                    while_read[port].append((latency(posting), latency(reading)))
                    advance()
        await _check_all_posted(runtime, 2 * ROUNDS * (len(CONCURRENCIES) + 1) * posts)
    posted = [posting for posting, _ in while_read[api.port]]
    on_floor = [posting for posting, _ in while_read[floor.port]]
    reads = [reading for _, reading in while_read[api.port]]
    usual = by_concurrency[RATIOS_AT]
    return Posts(
        machine=found,
        posts_per_s=per_second,
        p50_ms=_median_p50(posted),
        p99_ms=_median_p99(posted),
        floor_p50_ms=_median_p50(on_floor),
        floor_p99_ms=_median_p99(on_floor),
        reads_per_s=round(reads_per_s, 1),
        reads_p50_ms=_median_p50(reads),
        reads_p99_ms=_median_p99(reads),
        capacity_per_s=capacity_per_s,
        cpu_ratio=round(usual["ours"].cpu_ms / usual["floor"].cpu_ms, 2),
        rss_mb=rss_mb([api]),
        at=[BesideFloor(concurrency, **loads) for concurrency, loads in by_concurrency.items()],
    )


def _text() -> str:
    return f"post-{secrets.token_hex(8)}"


async def _check_all_posted(runtime: Runtime, expected: int) -> None:
    async with runtime.database.read() as session:
        found = (await session.execute(_COUNT)).scalar_one()
    if found != expected:
        raise RuntimeError(f"{found} of {expected} tweets were posted")


def _median_p50(runs: Sequence[Latency]) -> float:
    return statistics.median(run.p50 for run in runs)


def _median_p99(runs: Sequence[Latency]) -> float:
    return statistics.median(run.p99 for run in runs)
