"""What people see while a server or the worker is away, and after it is back: nobody has to repair anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.main import create_app
from domain.ids import raw_id
from infra.settings import Settings
from services.runtime import Runtime
from stores import outbox, timelines
from tests.client import Api, People, Person
from tests.conftest import serving
from tests.crash.forwarder import Forwarder
from tests.live.socket import added, watching
from tests.processes import process
from tests.queue import Queue
from tests.waiting import until

HOME = """
query Home($after: Cursor) {
  viewer { homeTimeline(first: 50, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }
}
"""


@dataclass(frozen=True)
class Outage:
    api: Api
    url: str
    redis: Forwarder
    settings: Settings


@pytest.fixture
async def outage(people: People, settings: Settings) -> AsyncIterator[Outage]:
    """An API whose Redis can be taken away."""
    port = urlsplit(settings.redis_url).port
    assert port is not None
    async with Forwarder(port) as redis:
        there = replace(settings, redis_url=settings.redis_url.replace(f":{port}/", f":{redis.port}/"))
        app = create_app(there)
        async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
            yield Outage(api, url, redis, there)


async def home(api: Api, by: Person) -> tuple[list[str], bool]:
    """All of it, page by page, and whether an answer was degraded."""
    found: list[str] = []
    is_degraded, cursor = False, None
    while True:
        answer = await api.answer(HOME, {"after": cursor}, by=by)
        assert "errors" not in answer, answer
        is_degraded |= "degraded" in answer.get("extensions", {})
        page: dict[str, Any] = answer["data"]["viewer"]["homeTimeline"]
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found, is_degraded
        cursor = page["pageInfo"]["endCursor"]


async def test_redis_is_lost_and_comes_back_empty(
    outage: Outage, people: People, runtime: Runtime, tmp_path: Path
) -> None:
    """Reads, writes and live events go on; afterwards timelines are cached again by themselves."""

    async def drained() -> bool:
        async with runtime.database.read() as session:
            return await outbox.backlog(session) == 0

    api = outage.api
    await api.followed(people.ann, people.bob)
    await Queue(runtime).drained()
    posted = [await api.tweeted(people.bob, "before")]
    async with process("worker", outage.settings, tmp_path, CHIRP_OUTBOX_LEASE_S="1") as worker:
        await until(drained)
        assert await home(api, people.ann) == (posted, False)
        async with watching(outage.url, people.ann) as socket:
            await outage.redis.close()
            for n in range(3):
                posted.insert(0, await api.tweeted(people.bob, f"meanwhile {n}"))
                assert await socket.change() == added(posted[0], f"meanwhile {n}")
                assert await home(api, people.ann) == (posted, True)
            await runtime.redis.execute_command("FLUSHALL")
            await outage.redis.open()
            await until(drained)
            assert await home(api, people.ann) == (posted, False)
            posted.insert(0, await api.tweeted(people.bob, "after"))
            assert await socket.change() == added(posted[0], "after")
        await until(drained)
        assert await home(api, people.ann) == (posted, False)
        cached = await timelines.read(runtime.redis, people.ann.raw_id)
        assert cached is not None
        assert list(cached.tweet_ids) == [raw_id(tweet_id, "Tweet") for tweet_id in posted]
        assert worker.exit_code is None


async def test_a_worker_that_was_away_catches_up_in_order_and_delivers_nothing_twice(
    http_url: str, api: Api, people: People, runtime: Runtime, settings: Settings, tmp_path: Path
) -> None:
    """200 tweets of several authors are posted meanwhile: pages and streams have them at once, the cache when it is
    back."""
    ann, bob, cat = people.ann, people.bob, people.cat
    for follower, followee in ((ann, bob), (ann, cat), (bob, cat)):
        await api.followed(follower, followee)
    await Queue(runtime).drained()
    for viewer in (ann, bob, cat):
        assert await home(api, viewer) == ([], False)
    posted: list[tuple[Person, str]] = []
    async with watching(http_url, ann) as socket:
        for n in range(200):
            author = (ann, bob, cat)[n % 3]
            posted.insert(0, (author, await api.tweeted(author, f"tweet {n}")))
        shown = [await socket.change() for _ in posted]
    assert [change["edge"]["node"]["tweet"]["id"] for change in reversed(shown)] == [tweet_id for _, tweet_id in posted]
    seen = {
        viewer.name: [tweet_id for author, tweet_id in posted if author in circle]
        for viewer, circle in ((ann, (ann, bob, cat)), (bob, (bob, cat)), (cat, (cat,)))
    }
    for viewer in (ann, bob, cat):
        assert await home(api, viewer) == (seen[viewer.name], False)

    async def drained() -> bool:
        async with runtime.database.read() as session:
            return await outbox.backlog(session) == 0

    async with watching(http_url, ann) as socket, process("worker", settings, tmp_path) as worker:
        await until(drained)
        worker.ask_to_stop()
        assert await worker.ended() == 0, worker.log.read_text()
        last = await api.tweeted(ann, "last")
        assert await socket.change() == added(last, "last", reason="SELF")
    await Queue(runtime).drained()
    seen["ann"].insert(0, last)
    for viewer in (ann, bob, cat):
        cached = await timelines.read(runtime.redis, viewer.raw_id)
        assert cached is not None
        assert list(cached.tweet_ids) == [raw_id(tweet_id, "Tweet") for tweet_id in seen[viewer.name]]
        assert await home(api, viewer) == (seen[viewer.name], False)
