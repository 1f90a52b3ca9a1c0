"""Handling events: twice is once, one bad event holds nobody up, a server that is down is nobody's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from domain import ids
from domain.events import StoredEvent, TweetPosted
from infra.redis import connect
from services.runtime import Runtime
from stores import outbox, timelines, trend_buckets
from tests.client import Api, People
from tests.queue import Queue
from tests.waiting import until
from tests.workers.outbox_rows import OutboxRows
from workers import handlers
from workers.handlers import FIRST_RETRY, handle

HOME = "{ viewer { homeTimeline { nodes { text } } } }"
POISON = TweetPosted(2**63)
"""No row can have this id: PostgreSQL's driver refuses the number."""
UNREADABLE = '{"type": "FromANewerVersion", "thing": 1}'
ACTIONS = {
    "like": "mutation Act($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { code } } }",
    "delete": "mutation Act($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }",
    "follow": "mutation Act($id: ID!) { followUser(input: {userId: $id}) { userErrors { code } } }",
    "unfollow": "mutation Act($id: ID!) { unfollowUser(input: {userId: $id}) { userErrors { code } } }",
    "block": "mutation Act($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }",
}


async def shown(api: Api, people: People) -> list[list[str]]:
    homes = [await api.data(HOME, by=person) for person in (people.ann, people.bob, people.cat)]
    return [[node["text"] for node in home["viewer"]["homeTimeline"]["nodes"]] for home in homes]


async def counted(runtime: Runtime) -> dict[str, Any]:
    """All that Redis knows of tags: tweets and likes of this hour and the last together, and distinct authors."""
    hour = int(runtime.now().timestamp()) // 3600
    hours = range(hour - 1, hour + 1)
    return {
        "tweets": _sum(await trend_buckets.by_hour(runtime.redis, "GLOBAL", "tweets", hours)),
        "likes": _sum(await trend_buckets.by_hour(runtime.redis, "GLOBAL", "likes", hours)),
        "authors": await trend_buckets.distinct_authors(
            runtime.redis, "GLOBAL", ["news", "tea"], quarters=range(4 * hour - 4, 4 * hour + 4)
        ),
    }


@pytest.mark.parametrize(
    ("action", "home_of_ann", "tweets", "likes"),
    [
        ("post", ["new #tea", "old #news"], {"news": 1, "tea": 1}, {}),
        ("like", ["old #news"], {"news": 1}, {"news": 1}),
        ("delete", [], {"news": 0}, {}),
        ("follow", ["old #news", "cat was here"], {"news": 1}, {}),
        ("unfollow", [], {"news": 1}, {}),
        ("block", ["old #news"], {"news": 1}, {}),
    ],
)
async def test_a_job_that_runs_twice_does_what_one_run_does(
    api: Api,
    people: People,
    queue: Queue,
    rows: OutboxRows,
    runtime: Runtime,
    action: str,
    home_of_ann: list[str],
    tweets: dict[str, int],
    likes: dict[str, int],
) -> None:
    await api.followed(people.ann, people.bob)
    await api.tweeted(people.cat, "cat was here")
    old = await api.tweeted(people.bob, "old #news")
    await queue.drained()
    await shown(api, people)  # from now on the timelines are cached
    if action == "post":
        await api.tweeted(people.bob, "new #tea")
    else:
        subject = {
            "like": old,
            "delete": old,
            "follow": people.cat.id,
            "unfollow": people.bob.id,
            "block": people.cat.id,
        }[action]
        by = people.bob if action == "delete" else people.ann
        (payload,) = (await api.data(ACTIONS[action], {"id": subject}, by=by)).values()
        assert payload == {"userErrors": []}
    stored = await rows.stored()
    assert await queue.drained() == 1

    async def state() -> tuple[list[list[str]], dict[str, Any]]:
        return await shown(api, people), await counted(runtime)

    once = await state()
    await rows.put_back(stored)
    assert await queue.drained() == 1
    assert await state() == once
    homes, tags = once
    assert homes[0] == home_of_ann
    assert tags["tweets"] == tweets
    assert tags["likes"] == likes


def _sum(hours: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The test may run across the end of an hour."""
    return {tag: sum(hour.get(tag, 0) for hour in hours) for tag in sorted({tag for hour in hours for tag in hour})}


async def test_a_finished_event_is_not_handled_again(api: Api, people: People, queue: Queue, runtime: Runtime) -> None:
    await api.tweeted(people.bob, "hello #news")
    event_ids = await queue.taken()
    await handle(runtime, event_ids)
    await runtime.redis.execute_command("FLUSHDB")
    await handle(runtime, event_ids)
    assert await runtime.redis.keys("*") == []


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (POISON, "DBAPIError: "),
        (UNREADABLE, "Invalid value 'FromANewerVersion' - at `$.type`"),
        ('"text"', "Expected `object`, got `str`"),
    ],
)
async def test_a_bad_event_among_good_ones(
    api: Api, people: People, queue: Queue, rows: OutboxRows, runtime: Runtime, bad: TweetPosted | str, error: str
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await shown(api, people)
    await api.tweeted(people.bob, "first")
    (bad_id,) = await rows.added(bad)
    await api.tweeted(people.bob, "second")

    before = await rows.now()
    await handle(runtime, await queue.taken())
    after = await rows.now()
    assert (await shown(api, people))[0] == ["second", "first"]
    (row,) = await rows.all()
    assert (row.id, row.attempts) == (bad_id, 1)
    assert before + FIRST_RETRY <= row.due_at <= after + FIRST_RETRY

    for failures in range(1, runtime.settings.outbox_max_attempts - 1):
        before = await rows.now()
        await handle(runtime, [bad_id])
        after = await rows.now()
        (row,) = await rows.all()
        assert (row.id, row.attempts) == (bad_id, failures + 1)
        delay = FIRST_RETRY * 2**failures
        assert before + delay <= row.due_at <= after + delay

    await handle(runtime, [bad_id])
    assert await rows.all() == []
    async with runtime.database.read() as session:
        (letter,) = await outbox.dead_letters(session, limit=10)
    assert (letter.id, letter.attempts) == (bad_id, runtime.settings.outbox_max_attempts)
    assert letter.error.startswith(error)


async def test_a_dead_letter_is_revived_as_a_new_event(
    api: Api, people: People, queue: Queue, rows: OutboxRows, runtime: Runtime
) -> None:
    """Here a tweet whose fan-out was buried; once revived it arrives."""
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await shown(api, people)
    await api.tweeted(people.bob, "late")
    (buried,) = await queue.taken()
    async with runtime.database.write() as session:
        await outbox.bury(session, buried, error="for the test")
    assert await queue.drained() == 0
    async with runtime.database.write() as session:
        assert await outbox.revive(session, [buried, buried + 1]) == 1
        assert await outbox.dead_letters(session, limit=10) == []
    assert list((await rows.attempts()).values()) == [0]
    assert await queue.drained() == 1
    assert (await shown(api, people))[0] == ["late"]


async def test_without_redis_no_attempt_counts(
    api: Api, people: People, queue: Queue, rows: OutboxRows, runtime: Runtime
) -> None:
    await api.tweeted(people.bob, "hello")
    event_ids = await queue.taken()
    nowhere = connect("redis://127.0.0.1:1")
    await handle(replace(runtime, redis=nowhere), event_ids)
    await nowhere.aclose()
    assert await rows.attempts() == dict.fromkeys(event_ids, 0)


async def test_with_a_full_redis_no_attempt_counts(
    api: Api, people: People, queue: Queue, rows: OutboxRows, runtime: Runtime
) -> None:
    await shown(api, people)  # only a cached timeline is written to
    await api.tweeted(people.bob, "hello")
    event_ids = await queue.taken()
    await runtime.redis.config_set("maxmemory", 1)
    try:
        await handle(runtime, event_ids)
    finally:
        await runtime.redis.config_set("maxmemory", 0)
    assert await rows.attempts() == dict.fromkeys(event_ids, 0)


async def test_when_postgres_goes_away_in_the_middle_no_attempt_counts(
    api: Api, people: People, queue: Queue, rows: OutboxRows, runtime: Runtime
) -> None:
    await api.tweeted(people.bob, "hello")
    event_ids = await queue.taken()
    operator = await asyncpg.connect(runtime.database.url)
    lock = operator.transaction()
    await lock.start()
    await operator.execute("LOCK TABLE tweets IN ACCESS EXCLUSIVE MODE")
    handling = asyncio.create_task(handle(runtime, event_ids))
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    async def handler_waits() -> bool:
        return bool(await operator.fetch(waiting))

    try:
        await until(handler_waits)
        await operator.execute(f"SELECT pg_terminate_backend(pid) FROM ({waiting}) AS handler")
        await handling
    finally:
        await lock.rollback()
        await operator.close()
    assert await rows.attempts() == dict.fromkeys(event_ids, 0)


async def test_a_tweet_that_is_gone_is_success(rows: OutboxRows, queue: Queue) -> None:
    await rows.added(TweetPosted(1))
    assert await queue.drained() == 1
    assert await rows.all() == []


async def test_fan_out_in_several_chunks_reaches_every_follower(
    api: Api, people: People, queue: Queue, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.fan_out.CHUNK", 1)
    for follower in (people.ann, people.cat):
        await api.followed(follower, people.bob)
    await queue.drained()
    await shown(api, people)
    tweet_id = ids.raw_id(await api.tweeted(people.bob, "to both"), "Tweet")
    assert tweet_id is not None
    await queue.drained()
    for person in (people.ann, people.cat):
        cached = await timelines.read(runtime.redis, person.raw_id)
        assert cached is not None
        assert (cached.complete_from, cached.tweet_ids) == (0, (tweet_id,))


async def test_a_long_job_keeps_its_lease(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.tweeted(people.ann, "hello")
    async with runtime.database.write() as session:
        event_ids = await outbox.take(session, limit=10, lease=timedelta(seconds=30))

    async def due_at() -> datetime:
        async with runtime.database.read() as session:
            moment: datetime = (await session.execute(text("SELECT due_at FROM outbox"))).scalar_one()
            return moment

    async def until_prolonged(_runtime: Runtime, _events: Sequence[StoredEvent]) -> None:
        before = await due_at()

        async def prolonged() -> bool:
            return await due_at() != before

        await until(prolonged)

    monkeypatch.setattr(handlers, "HANDLERS", (handlers.Handler((TweetPosted,), until_prolonged),))
    await handle(replace(runtime, settings=replace(runtime.settings, outbox_lease_s=0.1)), event_ids)
    async with runtime.database.read() as reading:
        assert await outbox.backlog(reading) == 0
