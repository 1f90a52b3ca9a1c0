"""The law of streams: a page, and what its stream tells from then on, is the page that is read later.

Random histories of five people are played through the API. Clients keep what they have seen of a user's tweets, of a
list, of a hashtag and of a thread; from time to time they take in what their streams tell, some going on, some coming
back on another server, and compare.
"""

from __future__ import annotations

import json
import random
from contextlib import AsyncExitStack
from typing import Any

import pytest

from domain.changes import Snapshot
from domain.permissions import Role
from domain.records import ClientAddress
from resolvers.context import Context
from services import live, sessions
from services.live import LiveHub
from services.runtime import Runtime
from tests.api.test_administration import appoint
from tests.api.user_lists import made
from tests.client import Api, Person
from tests.live.conftest import held_back
from tests.live.watchers import Client, OfHashtag, OfList, OfThread, OfUser

NAMES = ("ann", "bob", "cat", "dan", "eve")
SEEDS = range(2)
ROUNDS, STEPS, COMPARED = 70, 6, 4
"""Up to so many steps in a round, and so many clients that take in what they were told."""
TEXTS = ("#tea", "#tea and milk", "milk", "plain", "#coffee")


class World:
    def __init__(self, api: Api, people: dict[str, Person], list_id: str, chance: random.Random) -> None:
        self.api, self.people, self.list_id, self.chance = api, people, list_id, chance
        self.tweets: list[tuple[str, str]] = []
        """Author and id of each, retweets left out."""
        self.retweets: list[tuple[str, str]] = []
        """By whom and of what."""

    async def do(self, mutation: str, by: str, selection: str = "replayed") -> Any:
        """What is refused is no step."""
        called, _, arguments = mutation.partition("(")
        query = f"mutation {{ {called}(input: {{{arguments[:-1]}}}) {{ {selection} }} }}"
        response = await self.api.post({"query": query}, token=self.people[by].token)
        return (response.json().get("data") or {}).get(called) or {}

    async def post(self, *, by: str, text: str, to: str | None = None) -> str | None:
        reply = f', inReplyTo: "{to}"' if to else ""
        payload = await self.do(f"postTweet(text: {json.dumps(text)}{reply})", by, "tweet { id }")
        tweet = payload.get("tweet")
        if tweet is None:
            return None
        self.tweets.append((by, tweet["id"]))
        return str(tweet["id"])

    def tweet(self) -> tuple[str, str]:
        return self.chance.choice(self.tweets[-7:] + self.tweets[:1])

    async def step(self) -> str:
        name = self.chance.choices(list(self.steps()), weights=list(self.steps().values()))[0]
        by, other = self.chance.choices(NAMES, (2, 6, 4, 2, 2))[0], self.chance.choice(NAMES)
        author, tweet = self.tweet()
        text = self.chance.choice(TEXTS) + f" {self.chance.random()}"
        tweet_input = f'(tweetId: "{tweet}")'
        user_input = f'(userId: "{self.people[other].id}")'
        match name:
            case "postTweet":
                await self.post(by=by, text=text)
            case "reply":
                await self.post(by=by, text=text, to=tweet)
            case "editTweet":
                await self.do(f'editTweet(tweetId: "{tweet}", text: {json.dumps(text)})', author)
            case "deleteTweet" | "restoreTweet":
                await self.do(name + tweet_input, author)
            case "hideReply" | "unhideReply":
                await self.do(name + tweet_input, "ann")
            case "retweetTweet":
                retweeter, (_, popular) = self.chance.choice(("bob", "cat")), self.chance.choice(self.tweets[1:4])
                self.retweets.append((retweeter, popular))
                await self.do(f'{name}(tweetId: "{popular}")', retweeter)
            case "unretweetTweet":
                retweeter, popular = self.chance.choice(self.retweets[-4:] or [("bob", tweet)])
                await self.do(f'{name}(tweetId: "{popular}")', retweeter)
            case "muteThread" | "unmuteThread":
                await self.do(name + tweet_input, by)
            case "addListMember" | "removeListMember":
                await self.do(f'{name}(listId: "{self.list_id}", {user_input[1:]}', "ann")
            case "private":
                is_private = json.dumps(self.chance.random() < 0.3)
                await self.do(f'updateList(listId: "{self.list_id}", isPrivate: {is_private})', "ann")
            case "updatePrivacy":
                await self.do(f"updatePrivacy(isProtected: {json.dumps(self.chance.random() < 0.4)})", by)
            case "addMutedWord":
                await self.do('addMutedWord(phrase: "milk")', by)
            case "suspendUser":
                await self.do(f'suspendUser(userId: "{self.people["eve"].id}", reason: "spam")', "fay")
            case "unsuspendUser":
                await self.do(f'unsuspendUser(userId: "{self.people["eve"].id}")', "fay")
                if (await self.api.post({"query": "{ viewer { id } }"}, token=self.people["eve"].token)).is_error:
                    self.people["eve"] = await self.api.logged_in(self.people["eve"])
            case _:
                await self.do(name + user_input, by)
        return f"{name} by {by} to {other}, {author} {tweet}"

    @staticmethod
    def steps() -> dict[str, float]:
        return {
            "postTweet": 14,
            "reply": 30,
            "editTweet": 12,
            "deleteTweet": 9,
            "restoreTweet": 9,
            "hideReply": 6,
            "unhideReply": 4,
            "retweetTweet": 22,
            "unretweetTweet": 16,
            "addListMember": 5,
            "removeListMember": 2,
            "private": 0.5,
            "followUser": 3,
            "unfollowUser": 1,
            "blockUser": 1,
            "unblockUser": 2,
            "muteUser": 2,
            "unmuteUser": 2,
            "muteThread": 0.5,
            "unmuteThread": 0.5,
            "addMutedWord": 0.6,
            "updatePrivacy": 1,
            "suspendUser": 0.5,
            "unsuspendUser": 1.5,
        }


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_page_and_what_is_told_since_is_the_later_page(
    api: Api, runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    chance = random.Random(seed)
    people = {name: await api.registered(name) for name in (*NAMES, "fay")}
    await appoint(runtime, people["fay"], Role.MODERATOR)
    list_id = await made(api, people["ann"], people["bob"], people["cat"])
    world = World(api, people, list_id, chance)
    root = await world.post(by="ann", text="root")
    assert root is not None
    for by in ("dan", "eve"):
        await world.post(by=by, text="what all retweet")
    clients: list[Client] = []
    for person in (people["ann"], people["cat"], None):
        for kind, subject in ((OfUser, people["bob"].id), (OfList, list_id), (OfHashtag, "tea"), (OfThread, root)):
            viewer = None if person is None else await sessions.authenticated(runtime, person.token)
            client: Client = kind(Context(runtime, hub, client=ClientAddress(), viewer=viewer), subject)
            await client.begin()
            clients.append(client)
    other = LiveHub(runtime.database)
    done: list[str] = []
    async with other.listening(), AsyncExitStack() as stack:
        for client in clients:
            stack.push_async_callback(client.leave)
        for _ in range(ROUNDS):
            async with held_back(hub):
                done += [await world.step() for _ in range(chance.randint(1, STEPS))]
            await hub.tell()
            await other.tell()
            for client in chance.sample(clients, COMPARED):
                was_there = client.there is not None
                there_on = chance.choice((hub, other))
                await client.catch_up(
                    there_on, min(hub.seen, other.seen, key=Snapshot.order), comes_back=chance.random() < 0.4
                )
                wanted = await client.read()
                if was_there and client.there is None and wanted is not None:
                    # Gone in between, and there again.
                    await client.begin()
                who = client.context.viewer and client.context.viewer.user.username
                assert client.there == wanted, f"{type(client).__name__} of {who}, seed {seed}: {done[-25:]}"
