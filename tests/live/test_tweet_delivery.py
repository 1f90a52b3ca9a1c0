"""The receipt of a delivery while it runs: for the author, until it is completed or the tweet is gone."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from services import looks
from services.runtime import Runtime
from stores import fan_outs
from stores.fan_outs import Progress
from tests.client import Api, People
from tests.live.socket import Socket, connected
from tests.queue import Queue

DELIVERY = """
subscription Delivery($id: ID!) { tweetDelivery(tweetId: $id) { strategy targeted delivered startedAt completedAt } }
"""
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
WAITING = {"strategy": "PUSH_ALL", "targeted": 0, "delivered": 0, "startedAt": None, "completedAt": None}
COMPLETE = {"type": "complete", "id": "d"}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "LOOK_EVERY_S", 0.01)


async def receipt(socket: Socket) -> Any:
    message = await socket.received()
    assert message["type"] == "next", message
    return message["payload"]["data"]["tweetDelivery"]


async def test_the_receipt_grows_until_the_last_follower_is_reached(
    http_url: str, api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    for follower in (people.ann, people.cat):
        await api.followed(follower, people.bob)
    await queue.drained()
    tweet_id = await api.tweeted(people.bob, "hello")
    raw_id = ids.raw_id(tweet_id, "Tweet")
    assert raw_id is not None
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        await socket.subscribe("d", DELIVERY, {"id": tweet_id})
        assert await receipt(socket) == WAITING
        async with runtime.database.write() as session:
            half = Progress(started_at=runtime.now(), begun_in=None, targeted=1)
            await fan_outs.record(session, {raw_id: half}, completed_at=None)
        found = await receipt(socket)
        assert (found["targeted"], found["startedAt"] is None, found["completedAt"]) == (1, False, None)
        await queue.drained()
        found = await receipt(socket)
        assert (found["targeted"], found["completedAt"] is None) == (2, False)
        assert await socket.received() == COMPLETE


async def test_of_a_completed_delivery_there_is_the_final_receipt(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    await queue.drained()
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        await socket.subscribe("d", DELIVERY, {"id": tweet_id})
        assert (await receipt(socket))["completedAt"] is not None
        assert await socket.received() == COMPLETE


async def test_a_deleted_tweet_ends_its_stream(http_url: str, api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        await socket.subscribe("d", DELIVERY, {"id": tweet_id})
        assert await receipt(socket) == WAITING
        await api.data(DELETE, {"id": tweet_id}, by=people.bob)
        assert await socket.received() == COMPLETE


async def test_what_is_no_tweet_of_the_viewers_is_refused_in_one_way(http_url: str, api: Api, people: People) -> None:
    anothers, deleted = await api.tweeted(people.ann, "hello"), await api.tweeted(people.bob, "hello")
    await api.data(DELETE, {"id": deleted}, by=people.bob)
    async with connected(http_url) as socket:
        await socket.initialised(people.bob)
        for wrong in (anothers, deleted, ids.global_id("Tweet", 1), people.bob.id, "garbage", ""):
            await socket.subscribe("d", DELIVERY, {"id": wrong})
            message = await socket.received()
            [error] = message["payload"]
            assert (message["type"], error["message"], error["extensions"]["code"]) == (
                "error",
                f"'{wrong[:40]}' is no tweet of yours.",
                "VALIDATION_FAILED",
            )


async def test_nobody_who_is_not_signed_in_is_told(http_url: str, api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.subscribe("d", DELIVERY, {"id": tweet_id})
        message = await socket.received()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")
