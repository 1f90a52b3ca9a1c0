"""Tweet.delivery: the receipt that an author, and nobody else, is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from domain.tweets import checked_text
from services import tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.client import Api, People
from tests.queue import Queue

RECEIPT = "strategy targeted delivered skippedInactive lagP50Ms lagP99Ms startedAt completedAt"
DELIVERY = f"query Delivery($id: ID!) {{ node(id: $id) {{ ... on Tweet {{ delivery {{ {RECEIPT} }} }} }} }}"
MINE = '{ user(by: {username: "bob"}) { ... on User { tweets(first: 100) { nodes { text delivery { targeted } } } } } }'
HOME = "{ viewer { homeTimeline { nodes { text } } } }"
MANY = 50


async def receipt(api: Api, tweet_id: str, **by: Any) -> Any:
    return (await api.data(DELIVERY, {"id": tweet_id}, **by))["node"]["delivery"]


async def test_the_author_sees_the_receipt_grow_and_nobody_else_sees_any(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    for follower in (people.ann, people.cat):
        await api.followed(follower, people.bob)
    await queue.drained()
    await api.data(HOME, by=people.ann)
    before = runtime.now()
    tweet_id = await api.tweeted(people.bob, "hello")
    assert await receipt(api, tweet_id, by=people.bob) == {
        "strategy": "PUSH_ALL",
        "targeted": 0,
        "delivered": 0,
        "skippedInactive": 0,
        "lagP50Ms": None,
        "lagP99Ms": None,
        "startedAt": None,
        "completedAt": None,
    }

    await queue.drained()
    found = await receipt(api, tweet_id, by=people.bob)
    started, completed = (datetime.fromisoformat(found.pop(name)) for name in ("startedAt", "completedAt"))
    lag = found.pop("lagP50Ms")
    assert found == {
        "strategy": "PUSH_ALL",
        "targeted": 2,
        "delivered": 1,
        "skippedInactive": 0,
        "lagP99Ms": lag,
    }
    assert before <= started <= completed <= runtime.now()
    assert 0 <= lag <= (runtime.now() - before).total_seconds() * 1_000 + 1
    assert await receipt(api, tweet_id, by=people.ann) is None
    assert await receipt(api, tweet_id) is None


async def test_among_many_tweets_the_viewers_own_have_theirs_in_one_statement(
    api: Api, people: People, queue: Queue, runtime: Runtime, statements: list[str]
) -> None:
    async def asked() -> tuple[list[Any], int]:
        statements.clear()
        nodes = (await api.data(MINE, by=people.bob))["user"]["tweets"]["nodes"]
        return nodes, len(statements)

    await api.tweeted(people.bob, "one")
    await queue.drained()
    one, for_one = await asked()
    now = runtime.now()
    drafts = [Draft(runtime.snowflakes.next(), people.bob.raw_id, checked_text("many"), now) for _ in range(MANY - 1)]
    async with runtime.database.write() as session:
        await tweets.post(session, drafts)
    await queue.drained()
    many, for_many = await asked()
    assert one == [{"text": "one", "delivery": {"targeted": 0}}]
    assert len(many) == MANY
    assert for_many == for_one


async def test_the_lag_and_the_oldest_event_are_exported(api: Api, people: People, queue: Queue, http_url: str) -> None:
    await api.followed(people.ann, people.bob)
    tweet_id = await api.tweeted(people.bob, "hello")
    await queue.drained()
    found = await receipt(api, tweet_id, by=people.bob)
    await api.tweeted(people.bob, "waiting")
    async with httpx.AsyncClient() as http:
        lines = (await http.get(f"{http_url}/metrics")).text.splitlines()
    assert f'chirp_fanout_lag_ms{{quantile="0.5",strategy="push_all"}} {found["lagP50Ms"]:.1f}' in lines
    assert f'chirp_fanout_lag_ms{{quantile="0.99",strategy="push_all"}} {found["lagP99Ms"]:.1f}' in lines
    assert 'chirp_outbox_oldest_seconds{lane="large_fan_out"} 0.0' in lines
    [ordinary] = [line for line in lines if line.startswith('chirp_outbox_oldest_seconds{lane="ordinary"}')]
    assert float(ordinary.rpartition(" ")[2]) > 0
