"""How a tweet comes to its author's followers, by how many they are: below, at and across the thresholds."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.delivery import FanoutStrategy
from domain.pages import PageRequest
from domain.tweets import checked_text
from services import accounts, deletions, fan_out, follows, home_timelines, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft
from stores import timelines, undelivered
from stores.timelines import CachedTimeline
from tests.queue import Queue
from tests.services.home_world import Killed

PUSH_ALL, PUSH_ACTIVE, PULL = FanoutStrategy
POPULAR, CELEBRITY = 2, 4


class World:
    """bob, and as many fans as the test needs."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = replace(
            runtime,
            settings=replace(runtime.settings, fanout_popular_from=POPULAR, fanout_celebrity_from=CELEBRITY),
        )
        self.queue = Queue(self.runtime)

    async def people(self, *names: str) -> list[int]:
        new = await accounts.prepared(
            self.runtime, [Registration(name, name, f"{name}@example.com", "password") for name in names]
        )
        async with self.runtime.database.write() as session:
            return [user.id for user in await accounts.add(session, new)]

    async def follow(self, followee_id: int, *follower_ids: int) -> None:
        for follower_id in follower_ids:
            async with self.runtime.database.write() as session:
                follow_id = self.runtime.snowflakes.next()
                await follows.follow_one(session, follow_id=follow_id, follower_id=follower_id, followee_id=followee_id)
            await fan_out.forget_timeline_best_effort(self.runtime.redis, follower_id)

    async def unfollow(self, followee_id: int, follower_id: int) -> None:
        async with self.runtime.database.write() as session:
            await follows.unfollow(session, follower_id=follower_id, followee_id=followee_id)
        await fan_out.forget_timeline_best_effort(self.runtime.redis, follower_id)

    async def post(self, author_id: int) -> int:
        draft = Draft(self.runtime.snowflakes.next(), author_id, checked_text("hello"), self.runtime.now())
        async with self.runtime.database.write() as session:
            await tweets.post(session, [draft], thresholds=self.runtime.fanout_thresholds)
        return draft.id

    async def strategy(self, tweet_id: int) -> FanoutStrategy:
        async with self.runtime.database.read() as session:
            [delivery] = await undelivered.deliveries(session, [tweet_id])
        return delivery.strategy

    async def fan_out(self, tweet_id: int) -> None:
        await fan_out.fan_out(self.runtime, [tweet_id])

    async def home(self, viewer_id: int, *, size: int = 50) -> list[int]:
        page = await home_timelines.page(self.runtime.database, self.runtime.redis, viewer_id, PageRequest(size=size))
        return [entry.tweet.id for entry in page.entries]

    async def cached(self, viewer_id: int) -> tuple[int, ...]:
        """What is in the cache, looked at without reading it: that would count as a visit."""
        packed = await self.runtime.redis.get(timelines.home_key(viewer_id))
        assert packed is not None
        return timelines._cached(packed).tweet_ids

    async def last_read(self, viewer_id: int, *, ago: timedelta) -> None:
        seconds, microseconds = await self.runtime.redis.time()
        now_ms = seconds * 1_000 + microseconds // 1_000
        stamp = (now_ms - int(ago.total_seconds() * 1_000)).to_bytes(8)
        await self.runtime.redis.setrange(timelines.home_key(viewer_id), 16, stamp)


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


async def test_the_strategy_is_chosen_by_the_followers_at_the_moment_of_posting(world: World) -> None:
    """Folded or pending, each counts; what was posted keeps its strategy whatever comes after it."""
    bob, *fans = await world.people("bob", *(f"fan{n}" for n in range(CELEBRITY)))
    posted = [await world.post(bob)]
    for n, fan in enumerate(fans):
        await world.follow(bob, fan)
        if n % 2:
            await world.queue.drained()
        posted.append(await world.post(bob))
    expected = [PUSH_ALL, PUSH_ALL, PUSH_ACTIVE, PUSH_ACTIVE, PULL]
    assert [await world.strategy(tweet_id) for tweet_id in posted] == expected
    await world.unfollow(bob, fans[0])
    assert await world.strategy(await world.post(bob)) is PUSH_ACTIVE
    assert [await world.strategy(tweet_id) for tweet_id in posted] == expected


@pytest.mark.parametrize("is_drained", [False, True], ids=["undelivered", "delivered"])
@pytest.mark.parametrize("is_cached", [False, True], ids=["evicted", "cached"])
async def test_an_author_who_crosses_a_threshold_to_and_fro_is_seen_whole(
    world: World, is_drained: bool, is_cached: bool
) -> None:
    ann, bob, *fans = await world.people("ann", "bob", *(f"fan{n}" for n in range(CELEBRITY)))
    await world.follow(bob, ann)
    posted: list[int] = []
    strategies = []
    for change in (world.follow, world.unfollow, world.follow):
        for fan in fans:
            await world.home(ann)
            posted.append(await world.post(bob))
            strategies.append(await world.strategy(posted[-1]))
            if is_drained:
                await world.queue.drained()
            if not is_cached:
                await timelines.drop(world.runtime.redis, [ann])
            assert await world.home(ann) == posted[::-1]
            assert await world.home(ann, size=3) == posted[:-4:-1]
            await change(bob, fan)
    rise = [PUSH_ALL, PUSH_ACTIVE, PUSH_ACTIVE, PULL]
    assert strategies == [*rise, PULL, PULL, PUSH_ACTIVE, PUSH_ACTIVE, *rise]


async def test_a_celebrity_who_is_unfollowed_is_gone_at_once_and_back_when_followed_again(world: World) -> None:
    ann, bob, *fans = await world.people("ann", "bob", *(f"fan{n}" for n in range(CELEBRITY)))
    await world.follow(bob, ann, *fans)
    before = await world.post(bob)
    await world.queue.drained()
    assert await world.home(ann) == [before]
    await world.unfollow(bob, ann)
    assert await world.home(ann) == []
    meanwhile = await world.post(bob)
    assert await world.strategy(meanwhile) is PULL
    await world.follow(bob, ann)
    assert await world.home(ann) == [meanwhile, before]
    await world.queue.drained()
    assert await world.home(ann) == [meanwhile, before]


@pytest.mark.parametrize(
    ("ago", "reached"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)], ids=["active", "away"]
)
async def test_a_popular_authors_tweet_is_pushed_to_active_followers_and_seen_by_those_who_return(
    world: World, ago: timedelta, reached: bool
) -> None:
    ann, bob, fan = await world.people("ann", "bob", "fan")
    await world.follow(bob, ann, fan)
    first = await world.post(bob)
    await world.queue.drained()
    assert await world.home(ann) == [first]
    await world.last_read(ann, ago=ago)
    second = await world.post(bob)
    assert await world.strategy(second) is PUSH_ACTIVE
    await world.queue.drained()
    assert (await world.cached(ann))[0] == (second if reached else first)
    assert await world.home(ann) == [second, first]
    third = await world.post(bob)
    await world.queue.drained()
    assert await world.cached(ann) == (third, second, first)


@pytest.mark.parametrize("followers", [1, 50])
async def test_a_celebritys_tweet_costs_no_write_per_follower_and_is_there_at_once(
    runtime: Runtime, redis_round_trips: list[str], statements: list[str], followers: int
) -> None:
    world = World(runtime)
    world.runtime = replace(runtime, settings=replace(runtime.settings, fanout_celebrity_from=1))
    bob, *fans = await world.people("bob", *(f"fan{n}" for n in range(followers)))
    await world.follow(bob, *fans)
    await world.queue.drained()
    for fan in fans:
        assert await world.home(fan) == []
    await world.home(bob)
    tweet_id = await world.post(bob)
    assert await world.strategy(tweet_id) is PULL
    assert all([await world.home(fan) == [tweet_id] for fan in fans])
    redis_round_trips.clear()
    statements.clear()
    await world.fan_out(tweet_id)
    # Into the author's own timeline; what is due, its receipt, its end.
    assert len(redis_round_trips) == 1
    assert len(statements) == 3
    for fan in fans:
        assert await world.cached(fan) == ()
        assert await world.home(fan) == [tweet_id]
    assert await world.cached(bob) == (tweet_id,)


@pytest.mark.parametrize("is_checked", [True, False])
async def test_a_fan_out_that_ends_while_a_page_is_read_hides_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, is_checked: bool
) -> None:
    """Read from the cache before it came there, looked for among the undelivered when it had left them. Without the
    look at the cache afterwards, the tweet would be nowhere."""
    ann, bob = await world.people("ann", "bob")
    await world.follow(bob, ann)
    await world.queue.drained()
    await world.home(ann)
    tweet_id = await world.post(bob)
    cache_is_read, fan_out_is_over = asyncio.Event(), asyncio.Event()
    read = timelines.read

    async def paused_read(*args: object) -> CachedTimeline | None:
        cached = await read(*args)  # type: ignore[arg-type]
        cache_is_read.set()
        await fan_out_is_over.wait()
        return cached

    async def unchanged(*_: object) -> bool:
        return True

    monkeypatch.setattr(timelines, "read", paused_read)
    if not is_checked:
        monkeypatch.setattr(timelines, "is_unchanged", unchanged)
    reader = asyncio.create_task(world.home(ann))
    await cache_is_read.wait()
    await world.fan_out(tweet_id)
    fan_out_is_over.set()
    assert await reader == ([tweet_id] if is_checked else [])


async def test_what_is_restored_while_its_fan_out_ends_stays_in_sight(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fan-out of the posting has found it deleted; that of the restoring is still to come."""
    ann, bob = await world.people("ann", "bob")
    await world.follow(bob, ann)
    await world.queue.drained()
    await world.home(ann)
    tweet_id = await world.post(bob)
    async with world.runtime.database.write() as session:
        await deletions.delete(session, tweet_id, author_id=bob, now=world.runtime.now())
    deliveries = undelivered.deliveries

    async def restored_meanwhile(*args: object) -> list[undelivered.Delivery]:
        found = await deliveries(*args)  # type: ignore[arg-type]
        async with world.runtime.database.write() as session:
            await deletions.restore(session, tweet_id, author_id=bob, now=world.runtime.now())
        return found

    with monkeypatch.context() as patched:
        patched.setattr(undelivered, "deliveries", restored_meanwhile)
        await world.fan_out(tweet_id)
    assert await world.home(ann) == [tweet_id]
    await world.queue.drained()
    assert await world.cached(ann) == (tweet_id,)
    async with world.runtime.database.read() as reading:
        assert (await reading.execute(text("SELECT count(*) FROM undelivered_tweets"))).scalar_one() == 0


async def test_a_fan_out_that_was_interrupted_begins_anew_for_what_was_away_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had reached ann, whose timeline was rebuilt when the tweet was deleted."""
    ann, bob = await world.people("ann", "bob")
    await world.follow(bob, ann)
    await world.queue.drained()
    tweet_id = await world.post(bob)

    def killed(_name: str) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(fan_out, "CHUNK", 1)
        patched.setattr(fan_out, "crash_point", killed)
        with pytest.raises(Killed):
            await world.fan_out(tweet_id)
    async with world.runtime.database.write() as session:
        await deletions.delete(session, tweet_id, author_id=bob, now=world.runtime.now())
    await timelines.drop(world.runtime.redis, [ann])
    assert await world.home(ann) == []
    async with world.runtime.database.write() as session:
        await deletions.restore(session, tweet_id, author_id=bob, now=world.runtime.now())
    await world.fan_out(tweet_id)
    assert await world.home(ann) == [tweet_id]
    await world.queue.drained()
    assert await world.home(ann) == [tweet_id]
