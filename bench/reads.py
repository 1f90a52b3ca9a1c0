"""How every read is measured: the API and its floor take turns, with more and more requests at once."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random

import msgspec
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event

from app.main import create_app
from bench.figures import Machine, machine
from bench.progress import progress
from bench.raw_http import Load, answered, get, graphql, load
from bench.servers import Server, rss_mb
from infra.settings import Settings
from services import tokens
from services.runtime import Runtime, running
from services.tokens import Claims

CONCURRENCIES = (1, 16, 64)
RATIOS_AT = 16
ROUNDS = 3
FLOOR_TIMES = 5
"""As many requests to the floor for each to the API: else its run is over before it is under way."""
READERS = 100
"""Each asks once in a run."""

TWEET = """
id text createdAt author { ... on User { id username displayName } }
likeCount { value } retweetCount { value } replyCount { value } viewerState { liked bookmarked }
"""


class Asked(msgspec.Struct, frozen=True):
    """One request, and the floor's path for the same answer."""

    viewer_id: int
    variables: dict[str, object]
    floor_path: str


class Read(msgspec.Struct, frozen=True):
    what: str
    document: str
    filled: Callable[[Runtime, int], Awaitable[list[Asked]]]
    """Puts so many people, and what there is to read, into an empty database."""


class BesideFloor(msgspec.Struct, frozen=True):
    """Medians over rounds in which the two take turns."""

    concurrency: int
    ours: Load
    floor: Load


class Reads(msgspec.Struct, frozen=True):
    machine: Machine
    what: str
    cpu_ratio: float
    """CPU of the API process per request over the floor's, with RATIOS_AT requests at once; as the three after it."""
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    statements: int
    """To Postgres for one request."""
    answer_bytes: int
    """Of the largest."""
    rss_mb: float
    """Of the API process at the end."""
    at: list[BesideFloor]


async def measure(settings: Settings, read: Read, *, api: Server, floor: Server, users: int) -> Reads:
    """On the servers of the settings."""
    found = machine()
    async with running(settings) as runtime:
        asked = await read.filled(runtime, users)
        requests = [graphql(read.document, each.variables, token(runtime, each.viewer_id)) for each in asked]
        floor_requests = [get(each.floor_path) for each in asked]
        largest = max([await same_answer(api, floor, pair) for pair in zip(requests, floor_requests, strict=True)])
        statements = await statements_for(
            settings, read.document, asked[0].variables, token(runtime, asked[0].viewer_id)
        )
    ways = {"ours": Way([api], lambda: requests), "floor": Way([floor], lambda: floor_requests * FLOOR_TIMES)}
    by_concurrency = await in_turns(ways)
    usual = by_concurrency[RATIOS_AT]
    return Reads(
        machine=found,
        what=read.what,
        cpu_ratio=round(usual["ours"].cpu_ms / usual["floor"].cpu_ms, 2),
        requests_per_s=usual["ours"].requests_per_s,
        p50_ms=usual["ours"].p50_ms,
        p99_ms=usual["ours"].p99_ms,
        statements=statements,
        answer_bytes=largest,
        rss_mb=rss_mb([api]),
        at=[BesideFloor(concurrency, **loads) for concurrency, loads in by_concurrency.items()],
    )


async def _at_once() -> None:
    pass


class Way(msgspec.Struct, frozen=True):
    """One of those that take turns."""

    servers: Sequence[Server]
    requests: Callable[[], Sequence[bytes]]
    """Of a run."""
    prepared: Callable[[], Awaitable[None]] = _at_once
    """Ends when a run can begin."""


async def in_turns(ways: Mapping[str, Way], concurrencies: Sequence[int] = CONCURRENCIES) -> dict[int, dict[str, Load]]:
    """Medians of their rounds, by the number of requests at once."""
    found = {}
    with progress(len(concurrencies) * ROUNDS * len(ways)) as advance:
        for concurrency in concurrencies:
            loads: dict[str, list[Load]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    await way.prepared()
                    loads[name].append(await load(way.servers, way.requests(), concurrency=concurrency))
                    advance()
            found[concurrency] = {name: median(each) for name, each in loads.items()}
    return found


def median(loads: Sequence[Load]) -> Load:
    return Load(**{name: statistics.median(getattr(each, name) for each in loads) for name in Load.__struct_fields__})


async def same_answer(api: Server, floor: Server, requests: tuple[bytes, bytes]) -> int:
    """Its bytes; raises RuntimeError where the floor answers anything else."""
    ours, bare = await answered(api.port, requests[0]), await answered(floor.port, requests[1])
    if ours != bare:
        raise RuntimeError(f"the floor does not answer what the API answers: {bare[:500]!r} for {ours[:500]!r}")
    return len(ours)


async def statements_for(settings: Settings, document: str, variables: dict[str, object], token: str) -> int:
    """Of the second time that it is asked; counted in this process, where the engine can be heard."""
    sent: list[str] = []
    app = create_app(settings)
    client = AsyncClient(transport=ASGITransport(app), base_url="http://bench")
    async with app.router.lifespan_context(app), client as http:
        runtime: Runtime = app.state.runtime

        def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "LEFT JOIN changes" not in statement:  # the hub's look for all streams, once a second
                sent.append(statement)

        event.listen(runtime.database.engine.sync_engine, "before_cursor_execute", hear)
        body = {"query": document, "variables": variables}
        for _ in range(2):
            sent.clear()
            (await http.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})).raise_for_status()
        return len(sent)  # before the process gives its lease of ids back


def token(runtime: Runtime, reader: int) -> str:
    """Of the session that `population.sign_in` made."""
    return tokens.access_token(runtime.settings, Claims(user_id=reader, session_id=reader), now=runtime.now())


def readers_among(people: Sequence[int]) -> list[int]:
    return Random(len(people)).sample(people, min(READERS, len(people)))
