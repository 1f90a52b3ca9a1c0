"""The homeTimeline subscription and tweets that are pushed to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from app.main import create_app
from domain.records import GapReason
from infra.database import Database
from infra.settings import Settings
from services.runtime import Runtime
from stores import live
from stores.live import LiveHub, PostedToFollowers, RemovedFromFollowers
from tests.client import Api, People
from tests.conftest import serving
from tests.crash.forwarder import Forwarder
from tests.live.socket import added, removed, watching
from tests.queue import Queue

DELETE = "mutation Delete($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"


@pytest.fixture
async def celebrities(settings: Settings, people: People) -> AsyncIterator[Api]:
    """An API for which one follower makes a celebrity."""
    app: FastAPI = create_app(replace(settings, fanout_celebrity_from=1))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
        yield api


async def test_a_celebritys_tweet_comes_to_followers_and_goes_again_and_to_nobody_else(
    http_url: str, celebrities: Api, people: People, queue: Queue
) -> None:
    await celebrities.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as anns, watching(http_url, people.cat) as cats:
        tweet_id = await celebrities.tweeted(people.bob, "hello")
        await queue.drained()
        assert await anns.change() == added(tweet_id, "hello")
        assert await celebrities.data(DELETE, {"id": tweet_id}, by=people.bob) == {"deleteTweet": {"userErrors": []}}
        await queue.drained()
        assert await anns.change() == removed(tweet_id)
        own = await celebrities.tweeted(people.cat, "mine")
        assert await cats.change() == added(own, "mine", reason="SELF")


@asynccontextmanager
async def without_database(runtime: Runtime) -> AsyncIterator[LiveHub]:
    """A hub that hears, and whose database refuses connections."""
    port = urlsplit(runtime.database.url).port
    assert port is not None
    async with Forwarder(port) as forwarder:
        database = Database(runtime.database.url.replace(f":{port}/", f":{forwarder.port}/"))
        hub = LiveHub(runtime.redis, database)
        await forwarder.close()
        async with hub.listening():
            yield hub
        await database.close()


@pytest.mark.parametrize("announcement", [PostedToFollowers({2: [10]}), RemovedFromFollowers(10, 2)])
async def test_where_nobody_knows_who_follows_the_author_everybody_is_told_of_a_gap(
    runtime: Runtime, announcement: live.Announcement
) -> None:
    async with without_database(runtime) as hub, hub.subscribed(1) as subscription, asyncio.timeout(10):
        await live.announce(runtime.redis, announcement)
        assert await subscription.take() == [GapReason.CONNECTION_LOST]
        await live.announce(runtime.redis, live.Posted({1: [11]}))
        assert await subscription.take() == [("added", 11)]
