"""LiveHub by itself: what a subscriber's queue holds, and what it hears of other processes."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from domain.records import GapReason
from infra.redis import connect
from infra.settings import Settings
from services.runtime import Runtime
from stores import live
from stores.live import LiveHub, Posted, Removed, Signal, Subscription
from tests.crash.forwarder import Forwarder
from tests.waiting import until

ANN, BOB = 1, 2
LOST, SLOW = GapReason.CONNECTION_LOST, GapReason.SLOW_CONSUMER


async def taken(subscription: Subscription) -> list[Signal]:
    async with asyncio.timeout(10):
        return await subscription.take()


async def test_a_subscriber_gets_what_concerns_them_in_order(runtime: Runtime) -> None:
    hub = LiveHub(runtime.redis, runtime.database)
    async with hub.subscribed(ANN) as anns, hub.subscribed(BOB) as bobs:
        hub.dispatch(Posted({ANN: [10, 11], BOB: [11], 3: [12]}))
        hub.dispatch(Removed(10, [ANN, 3]))
        hub.dispatch(Posted({ANN: [13]}))
        assert await taken(anns) == [("added", 10), ("added", 11), ("removed", 10), ("added", 13)]
        assert await taken(bobs) == [("added", 11)]


@pytest.mark.parametrize(
    ("announced", "held"),
    [
        (3, [("added", 1), ("added", 2), ("added", 3)]),
        (4, [SLOW]),
        (5, [SLOW, ("added", 5)]),
        (7, [SLOW]),
        (8, [SLOW, ("added", 8)]),
    ],
)
async def test_a_full_queue_becomes_one_gap_at_the_place_of_the_loss(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, announced: int, held: list[Signal]
) -> None:
    monkeypatch.setattr(live, "QUEUE_LIMIT", 3)
    hub = LiveHub(runtime.redis, runtime.database)
    async with hub.subscribed(ANN) as stalled, hub.subscribed(ANN) as reading:
        for tweet_id in range(1, announced + 1):
            hub.dispatch(Posted({ANN: [tweet_id]}))
            assert await taken(reading) == [("added", tweet_id)]
        assert await taken(stalled) == held


async def test_a_broken_announcement_is_a_gap_and_the_hub_goes_on(runtime: Runtime) -> None:
    """As a process of a newer version may send it while versions change."""
    hub = LiveHub(runtime.redis, runtime.database)
    async with hub.listening(), hub.subscribed(ANN) as anns:
        await runtime.redis.publish(live.CHANNEL, b"\xc1")
        assert await taken(anns) == [LOST]
        await live.announce(runtime.redis, Posted({ANN: [10]}))
        assert await taken(anns) == [("added", 10)]


async def test_everything_after_a_reconnect_is_heard(runtime: Runtime) -> None:
    hub = LiveHub(runtime.redis, runtime.database)
    async with hub.listening(), hub.subscribed(ANN) as anns:
        for tweet_id in range(3):
            await runtime.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            assert await taken(anns) == [LOST]
            await live.announce(runtime.redis, Posted({ANN: [tweet_id]}))
            assert await taken(anns) == [("added", tweet_id)]


async def test_a_subscriber_who_came_before_the_channel_was_heard_is_told(runtime: Runtime, settings: Settings) -> None:
    port = urlsplit(settings.redis_url).port
    assert port is not None
    async with Forwarder(port) as forwarder:
        await forwarder.close()
        redis = connect(settings.redis_url.replace(f":{port}/", f":{forwarder.port}/"))
        hub = LiveHub(redis, runtime.database)
        async with hub.listening(), hub.subscribed(ANN) as anns:
            assert not hub.hearing.is_set()
            await forwarder.open()
            assert await taken(anns) == [LOST]
            await live.announce(runtime.redis, Posted({ANN: [10]}))
            assert await taken(anns) == [("added", 10)]
        await redis.aclose()


async def test_a_silent_channel_is_asked_and_stays_heard(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LISTEN_FOR_S", 0.01)

    async def pings() -> int:
        found = (await runtime.redis.info("commandstats")).get("cmdstat_ping", {"calls": 0})
        calls: int = found["calls"]
        return calls

    async def asked_twice() -> bool:
        return await pings() >= before + 2

    hub = LiveHub(runtime.redis, runtime.database)
    before = await pings()
    async with hub.listening(), hub.subscribed(ANN) as anns:
        await until(asked_twice)
        await live.announce(runtime.redis, Posted({ANN: [10]}))
        assert await taken(anns) == [("added", 10)]
        assert hub.hearing.is_set()
