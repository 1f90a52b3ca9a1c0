"""The law of broadcasts: who is told together with others is told what they would be told alone.

Six people do to each other whatever comes. Each watches their home timeline, or a hashtag, twice: with the document
that all use, and with one of their own, which their own stream answers. From time to time they lose a connection or a
session, and go on from the last event of either.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from app import hearers
from app.connections import SocketConnection
from domain.changes import Snapshot, parsed_place
from domain.ids import Cursor
from domain.permissions import Role
from services import live
from services.live import LiveHub
from services.runtime import Runtime
from tests.api.test_administration import appoint
from tests.api.user_lists import made
from tests.client import LOG_IN, PASSWORD, Api, Person
from tests.live import test_streams_law
from tests.live.audiences import CHANGE
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT, Socket, connected

NAMES = (*test_streams_law.NAMES, "fay")
SEEDS = range(3)
ROUNDS = 25
LOG_OUT = "mutation { logOut(input: {}) { userErrors { code } } }"
HOME, HASHTAG = "homeTimeline(after: $after)", 'hashtag(name: "tea", after: $after)'
WATCH = (
    """
subscription Watch($after: Cursor) { $watched { cursor event { ...Change } } }
fragment Entry on TimelineEdge { cursor node { ... on TimelineTweet { reason { code via { username } } tweet {
  ... on Tweet {
    ...Said
    retweetOf { ...Brought }
    quoted { ...Brought }
    inReplyTo { ...Brought }
  }
} } } }
fragment Brought on TweetResult {
  __typename ... on Tweet { ...Said } ... on TweetTombstone { id restorableUntil } ... on TweetUnavailable { reason }
}
fragment Said on Tweet {
  id text version isHidden
  author { __typename ... on User { username viewerState { following blocking muting { until } } } }
  viewerState { liked retweetId bookmarked canReply { allowed reason } threadMuted }
}
"""
    + CHANGE
)


class World(test_streams_law.World):
    async def step(self) -> str:
        if self.chance.random() < 0.75:
            return await super().step()
        by, (author, tweet) = self.chance.choice(NAMES), self.tweet()
        match name := self.chance.choice(("quote", "likeTweet", "likeTweet", "unlikeTweet", "bookmarkTweet")):
            case "quote":
                text = json.dumps(f"look {self.chance.random()}")
                payload = await self.do(f'postTweet(text: {text}, quote: "{tweet}")', by, "tweet { id }")
                if payload.get("tweet"):
                    self.tweets.append((by, payload["tweet"]["id"]))
            case _:
                await self.do(f'{name}(tweetId: "{tweet}")', by)
        return f"{name} by {by}: {author} {tweet}"

    @staticmethod
    def steps() -> dict[str, float]:
        return {**test_streams_law.World.steps(), "suspendUser": 1, "unsuspendUser": 4, "followUser": 8}


class Watcher:
    """Knows what it was told."""

    def __init__(self, http_url: str, query: str) -> None:
        self._http_url, self._query = http_url, query
        self._stack = AsyncExitStack()
        self._socket: Socket | None = None
        self._by: Person | None = None
        self.cursor: str | None = None
        self.told: list[dict[str, Any]] = []

    async def go_on(self, by: Person) -> None:
        self._by = by
        self._socket = await self._stack.enter_async_context(connected(self._http_url))
        await self._socket.initialised(by)
        await self._socket.subscribe("home", self._query, {"after": self.cursor})

    async def leave(self) -> None:
        if self._socket is not None:
            self._socket.abort()
            self._socket = None
        await self._stack.aclose()

    async def log_out(self, api: Api) -> None:
        if self._by is not None:
            await api.post({"query": LOG_OUT}, token=self._by.token)

    async def is_caught_up(self, heard: Snapshot) -> bool:
        """After it was told all of that; False when it has no socket, or has it no more."""
        try:
            while self._socket is not None:
                event = await self._socket.next_event()
                cursor: str = event["cursor"]
                self.cursor = cursor
                if event["event"] != HEARTBEAT:
                    self.told.append(event["event"])
                elif not parsed_place(Cursor(cursor)).seen.is_older_than(heard):
                    return True
        except ConnectionClosed:
            await self.leave()
        return False


class Pair:
    """Of one person."""

    def __init__(self, http_url: str, api: Api, name: str, watched: str) -> None:
        self._api = api
        self.name = name
        query = WATCH.replace("$watched", watched)
        self.shared, self.own = Watcher(http_url, query), Watcher(http_url, query.replace("Watch", f"WatchOf{name}", 1))

    async def is_caught_up(self, person: Person, heard: Snapshot) -> bool:
        """Each goes on from its own cursor; False when they are suspended."""
        for watcher in (self.shared, self.own):
            while not await watcher.is_caught_up(heard):
                given = {"input": {"login": person.name, "password": PASSWORD}}
                token = (await self._api.data(LOG_IN, given))["logIn"]["accessToken"]
                if token is None:
                    await self.leave()
                    self.own.cursor = self.shared.cursor
                    return False
                await watcher.go_on(replace(person, token=token))
        return True

    def begin_anew(self) -> None:
        for watcher in (self.shared, self.own):
            watcher.told.clear()

    async def lose(self, chance: random.Random) -> None:
        """What one was told last is as good for the other."""
        cursors = [watcher.cursor for watcher in (self.shared, self.own)]
        await self.leave()
        for watcher in (self.shared, self.own):
            watcher.cursor = chance.choice(cursors)

    async def leave(self) -> None:
        await self.shared.leave()
        await self.own.leave()


@pytest.mark.parametrize("watched", [pytest.param(HOME, id="home"), pytest.param(HASHTAG, id="hashtag")])
@pytest.mark.parametrize("seed", SEEDS)
async def test_who_is_told_together_with_others_is_told_what_they_would_be_told_alone(
    http_url: str, api: Api, runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch, seed: int, watched: str
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.03)
    monkeypatch.setattr(hearers, "ASKED_AT_ONCE", 2)
    told = told_at_once = 0
    send_at_once = SocketConnection.send_at_once

    def counted(self: SocketConnection, texts: Iterable[bytes]) -> bool:
        nonlocal told_at_once
        sent = list(texts)
        is_sent = send_at_once(self, sent)
        told_at_once += len(sent) if is_sent else 0
        return is_sent

    monkeypatch.setattr(SocketConnection, "send_at_once", counted)
    chance = random.Random(seed)
    people = {name: await api.registered(name) for name in NAMES}
    await appoint(runtime, people["fay"], Role.MODERATOR)
    for one, other in permutations(people.values(), 2):
        await api.followed(one, other)
    world = World(api, people, await made(api, people["ann"]), chance)
    for by in NAMES[:4]:
        await world.post(by=by, text="what all know")
    done: list[str] = []
    async with AsyncExitStack() as stack:
        pairs = {name: Pair(http_url, api, name, watched) for name in NAMES}
        for pair in pairs.values():
            stack.push_async_callback(pair.leave)
            assert await pair.is_caught_up(people[pair.name], hub.seen)
        for _ in range(ROUNDS):
            async with held_back(hub):
                if chance.random() < 0.3:
                    await pairs[chance.choice(NAMES)].lose(chance)
                if chance.random() < 0.15:
                    await pairs[chance.choice(NAMES)].shared.log_out(api)
                done += [await world.step() for _ in range(chance.choice((1, 1, 1, 4)))]
            await hub.tell()
            for pair in pairs.values():
                if await pair.is_caught_up(people[pair.name], hub.seen):
                    assert pair.shared.told == pair.own.told, f"{pair.name}, seed {seed}: {done[-20:]}"
                    told += len(pair.shared.told)
                pair.begin_anew()
    assert told_at_once > told / 2, (told_at_once, told)
