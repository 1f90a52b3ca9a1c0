"""Brings a made-up world into the database, through the services.

People tweet before anybody follows them, and the outbox is drained in between: a tweet from days ago is in nobody's
cached timeline, so there is nothing to fan out, and following makes a timeline be read from Postgres anyway.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import islice
from random import Random
from typing import TypeAlias, TypeVar

import msgspec

from cli.world import graph
from cli.world import likes as world_likes
from cli.world.moments import Moments
from cli.world.people import Person, people
from cli.world.tweets import RECENT
from cli.world.tweets import tweets as said
from domain.ids import created_at
from domain.records import Tweet
from domain.tweets import checked_text
from infra.database import WriteSession
from services import accounts, follows, likes, trends, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft
from stores import counts, outbox, users
from workers.handlers import handle

PASSWORD = "seeded-dev-password"  # noqa: S105 - everybody's, in dev and test only
USERS_PER_BATCH = 1_000
TWEETS_PER_BATCH = 1_000
LIKES_PER_BATCH = 5_000
FOLLOWS_PER_BATCH = 20_000
"""Larger than the others: a batch adds one count delta for each person in it, however often they are followed."""
TRANSACTIONS = 3
"""At once: more do not help two processors (45,000 follows a second with one, 68,000 with two, 77,000 with three)."""
EVENTS_PER_BATCH = 1_000
LEASE = timedelta(seconds=30)
"""Of events another worker holds, too: the backlog is empty that long after it died, at the latest."""
IDLE_S = 0.05

T = TypeVar("T")
Advance: TypeAlias = Callable[[str, int], None]
"""Told how many more of a kind are done."""


class AlreadySeeded(Exception):
    """The database holds a seeded world, whole or in part."""


class Filled(msgspec.Struct, frozen=True):
    people: list[Person]
    tweets: int
    likes: int
    follows: int
    unfinished_events: int
    """Left in the outbox because another worker holds them or they failed."""


async def fill(runtime: Runtime, *, users: int, tweets: int, random_seed: int, advance: Advance) -> Filled:
    """Makes the world; raises AlreadySeeded before anything is written, or UsernameTaken."""
    random = Random(random_seed)
    inhabitants = people(random, users)
    await _check_unseeded(runtime, inhabitants)
    filling = _Filling(runtime, random, Moments(runtime.clock.now_ms()), advance)
    user_ids = await filling.register(inhabitants)
    async with filling.draining():
        tweet_ids = await filling.post(inhabitants, user_ids, tweets)
        like_count = await filling.like(user_ids, tweet_ids)
    await filling.drain()
    follow_count = await filling.follow(user_ids)
    await filling.drain()
    await trends.rank(runtime)
    async with runtime.database.read() as session:
        backlog = await outbox.backlog(session)
    return Filled(inhabitants, len(tweet_ids), like_count, follow_count, backlog)


async def _check_unseeded(runtime: Runtime, inhabitants: Sequence[Person]) -> None:
    async with runtime.database.read() as session:
        found = await users.by_username(session, [inhabitants[0].username], viewer_id=None)
    if found:
        raise AlreadySeeded


class _Filling:
    def __init__(self, runtime: Runtime, random: Random, moments: Moments, advance: Advance) -> None:
        self._runtime = runtime
        self._random = random
        self._moments = moments
        self._advance = advance

    async def register(self, inhabitants: Sequence[Person]) -> list[int]:
        """The ids of the people, in their order. One batch after another: the founder keeps out a second world."""
        user_ids = self._moments.people.evenly(len(inhabitants))
        registered: list[int] = []
        for batch in _batches(inhabitants, USERS_PER_BATCH):
            prepared = await accounts.prepared(
                self._runtime,
                [
                    Registration(
                        username=person.username,
                        display_name=person.display_name,
                        email=f"{person.username.lower()}@example.com",
                        password=PASSWORD,
                        region=person.region,
                    )
                    for person in batch
                ],
            )
            backdated = [
                msgspec.structs.replace(new, id=user_id, created_at=created_at(user_id))
                for new, user_id in zip(prepared, islice(user_ids, len(batch)), strict=True)
            ]
            async with self._runtime.database.write() as session:
                registered += [user.id for user in await accounts.add(session, backdated)]
            self._advance("people", len(batch))
        return registered

    async def post(self, inhabitants: Sequence[Person], user_ids: Sequence[int], count: int) -> list[int]:
        """The ids of the tweets, oldest first."""
        posted: list[int] = []

        async def post_all(session: WriteSession, batch: Sequence[Draft]) -> None:
            await tweets.post(session, batch)

        def drafts() -> Iterator[Draft]:
            recent: deque[Tweet] = deque(maxlen=RECENT)
            tweet_ids = self._moments.tweets.ever_more_densely(self._random, count)
            for place, (tweet_id, new) in enumerate(
                zip(tweet_ids, said(self._random, inhabitants, count), strict=True)
            ):
                draft = Draft(
                    id=tweet_id,
                    author_id=user_ids[new.author],
                    text=checked_text(new.text),
                    created_at=created_at(tweet_id),
                    in_reply_to=None if new.in_reply_to is None else recent[new.in_reply_to - place],
                )
                recent.append(draft.tweet)
                posted.append(tweet_id)
                yield draft

        await self._in_batches("tweets", drafts(), TWEETS_PER_BATCH, post_all)
        return posted

    async def like(self, user_ids: Sequence[int], tweet_ids: Sequence[int]) -> int:
        async def like_all(session: WriteSession, triples: Sequence[tuple[int, int, int]]) -> None:
            await likes.like(session, triples)

        triples = (
            (self._runtime.snowflakes.next(), user_ids[person], tweet_ids[tweet])
            for tweet, fans in world_likes.likes(self._random, people=len(user_ids), tweets=len(tweet_ids))
            for person in fans
        )
        return await self._in_batches("likes", triples, LIKES_PER_BATCH, like_all)

    async def follow(self, user_ids: Sequence[int]) -> int:
        async def follow_all(session: WriteSession, triples: Sequence[tuple[int, int, int]]) -> None:
            await follows.follow(session, triples)

        expected = graph.follows_per_person(len(user_ids)) * len(user_ids)
        follow_ids = self._moments.follows.evenly(expected + len(user_ids))
        triples = (
            (next(follow_ids), user_ids[follower], user_ids[followee])
            for follower, followees in graph.followees(self._random, len(user_ids))
            for followee in followees
        )
        return await self._in_batches("follows", triples, FOLLOWS_PER_BATCH, follow_all)

    async def _in_batches(
        self,
        kind: str,
        things: Iterable[T],
        size: int,
        write: Callable[[WriteSession, Sequence[T]], Awaitable[None]],
    ) -> int:
        """Writes all things, a transaction for each batch, TRANSACTIONS of them at a time."""
        free = asyncio.Semaphore(TRANSACTIONS)
        written = 0

        async def write_one(batch: Sequence[T]) -> None:
            nonlocal written
            try:
                async with self._runtime.database.write() as session:
                    await write(session, batch)
            finally:
                free.release()
            written += len(batch)
            self._advance(kind, len(batch))

        async with _first_failure(), asyncio.TaskGroup() as group:
            for batch in _batches(things, size):
                await free.acquire()
                group.create_task(write_one(batch))
        return written

    @asynccontextmanager
    async def draining(self) -> AsyncIterator[None]:
        """Works the outbox off beside the block, as a worker would."""

        finished = asyncio.Event()

        async def drain_until_finished() -> None:
            while not finished.is_set():
                if not await self._handle_some():
                    await asyncio.sleep(IDLE_S)

        async with _first_failure(), asyncio.TaskGroup() as group:
            group.create_task(drain_until_finished())
            yield
            finished.set()

    async def drain(self) -> None:
        """Works the outbox off and folds the counts; events that another worker holds get one lease to be finished."""
        deadline = self._runtime.clock.now_ms() + LEASE / timedelta(milliseconds=1)
        while True:
            if not await self._handle_some():
                async with self._runtime.database.read() as session:
                    left = await outbox.backlog(session)
                if left == 0 or self._runtime.clock.now_ms() > deadline:
                    break
                await asyncio.sleep(IDLE_S)
        moved = counts.FOLD_LIMIT
        while moved >= counts.FOLD_LIMIT:
            async with self._runtime.database.write() as session:
                moved = await counts.fold(session)

    async def _handle_some(self) -> int:
        async with self._runtime.database.write() as session:
            event_ids = await outbox.take(session, limit=EVENTS_PER_BATCH, lease=LEASE)
        await handle(self._runtime, event_ids)
        self._advance("events", len(event_ids))
        return len(event_ids)


@asynccontextmanager
async def _first_failure() -> AsyncIterator[None]:
    """Raises the first failure of a task group alone, so that a command can say it in one sentence."""
    try:
        yield
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch
