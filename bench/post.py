"""Posts at a fixed pace while timelines are read at half of what the API can do, beside the rows of a post alone."""

from __future__ import annotations

import asyncio
import secrets
from functools import partial
from itertools import cycle, islice

import msgspec
from sqlalchemy import text

from bench.clients import POST
from bench.deliveries import delivered
from bench.figures import Machine, latency, machine
from bench.progress import progress
from bench.raw_http import get, graphql, paced
from bench.reads import CONCURRENCIES, RATIOS_AT, ROUNDS, BesideFloor, Way, in_turns, readers_among, token
from bench.servers import Server, rss_mb
from bench.timeline import filled, page_request
from infra.settings import Settings
from services.runtime import Runtime, running

SHARE_OF_CAPACITY = 0.5
PAGES_EACH = 2
"""Of a reader in a run that finds the capacity."""
_COUNT = text("SELECT count(*) FROM tweets WHERE text LIKE 'post-%'")


class Posts(msgspec.Struct, frozen=True):
    machine: Machine
    posts_per_s: float
    p50_ms: float
    """From the moment a post was due to its answer, while timelines are read; over all rounds, in which Chirp and the
    floor take turns, as all up to `reads_p99_ms`."""
    p99_ms: float
    floor_p50_ms: float
    floor_p99_ms: float
    reads_per_s: float
    reads_p50_ms: float
    reads_p99_ms: float
    """Of the reads while Chirp is posted to."""
    capacity_per_s: float
    """Timelines alone, with RATIOS_AT requests at once; in the same run."""
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
    """So many in each paced run, and one by each reader in the others, on the servers of the settings; `population` is
    users, follows of each, tweets of all."""
    found = machine()
    users, follows, tweets = population
    async with running(settings) as runtime:
        readers = readers_among(await filled(runtime, users=users, follows=follows, tweets=tweets))
        pages = [page_request(runtime, reader) for reader in readers]

        def ours(count: int) -> list[bytes]:
            authors = islice(cycle(readers), count)
            return [graphql(POST, {"text": _text()}, token(runtime, author)) for author in authors]

        def bare(count: int) -> list[bytes]:
            return [get(f"/{author}/{_text()}") for author in islice(cycle(readers), count)]

        prepared = partial(delivered, runtime.database)
        alone = len(readers)
        by_concurrency = await in_turns(
            {
                "ours": Way([api], partial(ours, alone), prepared),
                "floor": Way([floor], partial(bare, alone), prepared),
            }
        )
        capacity = await in_turns({"pages": Way([api], lambda: pages * PAGES_EACH, prepared)}, [RATIOS_AT])
        capacity_per_s = capacity[RATIOS_AT]["pages"].requests_per_s
        reads_per_s = capacity_per_s * SHARE_OF_CAPACITY
        read = list(islice(cycle(pages), round(posts / per_second * reads_per_s)))
        ways = {"ours": (api.port, ours), "floor": (floor.port, bare)}
        posting: dict[str, list[float]] = {name: [] for name in ways}
        reading: dict[str, list[float]] = {name: [] for name in ways}
        with progress(2 * ROUNDS) as advance:
            for _ in range(ROUNDS):
                for name, (port, requests) in ways.items():
                    await prepared()
                    posts_took, reads_took = await asyncio.gather(
                        paced(port, requests(posts), per_second=per_second),
                        paced(api.port, read, per_second=reads_per_s),
                    )
                    posting[name] += posts_took
                    reading[name] += reads_took
                    advance()
        await _check_all_posted(runtime, 2 * ROUNDS * (len(CONCURRENCIES) * alone + posts))
    posted, on_floor, reads = latency(posting["ours"]), latency(posting["floor"]), latency(reading["ours"])
    usual = by_concurrency[RATIOS_AT]
    return Posts(
        machine=found,
        posts_per_s=per_second,
        p50_ms=posted.p50,
        p99_ms=posted.p99,
        floor_p50_ms=on_floor.p50,
        floor_p99_ms=on_floor.p99,
        reads_per_s=round(reads_per_s, 1),
        reads_p50_ms=reads.p50,
        reads_p99_ms=reads.p99,
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
