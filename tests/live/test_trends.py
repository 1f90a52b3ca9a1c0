"""The trends subscription: the list as it is, and each that is published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from domain.trends import RankedTrend, TrendExplanation, TrendWindow
from services import looks
from services.runtime import Runtime
from services.trend_looks import TrendLooks
from stores import trend_buckets
from stores.trend_buckets import PublishedTrends
from tests.client import Person
from tests.live.socket import Socket, connected
from tests.waiting import until

WATCH = """
subscription Watch($region: String, $window: TrendWindow, $first: Int) {
  trends(region: $region, window: $window, first: $first) { region window asOf trends { topic rank } }
}
"""
AT = 1_800_000_000_000
MOMENTS = ("2027-01-15T08:00:00.000Z", "2027-01-15T08:05:00.000Z")


@pytest.fixture
def told(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> TrendLooks:
    """Looks when a test says so."""
    monkeypatch.setattr(looks, "LOOK_EVERY_S", 3600)
    return runtime.trend_looks


async def look(told: TrendLooks) -> None:
    await told.look(list(told._watches))


async def published(runtime: Runtime, region: str, number: int, *tags: str) -> None:
    figures = TrendExplanation(*[1] * len(TrendExplanation.__struct_fields__))
    trends = tuple(RankedTrend(rank, tag, 5, 5, figures) for rank, tag in enumerate(tags, start=1))
    made = PublishedTrends(as_of_ms=AT + number * 300_000, trends=trends)
    await trend_buckets.publish(runtime.redis, region, dict.fromkeys(TrendWindow, made))


@asynccontextmanager
async def watching(http_url: str, by: Person | None = None, **variables: Any) -> AsyncIterator[Socket]:
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", WATCH, variables)
        yield socket


def listed(region: str, as_of: str | None, *topics: str, window: str = "HOUR") -> dict[str, Any]:
    trends = [{"topic": topic, "rank": rank} for rank, topic in enumerate(topics, start=1)]
    return {"region": region, "window": window, "asOf": as_of, "trends": trends}


async def test_the_list_comes_as_it_is_and_then_each_that_is_published(
    http_url: str, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LOOK_EVERY_S", 0.01)
    async with watching(http_url) as socket:
        assert await socket.next_event() == listed("GLOBAL", None)
        await published(runtime, "GLOBAL", 0, "tea", "rain")
        assert await socket.next_event() == listed("GLOBAL", MOMENTS[0], "#tea", "#rain")
        await published(runtime, "GLOBAL", 1, "rain")
        assert await socket.next_event() == listed("GLOBAL", MOMENTS[1], "#rain")
    await until(lambda: runtime.trend_looks._looking is None)


async def test_a_list_that_is_the_same_is_no_news_and_each_region_and_window_has_its_own(
    http_url: str, runtime: Runtime, told: TrendLooks
) -> None:
    await published(runtime, "IE", 0, "tea", "rain")
    async with (
        watching(http_url, region="IE", window="DAY", first=1) as irish,
        watching(http_url, region="SE") as swedish,
    ):
        assert await irish.next_event() == listed("IE", MOMENTS[0], "#tea", window="DAY")
        assert await swedish.next_event() == listed("SE", None)
        await look(told)
        await published(runtime, "SE", 1, "fika")
        await look(told)
        assert await swedish.next_event() == listed("SE", MOMENTS[1], "#fika")
        await published(runtime, "IE", 1, "tea", "rain")
        await look(told)
        assert await irish.next_event() == listed("IE", MOMENTS[1], "#tea", window="DAY")


async def test_a_look_is_one_round_trip_for_all_who_watch(
    http_url: str, told: TrendLooks, redis_round_trips: list[str]
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        for number in range(20):
            region = ("GLOBAL", "IE", "SE")[number % 3]
            await socket.subscribe(f"{number}", WATCH, {"region": region})
            assert (await socket.next_event(f"{number}"))["region"] == region
            if number in {0, 19}:
                redis_round_trips.clear()
                await look(told)
                assert [sent.split()[0] for sent in redis_round_trips] == ["MGET"]


@pytest.mark.parametrize("variables", [{"region": "nowhere"}, {"region": ""}, {"first": 0}, {"first": 51}])
async def test_what_there_is_no_list_of_is_refused(http_url: str, told: TrendLooks, variables: dict[str, Any]) -> None:
    async with watching(http_url, **variables) as socket:
        message = await socket.received()
        assert message["type"] == "error"
        assert [error["extensions"]["code"] for error in message["payload"]] == ["VALIDATION_FAILED"]
    assert not told._watches
