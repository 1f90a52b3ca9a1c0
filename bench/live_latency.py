"""From sending postTweet to the event on a follower's socket: API, worker and servers as real processes."""

from __future__ import annotations

import asyncio
import json
import secrets
import time

import asyncpg
import httpx
import msgspec
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.clients import POST, Person, graphql, registered
from bench.figures import Latency, Machine, latency, machine

GIVE_UP_AFTER_S = 10.0
IDLE_S = 5.0
WARM_UP = 50
_FLOOR_SAMPLES = 500
_CHANNEL = "bench"

FOLLOW = "mutation Follow($id: ID!) { followUser(input: {userId: $id}) { userErrors { message } } }"
WATCH = """
subscription { homeTimeline { event { __typename ... on TimelineItemAdded { edge { node {
  ... on TimelineTweet { tweet { ... on Tweet { id text author { ... on User { username } } likeCount { value } } } }
} } } } } }
"""


class LiveLatency(msgspec.Struct, frozen=True):
    machine: Machine
    one_after_another: Latency
    """The next post is sent when the event of the last one has arrived."""
    paced: Latency
    """Posts are sent by the clock, whether or not earlier ones have arrived."""
    paced_per_second: float
    post_answered: Latency
    """The mutation's own answer, in the one-after-another run: what a client waits for anyway."""
    http_floor: Latency
    """GET /livez on the same server and connection."""
    notify_floor: Latency
    """pg_notify, a transaction by itself, to its arrival on another connection to the same Postgres."""
    worker_idle_cpu_percent: float
    """Of one core, over some seconds without posts; the price of polling for jobs often."""
    job_poll_s: float


async def measure(
    api_url: str, database_url: str, *, posts: int, per_second: float, worker_pid: int, job_poll_s: float
) -> LiveLatency:
    found = machine()
    async with httpx.AsyncClient(base_url=api_url, timeout=GIVE_UP_AFTER_S) as http:
        author, follower = [await registered(http) for _ in range(2)]
        await graphql(http, FOLLOW, {"id": author.id}, follower)
        async with _watching(api_url, follower) as socket:
            await _subscribed(socket, follower)
            arrivals = _Arrivals(socket)
            reading = asyncio.create_task(arrivals.read_forever())
            try:
                for _ in range(WARM_UP):
                    await _post_and_wait(http, author, arrivals)
                one_by_one = [await _post_and_wait(http, author, arrivals) for _ in range(posts)]
                paced = await _paced(http, author, arrivals, posts=posts, per_second=per_second)
            finally:
                reading.cancel()
        return LiveLatency(
            machine=found,
            one_after_another=latency([arrived for arrived, _ in one_by_one]),
            paced=latency(paced),
            paced_per_second=per_second,
            post_answered=latency([answered for _, answered in one_by_one]),
            http_floor=latency(await _http_floor(http)),
            notify_floor=latency(await _notify_floor(database_url)),
            worker_idle_cpu_percent=await asyncio.to_thread(psutil.Process(worker_pid).cpu_percent, IDLE_S),
            job_poll_s=job_poll_s,
        )


class _Arrivals:
    """When each tweet's event came, by the tweet's text."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[float]] = {}

    def expect(self, text: str) -> asyncio.Future[float]:
        self._waiting[text] = asyncio.get_running_loop().create_future()
        return self._waiting[text]

    async def read_forever(self) -> None:
        async for frame in self._socket:
            arrived_at = time.perf_counter()
            event = json.loads(frame)["payload"]["data"]["homeTimeline"]["event"]
            if event["__typename"] == "TimelineItemAdded":
                self._waiting.pop(event["edge"]["node"]["tweet"]["text"]).set_result(arrived_at)


async def _post_and_wait(http: httpx.AsyncClient, author: Person, arrivals: _Arrivals) -> tuple[float, float]:
    """Seconds until the event arrived, and until the mutation was answered; the event may be first."""
    text = f"post {secrets.token_hex(8)} #bench"
    arrival = arrivals.expect(text)
    began_at = time.perf_counter()
    await graphql(http, POST, {"text": text}, author)
    answered_at = time.perf_counter()
    async with asyncio.timeout(GIVE_UP_AFTER_S):
        return await arrival - began_at, answered_at - began_at


async def _paced(
    http: httpx.AsyncClient, author: Person, arrivals: _Arrivals, *, posts: int, per_second: float
) -> list[float]:
    running: list[asyncio.Task[tuple[float, float]]] = []
    began_at = time.perf_counter()
    for n in range(posts):
        await asyncio.sleep(began_at + n / per_second - time.perf_counter())
        running.append(asyncio.create_task(_post_and_wait(http, author, arrivals)))
    return [arrived for arrived, _ in await asyncio.gather(*running)]


async def _http_floor(http: httpx.AsyncClient) -> list[float]:
    samples = []
    for _ in range(_FLOOR_SAMPLES):
        began_at = time.perf_counter()
        (await http.get("/livez")).raise_for_status()
        samples.append(time.perf_counter() - began_at)
    return samples


async def _notify_floor(database_url: str) -> list[float]:
    samples = []
    arrived = asyncio.Event()
    listening, notifying = [await asyncpg.connect(database_url) for _ in range(2)]
    try:
        await listening.add_listener(_CHANNEL, lambda *_: arrived.set())
        for _ in range(_FLOOR_SAMPLES):
            arrived.clear()
            began_at = time.perf_counter()
            await notifying.execute("SELECT pg_notify($1, '')", _CHANNEL)
            await arrived.wait()
            samples.append(time.perf_counter() - began_at)
    finally:
        await asyncio.gather(listening.close(), notifying.close())
    return samples


def _watching(api_url: str, by: Person) -> connect:
    url = f"{api_url.replace('http', 'ws', 1)}/graphql"
    return connect(
        url, subprotocols=[Subprotocol("graphql-transport-ws")], additional_headers=by.headers, compression=None
    )


async def _subscribed(socket: ClientConnection, by: Person) -> None:
    """Returns when the first event has come: from then on nothing is missed."""
    await socket.send(json.dumps({"type": "connection_init", "payload": by.headers}))
    await socket.recv()
    await socket.send(json.dumps({"type": "subscribe", "id": "home", "payload": {"query": WATCH}}))
    first = json.loads(await socket.recv())
    if first["type"] != "next":
        raise RuntimeError(f"the subscription was refused: {first}")
