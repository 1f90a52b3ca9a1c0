"""A home timeline is followed over sockets that are cut and processes that are killed: none missing, none twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from infra.settings import Settings
from services.runtime import Runtime
from tests.client import Api, People, Person
from tests.crash.forwarder import Forwarder
from tests.live.socket import Socket, connected
from tests.live.timelines import did, retweeted
from tests.processes import Process, api_process, process
from tests.queue import Queue
from tests.waiting import until

PAGE = "{ viewer { homeTimeline(first: 100) { liveCursor nodes { id } } } }"
FOLLOW = """
subscription From($after: Cursor) { homeTimeline(after: $after) { cursor event {
  __typename
  ... on TimelineItemAdded { edge { node { ... on TimelineTweet { tweet { ... on Tweet { id } } } } } }
  ... on TimelineItemRemoved { tweetId }
} } }
"""
KILLS = ("socket", "API", "socket", "worker", "Redis", "socket") * 4


class Kept:
    """A process that is started again when it was killed."""

    def __init__(self, start: Callable[[], AbstractAsyncContextManager[tuple[Process, str]]]) -> None:
        self._start = start
        self._process: Process | None = None
        self._died = asyncio.Event()
        self.is_up = asyncio.Event()
        self.url = ""

    async def keep(self) -> None:
        while True:
            self._died.clear()
            async with self._start() as (self._process, self.url):
                self.is_up.set()
                await self._died.wait()

    async def kill(self) -> None:
        await self.is_up.wait()
        assert self._process is not None
        self.is_up.clear()
        self._process.kill()
        self._died.set()


class Follower:
    """Keeps a page as it is told to, and goes on from the last event it saw wherever a process is up."""

    def __init__(self, apis: list[Kept], by: Person, page: dict[str, Any]) -> None:
        self._in_turn, self._by = cycle(apis), by
        self._after = page["liveCursor"]
        self.shown = {node["id"] for node in page["nodes"]}
        self.told: Counter[tuple[str, str]] = Counter()
        self.socket: Socket | None = None

    async def follow(self) -> None:
        while True:
            await until(self._has_turned_to_one_that_is_up)
            with suppress(OSError, TimeoutError, ConnectionClosed, InvalidHandshake):
                async with connected(self._api.url) as self.socket:
                    await self.socket.initialised(self._by)
                    await self.socket.subscribe("home", FOLLOW, {"after": self._after})
                    while True:
                        self._hear(await self.socket.next_event())
            self.socket = None

    def _has_turned_to_one_that_is_up(self) -> bool:
        self._api = next(self._in_turn)
        return self._api.is_up.is_set()

    def _hear(self, event: dict[str, Any]) -> None:
        self._after = event["cursor"]
        match event["event"]:
            case {"__typename": "TimelineItemAdded", "edge": edge}:
                self.shown.add(edge["node"]["tweet"]["id"])
                self.told["added", edge["node"]["tweet"]["id"]] += 1
            case {"__typename": "TimelineItemRemoved", "tweetId": tweet_id}:
                self.shown.discard(tweet_id)
                self.told["removed", tweet_id] += 1
            case other:
                assert other == {"__typename": "Heartbeat"}

    async def cut(self) -> None:
        await until(lambda: self.socket is not None)
        assert self.socket is not None
        self.socket.abort()


@asynccontextmanager
async def _running(coroutine: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(coroutine)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _worker(settings: Settings, folder: Path) -> AsyncIterator[tuple[Process, str]]:
    async with process("worker", settings, folder, CHIRP_OUTBOX_LEASE_S="1") as worker:
        yield worker, ""


async def test_followers_keep_a_true_page_through_every_kill(
    api: Api, people: People, runtime: Runtime, settings: Settings, tmp_path: Path
) -> None:
    ann, bob, cat = people.ann, people.bob, people.cat
    dan = await api.registered("dan")
    for followee in (bob, cat):
        await api.followed(ann, followee)
    strange = [await api.tweeted(dan, f"dan's {n}") for n in range(len(KILLS))]
    await Queue(runtime).drained()
    port = urlsplit(settings.redis_url).port
    assert port is not None
    async with Forwarder(port) as redis, AsyncExitStack() as stack:
        there = replace(settings, redis_url=settings.redis_url.replace(f":{port}/", f":{redis.port}/"))
        folders = [tmp_path / name for name in ("one", "other")]
        for folder in folders:
            folder.mkdir()
        apis = [Kept(partial(api_process, there, folder)) for folder in folders]
        worker = Kept(partial(_worker, there, tmp_path))
        for each in (*apis, worker):
            await stack.enter_async_context(_running(each.keep()))
        for each in (*apis, worker):
            await until(each.is_up.is_set)
        page = (await api.data(PAGE, by=ann))["viewer"]["homeTimeline"]
        followers = [Follower(apis, ann, page) for _ in range(2)]
        tasks = [await stack.enter_async_context(_running(each.follow())) for each in followers]
        standing: list[str] = []
        for n, kill in enumerate(KILLS):
            await api.tweeted(cat, f"cat's {n}")
            standing.append(await api.tweeted(bob, f"bob's {n}"))
            posted = asyncio.create_task(api.tweeted(bob, f"killed at {n}"))
            match kill:
                case "socket":
                    await followers[n % 2].cut()
                case "API":
                    await apis[n // 6 % 2].kill()
                case "worker":
                    await worker.kill()
                case "Redis":
                    await redis.close()
                    await runtime.redis.execute_command("FLUSHALL")
            await did(api, "deleteTweet(tweetId: $id)", by=bob, id=standing.pop(0 if n % 2 else -1))
            await retweeted(api, strange[n], by=cat)
            if n % 3 == 0:
                await did(api, "unretweetTweet(tweetId: $id)", by=cat, id=strange[n])
            standing.append(await posted)
            if kill == "Redis":
                await redis.open()
        last = await api.tweeted(bob, "last")
        for follower, task in zip(followers, tasks, strict=True):
            await until(lambda: task.done() or last in follower.shown)  # noqa: B023 - waited for at once
            if task.done():
                await task
        now = (await api.data(PAGE, by=ann))["viewer"]["homeTimeline"]["nodes"]
        for follower in followers:
            assert follower.shown == {node["id"] for node in now}
            assert [each for each, times in follower.told.items() if times > 1] == []
