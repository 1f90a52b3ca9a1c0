"""arq end to end: from a post to the follower's cached timeline, and what runs by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.events import TweetDeleted
from domain.trends import TrendWindow
from infra.jobs import Jobs
from infra.settings import Settings
from services.runtime import Runtime
from stores import timelines, trend_buckets
from tests.client import Api, People
from tests.queue import Queue
from tests.waiting import until
from tests.workers.outbox_rows import OutboxRows
from workers import main
from workers.relay import Relay

# arq closes its pool by redis-py's old name for it.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated close:DeprecationWarning")

HOME = "{ viewer { homeTimeline { nodes { text } } } }"
COUNTS = """
query Counts($id: ID!) {
  viewer { user { tweetCount { value } } }
  node(id: $id) { ... on Tweet { likeCount { value } } }
}
"""
LIKE = "mutation Like($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { code } } }"
DELTAS = "SELECT (SELECT count(*) FROM tweet_count_deltas) + (SELECT count(*) FROM user_count_deltas)"
KEYED = """
mutation Post($key: String!) { postTweet(input: {text: "hi", idempotencyKey: $key}) { tweet { id } } }
"""


async def burst(settings: Settings, runtime: Runtime) -> int:
    """A worker that ends when no job is left; returns how many jobs failed."""
    worker = main.worker(settings, runtime, burst=True)
    await worker.async_run()
    assert worker.jobs_retried == 0
    await worker.close()
    return worker.jobs_failed


async def test_a_post_reaches_its_followers_cached_timeline(
    api: Api,
    people: People,
    queue: Queue,
    rows: OutboxRows,
    relay: Relay,
    runtime: Runtime,
    settings: Settings,
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await api.data(HOME, by=people.ann)  # caches it
    await api.tweeted(people.bob, "through the queue")
    assert await relay.relay_once() == 1
    assert await burst(settings, runtime) == 0
    assert await rows.all() == []
    cached = await timelines.read(runtime.redis, people.ann.raw_id)
    assert cached is not None
    assert len(cached.tweet_ids) == 1
    home = await api.data(HOME, by=people.ann)
    assert home == {"viewer": {"homeTimeline": {"nodes": [{"text": "through the queue"}]}}}


async def test_a_job_that_did_not_begin_within_the_lease_is_dropped(
    rows: OutboxRows, jobs: Jobs, runtime: Runtime, settings: Settings
) -> None:
    """Its events are due again, and in another job by then."""
    event_ids = await rows.added(TweetDeleted(1))
    impatient = Relay(runtime.database, jobs, lease=timedelta(milliseconds=1))
    assert await impatient.relay_once() == 1

    async def expired() -> bool:
        return not await runtime.redis.keys("arq:job:*")

    await until(expired)
    assert await burst(settings, runtime) == 1
    assert await rows.attempts() == dict.fromkeys(event_ids, 0)


async def value(runtime: Runtime, statement: str) -> Any:
    async with runtime.database.read() as session:
        return (await session.execute(text(statement))).scalar_one()


async def test_folding_counts_changes_no_count_however_often_it_runs(
    api: Api, people: People, runtime: Runtime
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    for person in (people.bob, people.cat):
        await api.data(LIKE, {"id": tweet_id}, by=person)
    counts = {"viewer": {"user": {"tweetCount": {"value": 1}}}, "node": {"likeCount": {"value": 2}}}
    assert await api.data(COUNTS, {"id": tweet_id}, by=people.ann) == counts
    assert await value(runtime, DELTAS) == 3
    for _ in range(2):
        await main.fold_counts({"runtime": runtime})
        assert await value(runtime, DELTAS) == 0
        assert await api.data(COUNTS, {"id": tweet_id}, by=people.ann) == counts


async def test_folding_counts_takes_all_there_are(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stores.counts.FOLD_LIMIT", 2)
    for n in range(5):
        await api.tweeted(people.ann, f"tweet {n}")
    await main.fold_counts({"runtime": runtime})
    assert await value(runtime, DELTAS) == 0


async def test_ranking_twice_publishes_the_same(api: Api, people: People, queue: Queue, runtime: Runtime) -> None:
    for person in (people.ann, people.bob, people.cat, await api.registered("dan"), await api.registered("eve")):
        await api.tweeted(person, "#news")
    await queue.drained()
    history = "SELECT array_agg(tag || ' ' || tweets || ' ' || listed ORDER BY tag, hour) FROM trend_hours"
    for _ in range(2):
        await main.rank_trends({"runtime": runtime})
        published = await trend_buckets.published(runtime.redis, "GLOBAL", TrendWindow.DAY)
        assert published is not None
        assert [(trend.tag, trend.tweets, trend.authors) for trend in published.trends] == [("news", 5, 5)]
        assert await value(runtime, history) == ["news 5 true"]


async def test_idempotency_keys_are_forgotten_after_a_day(api: Api, people: People, runtime: Runtime) -> None:
    for key in ("old", "young"):
        await api.data(KEYED, {"key": key}, by=people.ann)
    async with runtime.database.write() as session:
        age = "UPDATE idempotency_keys SET created_at = created_at - interval '24 hours' WHERE key = 'old'"
        await session.execute(text(age))
    for _ in range(2):
        await main.forget_idempotency_keys({"runtime": runtime})
        assert await value(runtime, "SELECT array_agg(key) FROM idempotency_keys") == ["young"]


async def test_sessions_are_forgotten_when_their_tokens_have_expired(
    api: Api, people: People, runtime: Runtime
) -> None:
    async with runtime.database.write() as session:
        ann_id = {"ann": people.ann.raw_id}
        await session.execute(
            text(
                "UPDATE refresh_tokens SET expires_at = now() FROM sessions "
                "WHERE sessions.id = session_id AND user_id = :ann"
            ),
            ann_id,
        )
        await session.execute(
            text("UPDATE sessions SET created_at = now() - interval '7 days' WHERE user_id = :ann"), ann_id
        )
    kept = "SELECT array_agg(user_id ORDER BY user_id) FROM sessions JOIN refresh_tokens ON session_id = sessions.id"
    for _ in range(2):
        await main.forget_sessions({"runtime": runtime})
        assert await value(runtime, kept) == [people.bob.raw_id, people.cat.raw_id]
        assert await value(runtime, "SELECT count(*) FROM sessions") == 2
