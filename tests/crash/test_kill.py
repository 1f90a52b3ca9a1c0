"""kill -9 at the worst moments: nothing is lost, nothing happens twice."""

from __future__ import annotations

import asyncio
import signal
import struct
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from sqlalchemy import text

from domain.ids import raw_id
from infra.crash_points import CrashPoint
from infra.settings import Settings
from services import accounts, follows
from services.accounts import Registration
from services.fan_out import CHUNK
from services.runtime import Runtime
from stores import home_timelines, outbox, timelines
from tests.client import Api, Person
from tests.conftest import emptied
from tests.processes import api_process, process
from tests.queue import Queue
from tests.waiting import until

HOME = "{ viewer { homeTimeline(first: 100) { nodes { id } } } }"
POSTS_AFTER_THE_CRASH = 5


@dataclass(frozen=True)
class World:
    """ann, cat and dan follow bob, who has more followers than one chunk of fan-out; dan is in the last chunk.
    ann follows cat too. All have their home timelines in the cache."""

    api: Api
    runtime: Runtime
    ann: Person
    bob: Person
    cat: Person
    dan: Person
    posted: Counter[str]

    @property
    def watched(self) -> tuple[Person, ...]:
        return self.ann, self.bob, self.cat, self.dan

    async def post(self, by: Person) -> None:
        text = f"{by.name}'s tweet {len(self.posted)}"
        await self.api.tweeted(by, text)
        self.posted[text] += 1


@pytest.fixture(scope="module")
async def world(shared_runtime: Runtime, http_url: str) -> AsyncIterator[World]:
    await emptied(shared_runtime)
    async with Api(http_url) as api:
        ann, bob, cat, dan = [await api.registered(name) for name in ("ann", "bob", "cat", "dan")]
        for follower, followee in ((ann, bob), (ann, cat), (cat, bob)):
            await api.followed(follower, followee)
        await _fans(shared_runtime, bob, CHUNK)
        await api.followed(dan, bob)
        await Queue(shared_runtime).drained()
        for person in (ann, bob, cat, dan):
            await api.data(HOME, by=person)
        yield World(api, shared_runtime, ann, bob, cat, dan, Counter())


async def _fans(runtime: Runtime, of: Person, how_many: int) -> None:
    wanted = [
        Registration(username=f"fan{n}", display_name="Fan", email=f"fan{n}@example.com", password="a fan's password")
        for n in range(how_many)
    ]
    prepared = await accounts.prepared(runtime, wanted)
    async with runtime.database.write() as session:
        fans = await accounts.add(session, prepared)
        await follows.follow(session, [(runtime.snowflakes.next(), fan.id, of.raw_id) for fan in fans])


@pytest.mark.parametrize("point", get_args(CrashPoint))
async def test_a_worker_killed_in_a_stream_of_posts_loses_and_doubles_nothing(
    world: World, settings: Settings, tmp_path: Path, point: CrashPoint
) -> None:
    short_lease = {"CHIRP_OUTBOX_LEASE_S": "1"}
    await world.post(world.bob)
    async with process("worker", settings, tmp_path, CHIRP_CRASH_AT=point, **short_lease) as doomed:
        while doomed.exit_code is None:
            await world.post(world.bob)
            await world.post(world.cat)
            await asyncio.sleep(0.02)
        assert doomed.exit_code == -signal.SIGKILL, doomed.log.read_text()
    for _ in range(POSTS_AFTER_THE_CRASH):
        await world.post(world.bob)

    async with process("worker", settings, tmp_path, **short_lease) as worker:
        await until(lambda: _drained(world.runtime))
        worker.ask_to_stop()
        assert await worker.ended() == 0, worker.log.read_text()
    await _nothing_lost_nothing_doubled(world)


async def _drained(runtime: Runtime) -> bool:
    async with runtime.database.read() as session:
        return await outbox.backlog(session) == 0


async def _nothing_lost_nothing_doubled(world: World) -> None:
    async with world.runtime.database.read() as session:
        stored = (await session.execute(text("SELECT text FROM tweets"))).scalars()
        assert Counter(stored) == world.posted
        assert await outbox.dead_letters(session, limit=1) == []
        for person in world.watched:
            _, packed = await home_timelines.newest_ids(session, person.raw_id, limit=timelines.KEPT)
            truth = [tweet_id for (tweet_id,) in struct.iter_unpack(">Q", packed)][::-1]
            cached = await timelines.read(world.runtime.redis, person.raw_id)
            assert cached is not None
            assert list(cached.tweet_ids) == truth
            shown = await world.api.data(HOME, by=person)
            nodes = shown["viewer"]["homeTimeline"]["nodes"]
            assert [raw_id(node["id"], "Tweet") for node in nodes] == truth[:100]


KEYED_POST = """
mutation Post($text: String!, $key: String!) {
  postTweet(input: {text: $text, idempotencyKey: $key}) { tweet { id } userErrors { code } }
}
"""
KEYS = [f"key-{n}" for n in range(200)]
ANSWERED_BEFORE_THE_KILL = 20


async def test_posts_retried_after_the_api_was_killed_are_there_once(
    runtime: Runtime, api: Api, settings: Settings, tmp_path: Path
) -> None:
    ann = await api.registered("ann")
    answered: dict[str, str] = {}
    some_answered = asyncio.Event()

    async def post(http: httpx.AsyncClient, url: str, key: str) -> None:
        body = {"query": KEYED_POST, "variables": {"text": f"tweet of {key}", "key": key}}
        response = await http.post(f"{url}/graphql", json=body, headers={"authorization": f"Bearer {ann.token}"})
        payload: dict[str, Any] = response.json()["data"]["postTweet"]
        assert payload["userErrors"] == []
        assert answered.setdefault(key, payload["tweet"]["id"]) == payload["tweet"]["id"]
        if len(answered) >= ANSWERED_BEFORE_THE_KILL:
            some_answered.set()

    async with api_process(settings, tmp_path) as (process, url), httpx.AsyncClient(timeout=30) as http:
        posts = [asyncio.create_task(post(http, url, key)) for key in KEYS]
        await some_answered.wait()
        process.kill()
        outcomes = await asyncio.gather(*posts, return_exceptions=True)
        lost = [outcome for outcome in outcomes if outcome is not None]
        assert lost
        assert all(isinstance(outcome, httpx.TransportError) for outcome in lost), lost

    async with api_process(settings, tmp_path) as (_, url), httpx.AsyncClient(timeout=30) as http:
        await asyncio.gather(*(post(http, url, key) for key in KEYS))
    async with runtime.database.read() as session:
        texts = (await session.execute(text("SELECT text FROM tweets"))).scalars()
        assert Counter(texts) == Counter(f"tweet of {key}" for key in KEYS)
        posted = "SELECT CAST(event->>'tweet_id' AS bigint) FROM outbox WHERE event->>'type' = 'TweetPosted' ORDER BY 1"
        announced = list((await session.execute(text(posted))).scalars())
        assert announced == list((await session.execute(text("SELECT id FROM tweets ORDER BY id"))).scalars())
