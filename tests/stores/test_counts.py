"""Counts: folded totals plus deltas, exact at every moment."""

from __future__ import annotations

import asyncio
import random

import pytest

from domain.records import TweetCounts, UserCounts
from stores import counts
from tests.stores.conftest import World


async def of_tweets(world: World, tweet_ids: list[int]) -> dict[int, TweetCounts]:
    async with world.runtime.database.read() as session:
        return await counts.of_tweets(session, tweet_ids)


async def folded(world: World) -> int:
    async with world.runtime.database.write() as session:
        return await counts.fold(session)


async def test_counts_are_exact_before_and_after_folding(world: World) -> None:
    ann, bob = await world.people("ann", "bob")
    first, second = await world.tweets(ann, 2)
    async with world.runtime.database.write() as session:
        await counts.add_to_tweets(session, {first: TweetCounts(likes=2), second: TweetCounts(replies=1)})
        await counts.add_to_tweets(session, {first: TweetCounts(likes=-1, replies=3)})
        await counts.add_to_users(session, {bob: UserCounts(followers=1, following=2)})
    moved = []
    for _ in range(2):
        assert await of_tweets(world, [first, second]) == {
            first: TweetCounts(likes=1, replies=3),
            second: TweetCounts(likes=0, replies=1),
        }
        async with world.runtime.database.read() as session:
            assert await counts.of_users(session, [ann, bob]) == {
                ann: UserCounts(tweets=2),
                bob: UserCounts(followers=1, following=2),
            }
        moved.append(await folded(world))
    assert moved == [5, 0]


async def test_nothing_is_lost_while_folds_run_against_increments(world: World) -> None:
    chance = random.Random(1)
    [ann] = await world.people("ann")
    tweet_ids = await world.tweets(ann, 5)
    likes = dict.fromkeys(tweet_ids, 0)
    reads: list[int] = []

    async def like(tweet_id: int, by: int) -> None:
        async with world.runtime.database.write() as session:
            await counts.add_to_tweets(session, {tweet_id: TweetCounts(likes=by)})

    async def watch() -> None:
        for _ in range(20):
            [found] = (await of_tweets(world, tweet_ids[:1])).values()
            reads.append(found.likes)

    work = []
    for _ in range(200):
        tweet_id, by = chance.choice(tweet_ids), chance.randint(1, 3)
        likes[tweet_id] += by
        work.append(like(tweet_id, by))
    await asyncio.gather(*work, *(folded(world) for _ in range(20)), watch())
    expected = {tweet_id: TweetCounts(likes=n) for tweet_id, n in likes.items()}
    assert await of_tweets(world, tweet_ids) == expected
    assert reads == sorted(reads), "a fold under way is seen whole or not at all: no count ever falls"
    await folded(world)
    assert await of_tweets(world, tweet_ids) == expected


async def test_a_fold_takes_a_bounded_number_of_deltas(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "FOLD_LIMIT", 3)
    [ann] = await world.people("ann")
    [tweet_id] = await world.tweets(ann, 1)
    for _ in range(7):
        async with world.runtime.database.write() as session:
            await counts.add_to_tweets(session, {tweet_id: TweetCounts(likes=1)})
    # The tweet itself left a delta of its author's count.
    assert [await folded(world) for _ in range(4)] == [3 + 1, 3, 1, 0]
    assert await of_tweets(world, [tweet_id]) == {tweet_id: TweetCounts(likes=7)}


async def test_a_delta_without_its_tweet_is_dropped(world: World) -> None:
    async with world.runtime.database.write() as session:
        await counts.add_to_tweets(session, {1: TweetCounts(likes=1)})
    assert [await folded(world), await folded(world)] == [1, 0]
