"""The reconciler: finds what does not fit, mends it once, and stays silent while people are at work."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import text

from domain.records import TweetCounts, UserCounts
from services import follows, likes, reconciliation
from services.reconciliation import reconcile_some
from stores import counts, reconciler
from stores.reconciler import Drift
from tests.stores.conftest import World


async def planted(world: World, statement: str, **parameters: int) -> None:
    async with world.runtime.database.write() as session:
        await session.execute(text(statement), parameters)


async def found(world: World) -> list[Drift]:
    return await reconcile_some(world.runtime.database)


async def test_drifts_are_found_mended_and_recorded_once(world: World) -> None:
    ann, bob = await world.people("ann", "bob")
    first, second = await world.tweets(ann, 2)
    await planted(world, "UPDATE tweet_counts SET likes = 3 WHERE tweet_id = :id", id=first)
    await planted(world, "INSERT INTO tweet_count_deltas (tweet_id, replies) VALUES (:id, -2)", id=second)
    await planted(world, "UPDATE user_counts SET followers = 1 WHERE user_id = :id", id=bob)
    assert await found(world) == [
        Drift("tweet", first, "likes", 3, 0),
        Drift("tweet", second, "replies", -2, 0),
        Drift("user", bob, "followers", 1, 0),
    ]
    async with world.runtime.database.read() as session:
        assert await counts.of_tweets(session, [first, second]) == {first: TweetCounts(), second: TweetCounts()}
        assert await counts.of_users(session, [ann, bob]) == {ann: UserCounts(tweets=2), bob: UserCounts()}
    assert await found(world) == []
    async with world.runtime.database.read() as session:
        tweets, users = await reconciler.progress(session)
    assert (tweets.rounds, users.rounds) == (2, 2)
    assert {name: n for name, n in (tweets.found | users.found).items() if n} == {
        "likes": 1,
        "replies": 1,
        "followers": 1,
    }


async def test_the_walk_goes_on_where_it_stopped_and_begins_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "CHUNK", 2)
    [ann] = await world.people("ann")
    tweet_ids = await world.tweets(ann, 5)
    await planted(world, "UPDATE tweet_counts SET quotes = 1")
    mended = [[drift.subject_id for drift in await found(world)] for _ in range(4)]
    assert mended == [tweet_ids[:2], tweet_ids[2:4], tweet_ids[4:], []]


async def test_people_at_work_are_no_drift(world: World) -> None:
    """Rows and deltas are written together, so there is no moment at which one is seen without the other."""
    ann, *fans = await world.people("ann", *(f"fan{n}" for n in range(6)))
    tweet_ids = await world.tweets(ann, 3)
    runtime = world.runtime
    compared = 0

    async def like_and_take_back(fan: int) -> None:
        while compared < 6:
            tweet_id = tweet_ids[compared % 3]
            async with runtime.database.write() as session:
                await likes.like_one(session, tweet_id, like_id=runtime.snowflakes.next(), user_id=fan)
            async with runtime.database.write() as session:
                await likes.unlike(session, tweet_id, user_id=fan)

    async def follow_and_unfollow(fan: int) -> None:
        while compared < 6:
            async with runtime.database.write() as session:
                await follows.follow(session, [(runtime.snowflakes.next(), fan, ann)])
            async with runtime.database.write() as session:
                await follows.unfollow(session, follower_id=fan, followee_id=ann)

    async def fold() -> None:
        while compared < 6:
            async with runtime.database.write() as session:
                await counts.fold(session)

    work = asyncio.gather(*map(like_and_take_back, fans), *map(follow_and_unfollow, fans), fold())
    while not work.done():
        assert await found(world) == []
        compared += 1
    await work
    assert await found(world) == []


async def test_two_reconcilers_mend_once(world: World) -> None:
    [ann] = await world.people("ann")
    [tweet_id] = await world.tweets(ann, 1)
    await planted(world, "UPDATE tweet_counts SET likes = 4")
    both = await asyncio.gather(found(world), found(world))
    assert sorted(map(len, both)) == [0, 1]
    async with world.runtime.database.read() as session:
        assert await counts.of_tweets(session, [tweet_id]) == {tweet_id: TweetCounts()}


async def test_the_drift_is_exported(world: World, http_url: str) -> None:
    [ann] = await world.people("ann")
    await world.tweets(ann, 1)
    await planted(world, "UPDATE tweet_counts SET bookmarks = 1")
    await found(world)
    async with httpx.AsyncClient() as http:
        response = await http.get(f"{http_url}/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert 'chirp_count_drifts_total{count="tweet_bookmarks"} 1.0' in lines
    assert 'chirp_count_drifts_total{count="tweet_likes"} 0.0' in lines
    assert 'chirp_reconciler_rounds_total{subject="user"} 1.0' in lines
    assert "chirp_outbox_events 1.0" in lines
