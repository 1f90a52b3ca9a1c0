"""Who has seen a tweet: each person once, kept where Redis is emptied."""

from __future__ import annotations

import asyncio
from typing import Any

from services import views
from services.runtime import Runtime
from stores.views import COUNTING, SEEN
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People, Person

RECORD = f"""
mutation Seen($ids: [ID!]!) {{
  recordImpressions(input: {{tweetIds: $ids}}) {{ recorded {USER_ERRORS} }}
}}
"""
COUNT = "query($id: ID!) { tweet(id: $id) { ... on Tweet { viewCount { value precision } } } }"


async def seen(api: Api, by: Person, *tweet_ids: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(RECORD, {"ids": tweet_ids}, by=by))["recordImpressions"]
    return payload


async def counted(api: Api, tweet_id: str) -> dict[str, Any]:
    count: dict[str, Any] = (await api.data(COUNT, {"id": tweet_id}))["tweet"]["viewCount"]
    return count


async def count(runtime: Runtime) -> int:
    return await views.count(runtime.database, runtime.redis, now=runtime.now())


def estimate(value: int) -> dict[str, Any]:
    return {"value": value, "precision": "ESTIMATE"}


async def test_each_person_counts_once(api: Api, people: People, runtime: Runtime) -> None:
    first, second = [await api.tweeted(people.ann, text) for text in ("one", "two")]
    assert await counted(api, first) == {"value": 0, "precision": "EXACT"}
    for person in (people.bob, people.cat, people.bob):
        assert await seen(api, person, first, second, first) == {"recorded": 2, "userErrors": []}
    await seen(api, people.ann, first)
    assert [await count(runtime), await count(runtime)] == [2, 0]
    assert [await counted(api, first), await counted(api, second)] == [estimate(3), estimate(2)]


async def test_views_outlive_redis(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "one")
    await seen(api, people.bob, tweet_id)
    await count(runtime)
    await runtime.redis.flushdb()
    await seen(api, people.bob, tweet_id)
    await seen(api, people.cat, tweet_id)
    await count(runtime)
    assert await counted(api, tweet_id) == estimate(2)


async def test_a_count_that_died_is_resumed(api: Api, people: People, runtime: Runtime) -> None:
    first, second = [await api.tweeted(people.ann, text) for text in ("one", "two")]
    await seen(api, people.bob, first)
    await runtime.redis.rename(SEEN, COUNTING)
    await seen(api, people.bob, second)
    assert [await count(runtime), await count(runtime)] == [1, 1]
    assert [await counted(api, first), await counted(api, second)] == [estimate(1), estimate(1)]


async def test_views_that_come_while_counting_are_counted_next(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "one")
    await asyncio.gather(*(seen(api, person, tweet_id) for person in (people.bob, people.cat)), count(runtime))
    await count(runtime)
    assert await counted(api, tweet_id) == estimate(2)


async def test_what_cannot_be_seen_is_passed_over(api: Api, people: People, runtime: Runtime) -> None:
    kept, deleted = [await api.tweeted(people.ann, text) for text in ("one", "two")]
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(delete, {"id": deleted}, by=people.ann)
    assert await seen(api, people.bob, kept, deleted, "garbage", people.ann.id) == {"recorded": 1, "userErrors": []}
    assert await seen(api, people.bob) == {"recorded": 0, "userErrors": []}
    assert await count(runtime) == 1


async def test_too_many_at_once_are_refused(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "one")
    too_many = invalid("tweetIds", "TOO_MANY", "At most 100 tweets can be told at once.", limit=100, actual=101)
    assert await seen(api, people.bob, *[tweet_id] * 101) == {"recorded": 0, "userErrors": [too_many]}
    assert await count(runtime) == 0
