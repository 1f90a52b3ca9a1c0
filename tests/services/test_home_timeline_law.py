"""The law of home timelines: whatever happened, paging through one gives exactly what belongs in it.

Random histories of four people are played against the real services; the oracle is plain Python that
knows only the steps. Before the queue is drained a follower may miss tweets of others, never get a wrong
one; the author misses nothing of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from domain.pages import PageRequest
from domain.tweets import checked_text
from services import accounts, deletions, fan_out, follows, home_timelines, mutes, retweets, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft
from stores import timelines
from tests.queue import Queue

NAMES = ("ann", "bob", "cat", "dan")
STEPS = 200
SEEDS = range(2)


@dataclass
class Post:
    id: int
    author: str
    replied_to: str | None
    """Who wrote the parent; None for an original tweet."""
    retweet_of: Post | None = None
    is_deleted: bool = False


@dataclass
class Oracle:
    """What everybody must see, from the steps alone."""

    posts: list[Post] = field(default_factory=list)
    following: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in NAMES})
    muted: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in NAMES})
    suspended: set[str] = field(default_factory=set)

    def active(self) -> list[str]:
        return [name for name in NAMES if name not in self.suspended]

    def shown(self) -> list[Post]:
        return [post for post in self.posts if self._is_shown(post)]

    def originals(self) -> list[Post]:
        return [post for post in self.shown() if post.retweet_of is None]

    def _is_shown(self, post: Post) -> bool:
        if post.retweet_of is not None and not self._is_shown(post.retweet_of):
            return False
        return not post.is_deleted and post.author not in self.suspended

    def home(self, viewer: str) -> list[int]:
        circle = self.following[viewer] | {viewer}
        return [
            post.id
            for post in reversed(self.shown())
            if post.author in circle
            and (post.author == viewer or post.replied_to in {None, post.author, *circle})
            and not self._is_muted(post, viewer)
        ]

    def _is_muted(self, post: Post, viewer: str) -> bool:
        if post.retweet_of is not None and self._is_muted(post.retweet_of, viewer):
            return True
        return post.author in self.muted[viewer]


class World:
    """The steps, done to the real services and told to the oracle."""

    def __init__(self, runtime: Runtime, queue: Queue, ids: dict[str, int], chance: random.Random) -> None:
        self.runtime, self.queue, self.ids, self.chance = runtime, queue, ids, chance
        self.oracle = Oracle()
        self.is_drained = True

    async def step(self) -> str:
        steps = {
            self.post: 30,
            self.reply: 20,
            self.retweet: 10,
            self.delete: 8,
            self.follow: 10,
            self.unfollow: 6,
            self.mute: 4,
            self.drain: 14,
            self.forget_cache: 2,
            self.suspend: 0.4,
        }
        [step] = self.chance.choices(list(steps), weights=list(steps.values()))
        return f"{step.__name__} {await step()}"

    async def post(self, parent: Post | None = None) -> str:
        author = self.chance.choice(self.oracle.active())
        async with self.runtime.database.write() as session:
            author_id = self.ids[author]
            replied = None
            if parent is not None:
                replied = await tweets.parent_of_reply(session, parent.id, viewer_id=author_id)
            tweet_id = self.runtime.snowflakes.next()
            draft = Draft(tweet_id, author_id, checked_text("hello"), self.runtime.now(), in_reply_to=replied)
            await tweets.post(session, [draft])
        await fan_out.show_author_best_effort(self.runtime.redis, author_id, tweet_id)
        self.oracle.posts.append(Post(tweet_id, author, parent.author if parent else None))
        self.is_drained = False
        return author

    async def reply(self) -> str:
        shown = self.oracle.originals()
        return await self.post(self.chance.choice(shown)) if shown else "to nothing"

    async def retweet(self) -> str:
        """The second time it is taken back."""
        shown = self.oracle.originals()
        if not shown:
            return "nothing"
        original, author = self.chance.choice(shown[-10:]), self.chance.choice(self.oracle.active())
        earlier = [
            post
            for post in self.oracle.posts
            if post.retweet_of is original and post.author == author and not post.is_deleted
        ]
        self.is_drained = False
        async with self.runtime.database.write() as session:
            if earlier:
                await retweets.undo(session, original.id, user_id=self.ids[author], now=self.runtime.now())
                earlier[0].is_deleted = True
                return f"by {author} undone"
            _, new = await retweets.retweet_one(session, self.runtime, original.id, user_id=self.ids[author])
        await fan_out.show_author_best_effort(self.runtime.redis, self.ids[author], new.id)
        self.oracle.posts.append(Post(new.id, author, None, original))
        return f"by {author}"

    async def delete(self) -> str:
        shown = self.oracle.shown()
        if not shown:
            return "nothing"
        post = self.chance.choice(shown[-10:])
        async with self.runtime.database.write() as session:
            await deletions.delete(session, post.id, author_id=self.ids[post.author], now=self.runtime.now())
        post.is_deleted = True
        self.is_drained = False
        return f"of {post.author}"

    async def follow(self) -> str:
        follower, followee = self.chance.sample(self.oracle.active() * 2, 2)
        if follower == followee or followee in self.oracle.following[follower]:
            return "in vain"
        async with self.runtime.database.write() as session:
            await follows.follow_one(
                session,
                follow_id=self.runtime.snowflakes.next(),
                follower_id=self.ids[follower],
                followee_id=self.ids[followee],
            )
        await fan_out.forget_timeline_best_effort(self.runtime.redis, self.ids[follower])
        self.oracle.following[follower].add(followee)
        self.is_drained = False
        return f"{follower} -> {followee}"

    async def unfollow(self) -> str:
        pairs = [
            (follower, followee)
            for follower in self.oracle.active()
            for followee in sorted(self.oracle.following[follower] - self.oracle.suspended)
        ]
        if not pairs:
            return "nobody"
        follower, followee = self.chance.choice(pairs)
        async with self.runtime.database.write() as session:
            await follows.unfollow(session, follower_id=self.ids[follower], followee_id=self.ids[followee])
        await fan_out.forget_timeline_best_effort(self.runtime.redis, self.ids[follower])
        self.oracle.following[follower].discard(followee)
        self.is_drained = False
        return f"{follower} -> {followee}"

    async def mute(self) -> str:
        """The second time it is taken back."""
        muter, muted = self.chance.sample(self.oracle.active(), 2)
        pair = {"muter_id": self.ids[muter], "muted_id": self.ids[muted]}
        async with self.runtime.database.write() as session:
            if muted in self.oracle.muted[muter]:
                await mutes.unmute(session, **pair)
            else:
                mute_id, now = self.runtime.snowflakes.next(), self.runtime.now()
                await mutes.mute(session, mute_id=mute_id, **pair, expires_at=None, now=now)
        self.oracle.muted[muter] ^= {muted}
        return f"{muter} -> {muted}"

    async def drain(self) -> str:
        self.is_drained = True
        return f"{await self.queue.drained()} events"

    async def forget_cache(self) -> str:
        await self.runtime.redis.execute_command("FLUSHDB")
        return ""

    async def suspend(self) -> str:
        if len(self.oracle.active()) == 2:
            return "nobody"
        name = self.chance.choice(self.oracle.active())
        async with self.runtime.database.write() as session:
            await session.execute(text("UPDATE users SET status = 'SUSPENDED' WHERE id = :id"), {"id": self.ids[name]})
        self.oracle.suspended.add(name)
        return name

    async def paged(self, viewer: str, *, backward: bool) -> list[int]:
        """The whole timeline of the viewer, page by page, newest first."""
        size = self.chance.randint(1, 5)
        found: list[int] = []
        edge = None
        while True:
            request = PageRequest(
                size=size,
                after=None if backward else edge,
                before=edge if backward else None,
                backward=backward,
            )
            page = await home_timelines.page(self.runtime.database, self.runtime.redis, self.ids[viewer], request)
            assert not page.is_degraded
            page_ids = [tweet.id for tweet in page.tweets]
            found = page_ids + found if backward else found + page_ids
            if not page.has_more:
                return found
            assert len(page_ids) == size, "a page that is not the last one is full"
            edge = page_ids[0] if backward else page_ids[-1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("kept", "trim_at", "refills"), [(8, 12, 1), (8, 12, 5), (1_000, 1_250, 1)], ids=["trimmed", "refilled", "whole"]
)
async def test_a_home_timeline_is_what_belongs_in_it(
    runtime: Runtime, queue: Queue, monkeypatch: pytest.MonkeyPatch, seed: int, kept: int, trim_at: int, refills: int
) -> None:
    monkeypatch.setattr(timelines, "KEPT", kept)
    monkeypatch.setattr(timelines, "TRIM_AT", trim_at)
    monkeypatch.setattr(home_timelines, "MAX_REFILLS", refills)
    world = await new_world(runtime, queue, random.Random(seed))
    done: list[str] = []
    for _ in range(STEPS):
        done.append(await world.step())
        viewer = world.chance.choice(world.oracle.active())
        found = await world.paged(viewer, backward=world.chance.random() < 0.2)
        expected = world.oracle.home(viewer)
        if not world.is_drained:
            own = {post.id for post in world.oracle.posts if post.author == viewer}
            present = own | set(found)
            expected = [tweet_id for tweet_id in expected if tweet_id in present]
        assert found == expected, f"seed {seed}, {viewer} after {len(done)} steps: {done[-25:]}"


async def new_world(runtime: Runtime, queue: Queue, chance: random.Random) -> World:
    new = await accounts.prepared(
        runtime, [Registration(name, name.title(), f"{name}@example.com", "password") for name in NAMES]
    )
    async with runtime.database.write() as session:
        ids = {user.username: user.id for user in await accounts.add(session, new)}
    return World(runtime, queue, ids, chance)
