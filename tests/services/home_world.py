"""People who tweet and follow, servers that lose things, and what everybody sees after each step."""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from unittest.mock import patch

from domain.pages import PageRequest
from infra.redis import Redis
from services import accounts, fan_out, home_timelines
from services.accounts import Registration
from services.runtime import Runtime
from stores import outbox, timelines
from tests.conftest import emptied
from tests.services.home_oracle import NAMES
from tests.services.home_people import PeopleSteps
from tests.services.home_tweets import TweetSteps
from workers.handlers import handle

Step = Callable[[], Awaitable[str]]
A_DAY_MS = timelines.ACTIVE_FOR_S * 1_000


class Killed(BaseException):
    """Handled by nobody, as SIGKILL is."""


class World(TweetSteps, PeopleSteps):
    async def step(self) -> str:
        step = self.chance.choice(self._deck())
        return f"{step.__name__} {await step()}"

    def _deck(self) -> list[Step]:
        weights: dict[Step, int] = {
            self.drain: 10,
            self.post: 22,
            self.reply: 10,
            self.quote: 3,
            self.retweet: 10,
            self.undo_retweet: 4,
            self.delete: 7,
            self.restore: 6,
            self.edit: 3,
            self.follow: 12,
            self.accept: 4,
            self.unfollow: 7,
            self.show_retweets: 4,
            self.block: 2,
            self.unblock: 2,
            self.mute: 3,
            self.mute_word: 3,
            self.protect: 2,
            self.suspend: 1,
            self.handle_some: 8,
            self.deliver_again: 4,
            self.evict: 4,
            self.flush: 2,
            self.die_mid_fan_out: 6,
            self.be_away_for_a_day: 6,
            self.lose_redis: 3,
        }
        return [step for step, weight in weights.items() for _ in range(weight)]

    async def drain(self) -> str:
        return f"{await self.queue.drained()} events"

    async def handle_some(self) -> str:
        """In any order, as workers race."""
        event_ids = await self.queue.taken()
        late = [event_id for event_id in event_ids[-8:] if self.chance.randint(0, 1)]
        await handle(self.runtime, [event_id for event_id in event_ids if event_id not in late])
        await self._give_back(late)
        return f"all but {len(late)} events"

    async def _give_back(self, event_ids: list[int]) -> None:
        async with self.runtime.database.write() as session:
            await outbox.make_due(session, event_ids, after=timedelta())

    async def deliver_again(self) -> str:
        post = self.one_of(self.oracle.posts[-8:])
        if post is None:
            return "nothing"
        await fan_out.fan_out(self.runtime, [post.id])
        return f"{post.id} of {post.author}"

    async def evict(self) -> str:
        viewer = self.chance.choice(self.oracle.active())
        await timelines.drop(self.runtime.redis, [self.ids[viewer]])
        return f"the timeline of {viewer}"

    async def flush(self) -> str:
        await self.runtime.redis.execute_command("FLUSHDB")
        return "Redis"

    async def die_mid_fan_out(self) -> str:
        """The worker has reached so many followers; its events come back."""
        chunks = self.chance.randint(0, 2)
        reached = iter(range(chunks))

        def crash_point(_name: str) -> None:
            if next(reached, None) is None:
                raise Killed

        event_ids = await self.queue.taken()
        with patch.object(fan_out, "crash_point", crash_point):
            try:
                await handle(self.runtime, event_ids)
            except Killed:
                await self._give_back(event_ids)
                return f"after {chunks + 1} followers"
        return "too late"

    async def be_away_for_a_day(self) -> str:
        """What is pushed to active followers meanwhile does not reach them."""
        viewer = self.chance.choice(self.oracle.active())
        key = timelines.home_key(self.ids[viewer])
        if await self.runtime.redis.exists(key):
            seconds, _ = await self.runtime.redis.time()
            await self.runtime.redis.setrange(key, 16, struct.pack(">Q", seconds * 1_000 - A_DAY_MS))
        for _ in range(3):
            await self.post()
        await self.queue.drained()
        return viewer

    async def lose_redis(self) -> str:
        """For as long as everybody reads once."""
        await asyncio.gather(*(self._sees(viewer, self.without_redis, 7) for viewer in self.oracle.active()))
        return "and find it again"

    async def everybody_sees_what_they_must(self) -> None:
        size, backward = self.chance.randint(2, 12), self.chance.randint(0, 4) == 4
        await asyncio.gather(
            *(
                self._sees(viewer, self.runtime.redis, size + n, backward=backward)
                for n, viewer in enumerate(self.oracle.active())
            )
        )
        viewer, every_id = self.chance.choice(self.oracle.active()), [post.id for post in self.oracle.posts]
        belonging = await home_timelines.belonging(self.runtime.database, self.ids[viewer], every_id)
        assert sorted(belonging, reverse=True) == self.oracle.home(viewer), viewer

    async def _sees(self, viewer: str, redis: Redis, size: int, *, backward: bool = False) -> None:
        """The whole timeline, page by page."""
        found: list[int] = []
        edge = None
        while True:
            request = PageRequest(
                size=size, after=None if backward else edge, before=edge if backward else None, backward=backward
            )
            page = await home_timelines.page(self.runtime.database, redis, self.ids[viewer], request)
            assert page.is_degraded is (redis is self.without_redis)
            ids = [entry.tweet.id for entry in page.entries]
            found = ids + found if backward else found + ids
            if not page.has_more:
                break
            assert len(ids) == size or page.looked_at is not None, "a page that is not the last one is full"
            edge = page.looked_at or (ids[0] if backward else ids[-1])
        assert found == self.oracle.home(viewer), viewer


Kind = TypeVar("Kind", bound=World)


async def peopled(
    kind: type[Kind], runtime: Runtime, without_redis: Redis, chance: random.Random, *, once_within: timedelta
) -> Kind:
    """A new world, in which somebody followed by two is popular, and by four a celebrity."""
    await emptied(runtime)
    small = replace(runtime, settings=replace(runtime.settings, fanout_popular_from=2, fanout_celebrity_from=4))
    new = await accounts.prepared(
        small, [Registration(name, name.title(), f"{name}@example.com", "password") for name in NAMES]
    )
    async with small.database.write() as session:
        ids = {user.username: user.id for user in await accounts.add(session, new)}
    return kind(small, ids, chance, without_redis=without_redis, once_within=once_within)
