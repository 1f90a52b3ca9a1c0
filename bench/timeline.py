"""Pages of home timelines from one API process, beside the least that could answer the same bytes."""

from __future__ import annotations

import msgspec

from bench.figures import Machine, machine
from bench.population import add_people_who_follow, add_tweets, analyzed, sign_in
from bench.raw_http import Load, get, graphql
from bench.reads import (
    FLOOR_TIMES,
    RATIOS_AT,
    TWEET,
    Way,
    in_turns,
    readers_among,
    same_answer,
    statements_for,
    token,
)
from bench.servers import Server, rss_mb
from bench.timeline_floor import PAGE
from infra.settings import Settings
from services.runtime import Runtime, running
from stores import timelines

HOME = f"""
query Home($first: Int!) {{ viewer {{ homeTimeline(first: $first) {{
  edges {{ cursor node {{ ... on TimelineTweet {{ tweet {{ ... on Tweet {{ {TWEET} }} }} reason {{ code }} }} }} }}
  pageInfo {{ hasNextPage endCursor }}
}} }} }}
"""
FIRST_PAGE: dict[str, object] = {"first": PAGE}


class At(msgspec.Struct, frozen=True):
    """Medians over rounds in which the three take turns."""

    concurrency: int
    warm: Load
    cold: Load
    """Each page rebuilds its timeline."""
    floor: Load


class TimelinePages(msgspec.Struct, frozen=True):
    machine: Machine
    cpu_ratio_warm: float
    """CPU of the API process per request over the floor's, with RATIOS_AT requests at once; as the next."""
    cpu_ratio_cold: float
    stock_over_ours: float
    """CPU per request of the same schema under graphql-core's executor (CHIRP_BREADTH_FIRST=off) over ours, both warm,
    in turns of their own, with RATIOS_AT requests at once."""
    stock_cpu_ms: float
    requests_per_s: float
    """Warm, with RATIOS_AT requests at once; as the two after it."""
    p50_ms: float
    p99_ms: float
    cold_p50_ms: float
    """One after another."""
    cold_p99_ms: float
    statements: int
    """To Postgres for a warm page."""
    page_bytes: int
    rss_mb: float
    """Of the API process at the end."""
    at: list[At]


async def measure(
    settings: Settings, *, api: Server, stock: Server, floor: Server, users: int, follows: int, tweets: int
) -> TimelinePages:
    """On the servers of the settings; `stock` is an API that leaves operations to graphql-core."""
    found = machine()
    async with running(settings) as runtime:
        readers = readers_among(await filled(runtime, users=users, follows=follows, tweets=tweets))
        asked = [page_request(runtime, reader) for reader in readers]
        floor_asked = [get(f"/{reader}") for reader in readers] * FLOOR_TIMES
        page_bytes = await same_answer(api, floor, (asked[0], floor_asked[0]))
        await same_answer(stock, floor, (asked[0], floor_asked[0]))
        statements = await statements_for(settings, HOME, FIRST_PAGE, token(runtime, readers[0]))

        async def drop() -> None:
            await timelines.drop(runtime.redis, readers)

        by_concurrency = await in_turns(
            {
                "cold": Way([api], lambda: asked, drop),
                "warm": Way([api], lambda: asked),
                "floor": Way([floor], lambda: floor_asked),
            }
        )
        beside_stock = await in_turns(
            {"stock": Way([stock], lambda: asked), "ours": Way([api], lambda: asked)}, [RATIOS_AT]
        )
    usual, alone, stocked = by_concurrency[RATIOS_AT], by_concurrency[1], beside_stock[RATIOS_AT]
    return TimelinePages(
        machine=found,
        cpu_ratio_warm=round(usual["warm"].cpu_ms / usual["floor"].cpu_ms, 2),
        cpu_ratio_cold=round(usual["cold"].cpu_ms / usual["floor"].cpu_ms, 2),
        stock_over_ours=round(stocked["stock"].cpu_ms / stocked["ours"].cpu_ms, 2),
        stock_cpu_ms=stocked["stock"].cpu_ms,
        requests_per_s=usual["warm"].requests_per_s,
        p50_ms=usual["warm"].p50_ms,
        p99_ms=usual["warm"].p99_ms,
        cold_p50_ms=alone["cold"].p50_ms,
        cold_p99_ms=alone["cold"].p99_ms,
        statements=statements,
        page_bytes=page_bytes,
        rss_mb=rss_mb([api]),
        at=[At(concurrency, **loads) for concurrency, loads in by_concurrency.items()],
    )


async def filled(runtime: Runtime, *, users: int, follows: int, tweets: int) -> list[int]:
    async with runtime.database.write() as session:
        people = await add_people_who_follow(session, users, follows)
        await add_tweets(session, people, tweets)
        await sign_in(session, people)
    await analyzed(runtime.database)
    return people


def page_request(runtime: Runtime, reader: int) -> bytes:
    return graphql(HOME, FIRST_PAGE, token(runtime, reader))
