"""TimelineConnection.freshness of the home timeline, by where its page was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.runtime import Runtime
from stores import timelines
from tests.client import Api, People

FRESHNESS = "freshness { state source asOf }"


async def freshness(api: Api, people: People, arguments: str = "(first: 50)") -> tuple[str, str]:
    query = f"{{ viewer {{ homeTimeline{arguments} {{ {FRESHNESS} nodes {{ text }} }} }} }}"
    found: dict[str, Any] = (await api.data(query, by=people.ann))["viewer"]["homeTimeline"]
    assert len(found["nodes"]) == 3, "whatever it says, the page is complete"
    return found["freshness"]["state"], found["freshness"]["source"]


@pytest.fixture(autouse=True)
async def three(api: Api, people: People) -> None:
    for n in range(3):
        await api.tweeted(people.ann, f"tweet {n}")


async def test_a_page_from_the_cache(api: Api, people: People) -> None:
    for _ in range(2):
        assert await freshness(api, people) == ("LIVE", "CACHE")


async def test_a_page_that_goes_on_below_the_cache(api: Api, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "KEPT", 2)
    assert await freshness(api, people) == ("LIVE", "MERGED")


async def test_a_backward_page_is_the_databases(api: Api, people: People) -> None:
    assert await freshness(api, people, "(last: 50)") == ("LIVE", "DATABASE")


async def test_a_page_while_somebody_rebuilds_the_cache(api: Api, people: People, runtime: Runtime) -> None:
    await timelines.drop(runtime.redis, [people.ann.raw_id])
    assert await timelines.begin_rebuild(runtime.redis, people.ann.raw_id) is not None
    assert await freshness(api, people) == ("REBUILDING", "DATABASE")


async def test_a_page_wholly_below_the_cache_is_the_databases(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "KEPT", 2)
    query = "query($after: Cursor) { viewer { homeTimeline(first: 2, after: $after) { %s pageInfo { endCursor } } } }"
    first = (await api.data(query % FRESHNESS, by=people.ann))["viewer"]["homeTimeline"]
    below = await api.data(query % FRESHNESS, {"after": first["pageInfo"]["endCursor"]}, by=people.ann)
    assert below["viewer"]["homeTimeline"]["freshness"]["source"] == "DATABASE"


async def test_as_of_is_the_moment_of_asking(api: Api, people: People, runtime: Runtime) -> None:
    before = runtime.now()
    query = f"{{ viewer {{ homeTimeline {{ {FRESHNESS} }} mentions {{ {FRESHNESS} }} }} }}"
    for page in (await api.data(query, by=people.ann))["viewer"].values():
        as_of = datetime.fromisoformat(page["freshness"]["asOf"])
        # The API says times to the millisecond.
        assert before - timedelta(milliseconds=1) <= as_of <= runtime.now()
