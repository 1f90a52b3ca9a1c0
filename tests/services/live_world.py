"""The people of the home law, watched by clients over processes that die, lag and fail at chosen points."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text

from domain.errors import DomainError
from domain.records import Heartbeat, UserList, Viewer
from services import administration, lists
from services.live import LiveHub
from stores import changes, tweets, users
from tests.services import live_timelines
from tests.services.home_oracle import NAMES, Post
from tests.services.home_tweets import TAG
from tests.services.home_world import Killed, Step, World
from tests.services.live_clients import Client
from tests.services.live_faults import Fate, SlowDatabase
from tests.services.live_timelines import Below, Home, Watched

PROCESSES = 2
OWNER = NAMES[0]
SERVERS_THAT_DIE = {"Redis": "flush", "worker": "die_mid_fan_out after"}


class LiveWorld(World):
    database: SlowDatabase
    fate: Fate
    hubs: list[LiveHub]
    clients: list[Client]
    user_list: UserList
    conversation: list[Post]

    async def watched(self, database: SlowDatabase, fate: Fate) -> None:
        """From here on, by a client of each home and some of timelines of other kinds."""
        self.runtime, self.database, self.fate = replace(self.runtime, database=database), database, fate
        self.kills, self.checks = Counter[str](), Counter[bool]()
        self.hubs = [await self._process() for _ in range(PROCESSES)]
        owner_id, now = self.ids[OWNER], self.runtime.now()
        self.user_list = UserList(self.runtime.snowflakes.next(), owner_id, "tea", "", is_private=False, created_at=now)
        async with database.write() as session:
            await lists.create(session, self.user_list)
            stored = await users.by_id(session, list(self.ids.values()), viewer_id=None)
            # The first pulled tweet of an author that is not committed keeps the next one waiting.
            await session.execute(text("INSERT INTO large_authors (user_id) SELECT id FROM users"))
        people = {name: stored[user_id].user for name, user_id in self.ids.items()}
        viewers = {name: Viewer(user=user, email="", session_id=0) for name, user in people.items()}
        await self.post()
        self.conversation = self.oracle.posts[-1:]
        async with database.read() as session:
            [root] = (await tweets.by_id(session, [self.conversation[0].id], viewer_id=None)).values()
        watched: list[Watched] = [Home(viewer) for viewer in viewers.values()]
        for viewer in (viewers["bob"], None):
            watched += [
                live_timelines.of_list(self.user_list, viewer),
                live_timelines.of_user(people["cat"], viewer),
                live_timelines.of_hashtag(TAG, viewer),
                Below(root.tweet, viewer),
            ]
        self.clients = [Client(self.runtime, timeline) for timeline in watched]

    async def _process(self) -> LiveHub:
        """One that hears of nothing by itself."""
        hub = LiveHub(self.database)
        async with self.database.read() as session:
            hub._seen = await changes.now(session)
        return hub

    def _deck(self) -> list[Step]:
        """More happens to tweets than between people, so that pages are kept for a while."""
        weights: dict[Step, int] = {
            self.post: 40,
            self.reply: 10,
            self.retweet: 30,
            self.undo_retweet: 16,
            self.delete: 16,
            self.restore: 12,
            self.edit: 12,
            self.reply_below: 20,
            self.unsuspend: 3,
            self.list_somebody: 4,
            self.unlist_somebody: 2,
        }
        return super()._deck() + [step for step, weight in weights.items() for _ in range(weight)]

    async def step(self) -> str:
        done = await (super().step() if self.chance.randint(0, 9) else self.take_long_to_commit())
        self.kills += Counter(server for server, step in SERVERS_THAT_DIE.items() if done.startswith(step))
        return done

    async def reply_below(self) -> str:
        """Some tweet of the conversation."""
        number = len(self.oracle.posts)
        done = await self.post("reply", to=self.conversation)
        self.conversation += self.oracle.posts[number:]
        return done

    async def unsuspend(self) -> str:
        name = self.one_of(sorted(self.oracle.suspended))
        if name is None:
            return "nobody"
        async with self.runtime.database.write() as session:
            await administration.unsuspend(session, self.ids[name])
        self.oracle.suspended.discard(name)
        return name

    async def list_somebody(self) -> str:
        name = self.chance.choice(NAMES)
        try:
            async with self.runtime.database.write() as session:
                membership_id = self.runtime.snowflakes.next()
                of_list = {"user_id": self.ids[name], "owner_id": self.user_list.owner_id}
                await lists.add_member(session, self.user_list.id, membership_id=membership_id, **of_list)
        except DomainError:
            return "in vain"
        return name

    async def unlist_somebody(self) -> str:
        name = self.chance.choice(self.oracle.active())
        try:
            async with self.runtime.database.write() as session:
                of_list = {"user_id": self.ids[name], "owner_id": self.user_list.owner_id}
                await lists.remove_member(session, self.user_list.id, **of_list)
        except DomainError:
            return "in vain"
        return name

    async def take_long_to_commit(self) -> str:
        """What others do meanwhile is committed, told and shown before, with later ids and times."""
        of_tweets = (self.post, self.reply, self.retweet, self.undo_retweet, self.delete, self.edit)
        step = self.chance.choice((*of_tweets, self.follow, self.unfollow, self.mute, self.block))
        database = self.database
        database.is_about_to_commit.clear()
        database.may_commit.clear()
        database.slow = task = asyncio.create_task(step())
        about_to_commit = asyncio.create_task(database.is_about_to_commit.wait())
        await asyncio.wait({task, about_to_commit}, return_when=asyncio.FIRST_COMPLETED)
        about_to_commit.cancel()
        meanwhile = []
        for _ in range(self.chance.randint(1, 3)):
            meanwhile.append(f"post {await self.post()}")
            meanwhile.append(await self.live_step())
        database.may_commit.set()
        return f"slow {step.__name__} {await task} ({'; '.join(meanwhile)})"

    async def live_step(self) -> str:
        weights: dict[Step, int] = {
            self.tell: 10,
            self.fail_to_tell: 3,
            self.read_on: 20,
            self.cut: 5,
            self.die_while_it_tells_one: 14,
            self.die: 1,
            self.die_while_it_tells_all: 3,
            self.go_back: 1,
            self.check: 20,
        }
        [step] = self.chance.choices(list(weights), weights=list(weights.values()))
        done = f"{step.__name__} {await step()}"
        if self.chance.randint(0, 2):
            await self.connect()
        return done

    def _watching(self, *, connected: bool) -> list[Client]:
        return [
            client
            for client in self.clients
            if (client.hub is not None) is connected
            and (client.timeline.viewer is None or client.timeline.viewer.user.username in self.oracle.active())
        ]

    async def connect(self) -> None:
        for client in self._watching(connected=False):
            await client.connect(self.chance.choice(self.hubs))

    async def tell(self) -> str:
        hub = self.chance.choice(self.hubs)
        await hub.tell()
        return str(self.hubs.index(hub))

    async def fail_to_tell(self) -> str:
        """The connection to Postgres is lost in the middle."""
        hub = self.chance.choice(self.hubs)
        try:
            with self.fate.after(self.chance.randint(0, 9), ConnectionError):
                await hub.tell()
        except ConnectionError:
            self.kills["connection"] += 1
            return str(self.hubs.index(hub))
        return "too late"

    async def read_on(self) -> str:
        """Each as fast as they can; some lose their socket between two events of a change."""
        for client in self._watching(connected=True):
            for _ in range(self.chance.randint(0, 4)):
                if (event := await client.take()) is None:
                    break
                if not isinstance(event.event, Heartbeat) and not self.chance.randint(0, 3):
                    await self._cut(client)
                    break
        return "some"

    async def cut(self) -> str:
        """Between two events."""
        client = self.one_of(self._watching(connected=True))
        if client is None:
            return "nobody"
        await self._cut(client)
        return client.timeline.name

    async def _cut(self, client: Client) -> None:
        await client.disconnect()
        self.kills["socket"] += 1

    async def die_while_it_tells_one(self) -> str:
        """At a point between the log and the client."""
        client = self.one_of(self._watching(connected=True))
        if client is None:
            return "nobody"
        try:
            with self.fate.after(self.chance.randint(0, 6)):
                for _ in range(6):
                    if await client.take() is None:
                        return f"{client.timeline.name} at its end"
        except Killed:
            client.lost()
        await client.disconnect()
        self.kills["stream"] += 1
        return client.timeline.name

    async def die(self, hub: LiveHub | None = None) -> str:
        place = self.chance.randrange(PROCESSES) if hub is None else self.hubs.index(hub)
        for client in self.clients:
            if client.hub is self.hubs[place]:
                await client.disconnect()
        self.hubs[place] = await self._process()
        self.kills["process"] += 1
        return str(place)

    async def die_while_it_tells_all(self) -> str:
        hub = self.chance.choice(self.hubs)
        try:
            with self.fate.after(self.chance.randint(0, 9)):
                await hub.tell()
        except Killed:
            return await self.die(hub)
        return "too late"

    async def go_back(self) -> str:
        client = self.one_of(self._watching(connected=True))
        if client is None or not client.passed:
            return "nobody"
        await client.go_back(self.chance.choice(client.passed[-40:]))
        return client.timeline.name

    async def check(self, client: Client | None = None) -> str:
        client = client or self.one_of(self._watching(connected=True))
        if client is None:
            return "nobody"
        if client.hub is None:
            await client.connect(self.chance.choice(self.hubs))
        assert client.hub is not None
        await client.hub.tell()
        hub = client.hub
        if not await client.catch_up():
            return f"{client.timeline.name}: gone"
        watched = client.timeline
        if isinstance(watched, Home) and watched.viewer is not None:
            must_show: Sequence[int] = self.oracle.home(watched.viewer.user.username)
        else:
            must_show = await watched.all_of_now(watched.context(self.runtime, hub), down_to=client.floor)
        expected = sorted((tweet_id for tweet_id in must_show if tweet_id >= client.floor), reverse=True)
        assert sorted(client.shown, reverse=True) == expected, client.timeline.name
        self.checks[client.is_up_to_date] += 1
        client.is_up_to_date = True
        return client.timeline.name
