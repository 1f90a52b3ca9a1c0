"""Pages of home timelines from one API process, beside the least that could answer the same bytes."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from random import Random

import msgspec
import orjson
import psutil
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event, text

from app.main import create_app
from bench.figures import Machine, machine
from bench.population import add_follows, add_people, add_tweets, sign_in
from bench.raw_http import Load, answered, load
from bench.timeline_floor import PAGE
from infra.settings import Settings
from services import tokens
from services.runtime import Runtime, running
from services.tokens import Claims
from stores import timelines

CONCURRENCIES = (1, 16, 64)
RATIOS_AT = 16
ROUNDS = 3
FLOOR_TIMES = 5
"""As many requests to the floor for each to the API: the system counts CPU in hundredths of a second."""
READERS = 100
"""Each asks for one page in a run: in a cold one each timeline is rebuilt once."""

HOME = """
query Home($first: Int!) { viewer { homeTimeline(first: $first) {
  edges { cursor node {
    ... on TimelineTweet {
      tweet { ... on Tweet {
        id text createdAt author { ... on User { id username displayName } }
        likeCount { value } retweetCount { value } replyCount { value } viewerState { liked bookmarked }
      } }
      reason { code }
    }
  } }
  pageInfo { hasNextPage endCursor }
} } }
"""


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
    stock_over_ours: float | None
    """Of the stock executor; null until there is another one."""
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
    settings: Settings, *, ports: tuple[int, int], pids: tuple[int, int], users: int, follows: int, tweets: int
) -> TimelinePages:
    """Of the API and the floor, in this order, on the servers of the settings."""
    found = machine()
    api_port, floor_port = ports
    async with running(settings) as runtime:
        people = await _filled(runtime, users=users, follows=follows, tweets=tweets)
        readers = Random(users).sample(people, min(READERS, users))
        asked = [_api_request(_token(runtime, reader)) for reader in readers]
        floor_asked = [_floor_request(reader) for reader in readers] * FLOOR_TIMES
        page = await answered(api_port, asked[0])
        if page != await answered(floor_port, floor_asked[0]):
            raise RuntimeError("the floor does not answer what the API answers")
        statements = await _statements(settings, _token(runtime, readers[0]))

        async def drop() -> None:
            await timelines.drop(runtime.redis, readers)

        at = []
        for concurrency in CONCURRENCIES:
            warm, cold, floor = [], [], []
            for _ in range(ROUNDS):
                await drop()
                cold.append(await load(api_port, pids[0], asked, concurrency=concurrency))
                warm.append(await load(api_port, pids[0], asked, concurrency=concurrency))
                floor.append(await load(floor_port, pids[1], floor_asked, concurrency=concurrency))
            at.append(At(concurrency, warm=_median(warm), cold=_median(cold), floor=_median(floor)))
    by_concurrency = {each.concurrency: each for each in at}
    usual, alone = by_concurrency[RATIOS_AT], by_concurrency[1]
    return TimelinePages(
        machine=found,
        cpu_ratio_warm=round(usual.warm.cpu_ms / usual.floor.cpu_ms, 2),
        cpu_ratio_cold=round(usual.cold.cpu_ms / usual.floor.cpu_ms, 2),
        stock_over_ours=None,
        requests_per_s=usual.warm.requests_per_s,
        p50_ms=usual.warm.p50_ms,
        p99_ms=usual.warm.p99_ms,
        cold_p50_ms=alone.cold.p50_ms,
        cold_p99_ms=alone.cold.p99_ms,
        statements=statements,
        page_bytes=len(page),
        rss_mb=round(psutil.Process(pids[0]).memory_info().rss / 2**20, 1),
        at=at,
    )


async def _filled(runtime: Runtime, *, users: int, follows: int, tweets: int) -> list[int]:
    async with runtime.database.write() as session:
        people = await add_people(session, users)
        step = max(1, (users - 1) // follows)
        followers = [person for person in people for _ in range(follows)]
        followees = [people[(place + 1 + nth * step) % users] for place in range(users) for nth in range(follows)]
        await add_follows(session, followers, followees)
        await add_tweets(session, people, tweets)
        await sign_in(session, people)
    async with runtime.database.read() as reading:
        await reading.execute(text("VACUUM ANALYZE"))
    return people


async def _statements(settings: Settings, token: str) -> int:
    """Counted in this process, where the engine can be heard, for a timeline that was read before."""
    sent: list[str] = []
    app = create_app(settings)
    client = AsyncClient(transport=ASGITransport(app), base_url="http://bench")
    async with app.router.lifespan_context(app), client as http:
        runtime: Runtime = app.state.runtime

        def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "LEFT JOIN changes" not in statement:  # the hub's look for all streams, once a second
                sent.append(statement)

        event.listen(runtime.database.engine.sync_engine, "before_cursor_execute", hear)
        body = {"query": HOME, "variables": {"first": PAGE}}
        (await http.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})).raise_for_status()
    return len(sent)


def _token(runtime: Runtime, reader: int) -> str:
    return tokens.access_token(runtime.settings, Claims(user_id=reader, session_id=reader), now=runtime.now())


def _api_request(token: str) -> bytes:
    body = orjson.dumps({"query": HOME, "variables": {"first": PAGE}})
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _floor_request(reader: int) -> bytes:
    return b"GET /%d HTTP/1.1\r\nhost: bench\r\n\r\n" % reader


def _median(loads: Sequence[Load]) -> Load:
    return Load(**{name: statistics.median(getattr(each, name) for each in loads) for name in Load.__struct_fields__})
