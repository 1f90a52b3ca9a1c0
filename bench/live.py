"""A tweet to everybody who watches, from its commit to the last socket, beside bare sockets that are sent the same
bytes."""

from __future__ import annotations

import asyncio
import gc
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx
import msgspec

from bench.deliveries import delivered, posted
from bench.figures import Machine, machine
from bench.population import add_follows, add_people, add_tweets, analyzed, sign_in
from bench.raw_websocket import RawWebSocket
from bench.reads import token
from bench.servers import Server, cpu_s, resident_bytes
from infra.settings import Settings
from services.runtime import Runtime, running

BYSTANDERS = 10_000
BYSTANDERS_TWEETS = 50_000
"""Beside them the planner does not take the tables for so small that it reads them whole."""
ROUNDS = 20
WARM_UP = 2
GIVE_UP_AFTER_S = 60.0
OPENED_AT_ONCE = 20
QUIET_S = 0.2

WATCH = """
subscription { homeTimeline { cursor event { __typename ... on TimelineItemAdded { edge { cursor node {
  ... on TimelineTweet {
    tweet { ... on Tweet {
      id text createdAt author { ... on User { id username displayName } }
      likeCount { value } retweetCount { value } replyCount { value } viewerState { liked bookmarked }
    } }
    reason { code }
  }
} } } } } }
"""


class Live(msgspec.Struct, frozen=True):
    machine: Machine
    subscribers: int
    processes: int
    ratio: float
    """CPU of the API processes per delivery over the floor's."""
    delivery_us: float
    """CPU of the API processes per delivery, from before the post until everybody has heard."""
    floor_us: float
    last_delivery_ms: float
    """From the commit until the last subscriber has it; the median of the rounds, as the next."""
    floor_last_ms: float
    delivery_bytes: int
    """Of a message."""
    bytes_per_idle_subscription: int
    """Resident memory of the API processes, its socket included."""
    floor_bytes_per_idle_socket: int


@dataclass
class Audience:
    """The clients of one kind of server, and who of them has heard."""

    servers: Sequence[Server]
    sockets: list[RawWebSocket] = field(default_factory=list)
    mark: bytes = b""
    last_heard: bytes = b""
    left: int = 0
    everybody_heard: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, message: bytes) -> None:
        if self.mark in message:
            self.last_heard = message
            self.left -= 1
            if not self.left:
                self.everybody_heard.set()

    def expect(self, mark: bytes) -> None:
        """From here on what is heard are messages with the mark."""
        self.mark, self.left = mark, len(self.sockets)
        self.everybody_heard.clear()

    async def heard(self) -> None:
        async with asyncio.timeout(GIVE_UP_AFTER_S):
            await self.everybody_heard.wait()


async def measure(settings: Settings, *, apis: Sequence[Server], floor: Server, subscribers: int) -> Live:
    """On the servers of the settings."""
    found = machine()
    async with running(settings) as runtime:
        author_id, people = await _filled(runtime, subscribers)
        await posted(runtime, author_id, "before")
        ours, bare = Audience(apis), Audience([floor])

        async def subscribe(person: int) -> RawWebSocket:
            return await _subscribed(apis[person % len(apis)].port, token(runtime, person), ours.hear)

        async def connect(_: int) -> RawWebSocket:
            return await RawWebSocket.opened(floor.port, "/", bare.hear)

        idle = await _opened(ours, people, subscribe)
        bare_idle = await _opened(bare, people, connect)
        gc.freeze()
        took, floor_took = [], []
        used_s = floor_used_s = 0.0
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{floor.port}") as http:
            for round_ in range(WARM_UP + ROUNDS):
                # In turns: after a pause both find caches that are as cold.
                before, seconds = cpu_s(apis), await _told(runtime, author_id, ours)
                between = cpu_s(apis)
                await asyncio.sleep(QUIET_S)
                await delivered(runtime.database)
                floor_before, floor_seconds = cpu_s([floor]), await _written(http, ours.last_heard, bare)
                if round_ >= WARM_UP:
                    took.append(seconds)
                    floor_took.append(floor_seconds)
                    used_s += between - before
                    floor_used_s += cpu_s([floor]) - floor_before
        for socket in [*ours.sockets, *bare.sockets]:
            socket.close()
    delivery_us = used_s / len(took) / subscribers * 1e6
    floor_us = floor_used_s / len(floor_took) / subscribers * 1e6
    return Live(
        machine=found,
        subscribers=subscribers,
        processes=len(apis),
        ratio=round(delivery_us / floor_us, 1),
        delivery_us=round(delivery_us, 1),
        floor_us=round(floor_us, 1),
        last_delivery_ms=round(statistics.median(took) * 1000, 1),
        floor_last_ms=round(statistics.median(floor_took) * 1000, 1),
        delivery_bytes=len(ours.last_heard),
        bytes_per_idle_subscription=idle,
        floor_bytes_per_idle_socket=bare_idle,
    )


async def _filled(runtime: Runtime, subscribers: int) -> tuple[int, list[int]]:
    """An author, and people who follow them, signed in."""
    async with runtime.database.write() as session:
        author_id, *others = await add_people(session, 1 + subscribers + BYSTANDERS)
        people = others[:subscribers]
        await add_follows(session, people, [author_id] * subscribers)
        await sign_in(session, people)
        await add_tweets(session, others[subscribers:], BYSTANDERS_TWEETS)
    await analyzed(runtime.database)
    return author_id, people


async def _opened(audience: Audience, people: Sequence[int], opened: Callable[[int], Awaitable[RawWebSocket]]) -> int:
    """Bytes of memory that each takes beside the first tenth, for whom the servers make what all share."""

    async def open_all(those: Sequence[int]) -> None:
        waiting = iter(those)

        async def open_some() -> None:
            for person in waiting:
                audience.sockets.append(await opened(person))

        await asyncio.gather(*(open_some() for _ in range(OPENED_AT_ONCE)))

    first = len(people) // 10
    await open_all(people[:first])
    before = resident_bytes(audience.servers)
    await open_all(people[first:])
    return (resident_bytes(audience.servers) - before) // (len(people) - first)


async def _subscribed(port: int, token: str, hear: Callable[[bytes], None]) -> RawWebSocket:
    """Returns when the first event has come: from then on nothing is missed."""
    told = asyncio.Event()
    answers: list[bytes] = []

    def hear_first(message: bytes) -> None:
        if len(answers) < 2:
            answers.append(message)
            told.set()
        else:
            hear(message)

    socket = await RawWebSocket.opened(port, "/graphql", hear_first)
    socket.send(msgspec.json.encode({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
    socket.send(msgspec.json.encode({"type": "subscribe", "id": "home", "payload": {"query": WATCH}}))
    async with asyncio.timeout(GIVE_UP_AFTER_S):
        while len(answers) < 2:
            told.clear()
            await told.wait()
    if b'"Heartbeat"' not in answers[1]:
        raise RuntimeError(f"the subscription was refused: {answers[1]!r}")
    return socket


async def _told(runtime: Runtime, author_id: int, audience: Audience) -> float:
    """Seconds from the commit until everybody has heard."""
    mark = secrets.token_hex(8)
    audience.expect(mark.encode())
    await posted(runtime, author_id, f"post {mark}")
    committed_at = time.perf_counter()
    await audience.heard()
    return time.perf_counter() - committed_at


async def _written(http: httpx.AsyncClient, message: bytes, audience: Audience) -> float:
    audience.expect(message[:40])
    asked_at = time.perf_counter()
    asking = asyncio.create_task(http.post("/", content=message))
    await audience.heard()
    seconds = time.perf_counter() - asked_at
    (await asking).raise_for_status()
    return seconds
