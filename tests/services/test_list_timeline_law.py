"""The law of list timelines: whatever happened, paging through one gives exactly what belongs in it for the viewer.

Random histories of five people and one list are played against the real services; the oracle is plain Python that
knows only the steps.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import text

import domain.retweets
from domain.ids import created_ms
from domain.pages import PageRequest
from domain.records import Tweet, UserList
from domain.retweets import ONCE_WITHIN
from domain.tweets import checked_text
from services import accounts, blocks, deletions, filled_pages, follows, list_timelines, lists, mutes, retweets, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft

OWNER = "ann"
NAMES = (OWNER, "bob", "cat", "dan", "eve")
VIEWERS = (*NAMES, None)
STEPS = 150
SEEDS = range(3)
ONCE = (ONCE_WITHIN, timedelta(milliseconds=100))
"""How long a tweet stands once: as it is, and a few steps."""


@dataclass
class Post:
    tweet: Tweet
    author: str
    replied_to: str | None = None
    """Who wrote the parent; None for what answers nothing."""
    original: Post | None = None
    """What it retweets."""
    is_deleted: bool = False


@dataclass
class Oracle:
    once_within_ms: int
    posts: list[Post] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
    following: set[tuple[str | None, str]] = field(default_factory=set)
    blocking: set[tuple[str | None, str | None]] = field(default_factory=set)
    muting: set[tuple[str | None, str]] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    suspended: set[str] = field(default_factory=set)

    def is_listed(self, post: Post, viewer: str | None) -> bool:
        author = post.author
        if post.is_deleted:
            return False
        if author != viewer and (
            author in self.suspended
            or {(author, viewer), (viewer, author)} & self.blocking
            or (author in self.protected and (viewer, author) not in self.following)
            or (viewer, author) in self.muting
        ):
            return False
        return post.original is None or self.is_listed(post.original, viewer)

    def timeline(self, viewer: str | None) -> list[int]:
        carriers = [
            post
            for post in self.posts
            if post.author in self.members
            and (post.replied_to is None or post.replied_to in self.members)
            and self.is_listed(post, viewer)
        ]
        return [
            post.tweet.id
            for place, post in enumerate(carriers)
            if post.author == viewer or not self.is_repeat(post, carriers[:place])
        ][::-1]

    def is_repeat(self, post: Post, older: list[Post]) -> bool:
        return post.original is not None and any(
            (other is post.original or other.original is post.original)
            and created_ms(post.tweet.id) - created_ms(other.tweet.id) <= self.once_within_ms
            for other in older
        )


class World:
    """The steps, done to the real services and told to the oracle."""

    def __init__(
        self, runtime: Runtime, ids: dict[str, int], list_id: int, chance: random.Random, *, once_within: timedelta
    ) -> None:
        self.runtime, self.ids, self.list_id, self.chance = runtime, ids, list_id, chance
        self.oracle = Oracle(once_within // timedelta(milliseconds=1))

    async def step(self) -> str:
        steps = {
            self.post: 25,
            self.reply: 20,
            self.retweet: 12,
            self.delete: 6,
            self.add: 12,
            self.remove: 4,
            self.follow: 10,
            self.block: 1.5,
            self.mute: 2,
            self.protect: 1.5,
            self.suspend: 0.7,
        }
        [step] = self.chance.choices(list(steps), weights=list(steps.values()))
        return f"{step.__name__} {await step()}"

    def pair(self) -> tuple[str, str]:
        one, other = self.chance.sample(NAMES, 2)
        return one, other

    async def post(self, parent: Post | None = None) -> str:
        author = self.chance.choice(NAMES)
        draft = Draft(
            self.runtime.snowflakes.next(),
            self.ids[author],
            checked_text("hello"),
            self.runtime.now(),
            in_reply_to=parent.tweet if parent else None,
        )
        async with self.runtime.database.write() as session:
            [tweet] = await tweets.post(session, [draft])
        self.oracle.posts.append(Post(tweet, author, replied_to=parent.author if parent else None))
        return author

    def originals(self) -> list[Post]:
        return [post for post in self.oracle.posts if post.original is None]

    async def reply(self) -> str:
        return await self.post(self.chance.choice(self.originals())) if self.originals() else "to nothing"

    async def retweet(self) -> str:
        if not self.originals():
            return "nothing"
        author, original = self.chance.choice(NAMES), self.chance.choice(self.originals()[-8:])
        triple = (self.runtime.snowflakes.next(), self.ids[author], original.tweet.id)
        async with self.runtime.database.write() as session:
            new = await retweets.retweet(session, [triple], now=self.runtime.now())
        self.oracle.posts += [Post(tweet, author, original=original) for tweet in new]
        return f"{author} of {original.author}"

    async def delete(self) -> str:
        left = [post for post in self.originals() if not post.is_deleted and post.author not in self.oracle.suspended]
        if not left:
            return "nothing"
        post = self.chance.choice(left[-10:])
        async with self.runtime.database.write() as session:
            await deletions.delete(session, post.tweet.id, author_id=self.ids[post.author], now=self.runtime.now())
        post.is_deleted = True
        return f"of {post.author}"

    async def add(self) -> str:
        oracle = self.oracle
        kept_out = {*oracle.members, *oracle.suspended, *(name for pair in oracle.blocking for name in pair)}
        name = self.chance.choice(NAMES)
        if name in kept_out - {OWNER} or name in oracle.members:
            return "in vain"
        async with self.runtime.database.write() as session:
            await lists.add_member(
                session,
                self.list_id,
                membership_id=self.runtime.snowflakes.next(),
                user_id=self.ids[name],
                owner_id=self.ids[OWNER],
            )
        oracle.members.add(name)
        return name

    async def remove(self) -> str:
        if not self.oracle.members:
            return "nobody"
        name = self.chance.choice(sorted(self.oracle.members))
        async with self.runtime.database.write() as session:
            await lists.remove_member(session, self.list_id, user_id=self.ids[name], owner_id=self.ids[OWNER])
        self.oracle.members.discard(name)
        return name

    async def follow(self) -> str:
        follower, followee = self.pair()
        if {(follower, followee), (followee, follower)} & self.oracle.blocking:
            return "in vain"
        async with self.runtime.database.write() as session:
            triple = (self.runtime.snowflakes.next(), self.ids[follower], self.ids[followee])
            await follows.follow(session, [triple])
        self.oracle.following.add((follower, followee))
        return f"{follower} -> {followee}"

    async def block(self) -> str:
        oracle, (blocker, blocked) = self.oracle, self.pair()
        if (blocker, blocked) in oracle.blocking or blocked in oracle.suspended:
            return "in vain"
        async with self.runtime.database.write() as session:
            await blocks.block(
                session,
                block_id=self.runtime.snowflakes.next(),
                blocker_id=self.ids[blocker],
                blocked_id=self.ids[blocked],
            )
        oracle.blocking.add((blocker, blocked))
        oracle.following -= {(blocker, blocked), (blocked, blocker)}
        if OWNER in {blocker, blocked}:
            oracle.members -= {blocker, blocked} - {OWNER}
        return f"{blocker} -> {blocked}"

    async def mute(self) -> str:
        muter, muted = self.pair()
        if muted in self.oracle.suspended:
            return "in vain"
        async with self.runtime.database.write() as session:
            await mutes.mute(
                session,
                mute_id=self.runtime.snowflakes.next(),
                muter_id=self.ids[muter],
                muted_id=self.ids[muted],
                expires_at=None,
                now=self.runtime.now(),
            )
        self.oracle.muting.add((muter, muted))
        return f"{muter} -> {muted}"

    async def protect(self) -> str:
        name = self.chance.choice(NAMES)
        await self.update(name, "is_protected = true")
        self.oracle.protected.add(name)
        return name

    async def suspend(self) -> str:
        if self.oracle.suspended:
            return "nobody"
        name = self.chance.choice(NAMES[1:])
        await self.update(name, "status = 'SUSPENDED'")
        self.oracle.suspended.add(name)
        return name

    async def update(self, name: str, assignment: str) -> None:
        async with self.runtime.database.write() as session:
            await session.execute(text(f"UPDATE users SET {assignment} WHERE id = :id"), {"id": self.ids[name]})

    async def paged(self, viewer: str | None, *, backward: bool) -> list[int]:
        """The whole timeline for the viewer, page by page, newest first."""
        size = self.chance.randint(1, 5)
        found: list[int] = []
        edge = None
        viewer_id = None if viewer is None else self.ids[viewer]
        while True:
            request = PageRequest(
                size=size, after=None if backward else edge, before=edge if backward else None, backward=backward
            )
            pages = await list_timelines.pages(self.runtime.database, [self.list_id], request, viewer_id=viewer_id)
            page = pages[self.list_id]
            ids = [entry.tweet.id for entry in page.entries]
            found = ids + found if backward else found + ids
            if not page.has_more:
                return found
            edge = page.looked_at or (ids[0] if backward else ids[-1])


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_list_timeline_is_what_belongs_in_it(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    once_within = ONCE[seed % len(ONCE)]
    monkeypatch.setattr(domain.retweets, "ONCE_WITHIN", once_within)
    monkeypatch.setattr(filled_pages, "MAX_ROUNDS", 1 + seed)
    world = await new_world(runtime, random.Random(seed), once_within=once_within)
    done: list[str] = []
    for _ in range(STEPS):
        done.append(await world.step())
        viewer = world.chance.choice(VIEWERS)
        found = await world.paged(viewer, backward=world.chance.random() < 0.3)
        assert found == world.oracle.timeline(viewer), f"seed {seed}, {viewer} after {len(done)}: {done[-25:]}"


async def new_world(runtime: Runtime, chance: random.Random, *, once_within: timedelta) -> World:
    new = await accounts.prepared(
        runtime, [Registration(name, name.title(), f"{name}@example.com", "password") for name in NAMES]
    )
    async with runtime.database.write() as session:
        ids = {user.username: user.id for user in await accounts.add(session, new)}
        owned = UserList(runtime.snowflakes.next(), ids[OWNER], "tea", "", is_private=False, created_at=runtime.now())
        return World(runtime, ids, await lists.create(session, owned), chance, once_within=once_within)
