"""trends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from domain.events import StoredEvent
from services import trends
from services.runtime import Runtime
from stores import outbox
from tests.api.conftest import Stored
from tests.client import Api, People, Person
from tests.conftest import emptied
from tests.queue import Queue

TRENDS = """
query Trends($region: String, $window: TrendWindow, $first: Int) {
  trends(region: $region, window: $window, first: $first) {
    region window asOf
    trends { topic rank tweetCount { value precision } authors { value precision } explanation { volume excluded } }
  }
}
"""


@pytest.fixture
async def crowd(api: Api, runtime: Runtime) -> list[Person]:
    """Six people, the first five in Ireland, whom a HyperLogLog tells apart: of a thousand such groups one is not."""
    while True:
        people = [
            await api.registered(name, region="IE" if name != "ike" else "SE")
            for name in ("dan", "eve", "fay", "gus", "hal", "ike")
        ]
        await runtime.redis.pfadd("crowd", *(str(person.raw_id) for person in people))
        if await runtime.redis.pfcount("crowd") == len(people):
            return people
        await emptied(runtime)


async def listed(api: Api, **variables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.data(TRENDS, variables))["trends"]["trends"]
    return found


def trend(topic: str, rank: int, *, tweets: int, authors: int, excluded: int = 0) -> dict[str, Any]:
    return {
        "topic": topic,
        "rank": rank,
        "tweetCount": {"value": tweets, "precision": "EXACT"},
        "authors": {"value": authors, "precision": "ESTIMATE"},
        "explanation": {"volume": tweets - excluded, "excluded": excluded},
    }


async def test_before_the_first_ranking_there_is_no_list(api: Api) -> None:
    data = await api.data(TRENDS)
    assert data == {"trends": {"region": "GLOBAL", "window": "HOUR", "asOf": None, "trends": []}}


async def test_what_five_people_write_trends_however_they_write_it(
    api: Api, crowd: list[Person], queue: Queue, runtime: Runtime
) -> None:
    for person, tag in zip(crowd, ("#Köln", "#KÖLN", "#köln", "#ＫÖLN", "#Ko\u0308ln", "#köln"), strict=True):
        await api.tweeted(person, f"{tag} {tag} #alone{person.name}")
    await queue.drained()
    assert await listed(api) == []
    await trends.rank(runtime)
    data = await api.data(TRENDS)
    as_of = data["trends"].pop("asOf")
    assert data == {
        "trends": {"region": "GLOBAL", "window": "HOUR", "trends": [trend("#köln", 1, tweets=6, authors=6)]}
    }
    assert datetime.fromisoformat(as_of).tzinfo is not None
    for window in ("FOUR_HOURS", "DAY"):
        assert await listed(api, window=window) == [trend("#köln", 1, tweets=6, authors=6)]


async def test_one_account_cannot_make_a_trend_nor_four(
    api: Api, crowd: list[Person], queue: Queue, runtime: Runtime
) -> None:
    for n in range(30):
        await api.tweeted(crowd[0], f"#mine {n}")
    for person in crowd[:4]:
        await api.tweeted(person, "#four")
    for n, person in enumerate([*crowd[:5], *crowd[:1] * 20]):
        await api.tweeted(person, f"#five {n}")
    await queue.drained()
    await trends.rank(runtime)
    assert await listed(api) == [trend("#five", 1, tweets=25, authors=5, excluded=15)]


async def test_one_account_with_many_tags_does_not_crowd_out_the_rest(
    api: Api, crowd: list[Person], people: People, queue: Queue, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "CANDIDATES", 3)
    for person in crowd:
        await api.tweeted(person, "#real")
    flood = " ".join(f"#f{n}" for n in range(50))
    for n in range(8):
        await api.tweeted(people.ann, f"{flood} {n}")
    await queue.drained()
    await trends.rank(runtime)
    assert [found["topic"] for found in await listed(api)] == ["#real"]


async def test_liking_again_counts_no_second_time(
    api: Api, crowd: list[Person], people: People, queue: Queue, runtime: Runtime
) -> None:
    tweet_ids = [await api.tweeted(person, "#real") for person in crowd]
    engagement = "{ trends { trends { explanation { engagement } } } }"
    like = (
        "mutation($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { code } } "
        "unlikeTweet(input: {tweetId: $id}) { userErrors { code } } }"
    )
    found = []
    for _ in range(2):
        for _ in range(3):
            await api.data(like, {"id": tweet_ids[0]}, by=people.ann)
        await queue.drained()
        await trends.rank(runtime)
        found.append(await api.data(engagement))
    assert found[0] == found[1]
    assert found[0]["trends"]["trends"][0]["explanation"]["engagement"] > 0


async def test_a_region_has_what_its_people_tweet(
    api: Api, crowd: list[Person], queue: Queue, runtime: Runtime
) -> None:
    for person in crowd[:5]:
        await api.tweeted(person, "#rain")
    for person in crowd[1:]:
        await api.tweeted(person, "#snow")
    await queue.drained()
    await trends.rank(runtime)
    assert await listed(api, region="IE") == [trend("#rain", 1, tweets=5, authors=5)]
    assert await listed(api, region="SE") == []
    assert await listed(api, region="FR") == []
    both = [trend("#rain", 1, tweets=5, authors=5), trend("#snow", 2, tweets=5, authors=5)]
    assert await listed(api) == both
    assert await listed(api, first=1) == both[:1]


async def test_ranking_twice_or_handling_events_twice_changes_nothing(
    api: Api, crowd: list[Person], queue: Queue, runtime: Runtime, stored: Stored
) -> None:
    for person in crowd:
        await api.tweeted(person, "#rain")
    events = await waiting_events(runtime)
    await queue.drained()
    await trends.rank(runtime)
    once, rows = await listed(api), await stored()
    assert once == [trend("#rain", 1, tweets=6, authors=6)]
    await trends.count_events(runtime.database, runtime.redis, events, now=runtime.now())
    await trends.rank(runtime)
    assert await listed(api) == once
    assert await stored() == rows


async def test_deleted_tweets_no_longer_count(
    api: Api, people: People, crowd: list[Person], queue: Queue, runtime: Runtime
) -> None:
    tweets = [(person, await api.tweeted(person, "#rain")) for person in crowd]
    for person, tweet_id in tweets[:3]:
        delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { deletedTweetId } }"
        await api.data(delete, {"id": tweet_id}, by=person)
    await queue.drained()
    await trends.rank(runtime)
    assert await listed(api) == []


async def waiting_events(runtime: Runtime) -> list[StoredEvent]:
    async with runtime.database.read() as session:
        ids = (await session.execute(text("SELECT id FROM outbox"))).scalars().all()
        readable, _ = await outbox.by_id(session, ids)
    return readable
