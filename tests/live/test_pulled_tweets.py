"""The homeTimeline subscription and tweets that are pushed to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from app.main import create_app
from infra.settings import Settings
from tests.client import Api, People
from tests.conftest import serving
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
        assert await anns.change() == added(tweet_id, "hello", reason="PULLED_LARGE_ACCOUNT")
        assert await celebrities.data(DELETE, {"id": tweet_id}, by=people.bob) == {"deleteTweet": {"userErrors": []}}
        await queue.drained()
        assert await anns.change() == removed(tweet_id)
        own = await celebrities.tweeted(people.cat, "mine")
        assert await cats.change() == added(own, "mine", reason="SELF")
