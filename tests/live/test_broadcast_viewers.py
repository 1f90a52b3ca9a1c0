"""Who would be answered otherwise than those they are told with is answered otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from resolvers import agreement
from services.live import LiveHub
from services.runtime import Runtime
from stores import changes
from tests.client import Api, People, Person
from tests.live.audiences import Tellings, audience, entry, followers
from tests.live.socket import Socket
from tests.live.timelines import did, retweeted
from tests.waiting import until

Change: TypeAlias = dict[str, Any]
QUOTE = 'mutation($id: ID!) { postTweet(input: {text: "look", quote: $id}) { tweet { id } } }'
POST = 'mutation { postTweet(input: {text: "rain", sensitive: true}) { tweet { id } } }'


@dataclass
class World:
    """dan, eve and odd follow bob, who has quoted cat."""

    api: Api
    hub: LiveHub
    runtime: Runtime
    people: dict[str, Person]
    ids: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> None:
        names = ("dan", "eve", "odd")
        self.people |= dict(zip(names, await followers(self.api, self.people["bob"], *names), strict=True))
        self.ids = {name: person.id for name, person in self.people.items()}
        self.ids["secret"] = await self.api.tweeted(self.people["cat"], "secret")
        quoting = await self.api.data(QUOTE, {"id": self.ids["secret"]}, by=self.people["bob"])
        self.ids["look"] = quoting["postTweet"]["tweet"]["id"]

    async def do(self, by: str, mutation: str) -> None:
        named = {name: value for name, value in self.ids.items() if f"${name}" in mutation}
        await did(self.api, mutation, by=self.people[by], **named)

    def raw_ids(self, *names: str) -> set[int]:
        return {self.people[name].raw_id for name in names}

    async def all_is_told(self) -> bool:
        async with self.runtime.database.read() as session:
            untold, _ = await changes.since(session, self.hub.seen)
        return not untold

    @asynccontextmanager
    async def watched(self, http_url: str, before: list[str]) -> AsyncIterator[list[Socket]]:
        """By dan, eve and odd, after that is done: of each the name and the mutation."""
        for done in before:
            await self.do(*done.split(" ", 1))
        await until(self.all_is_told)
        async with audience(http_url, *(self.people[name] for name in ("dan", "eve", "odd"))) as sockets:
            yield sockets

    async def posts(self) -> Change:
        tweet_id = (await self.api.data(POST, by=self.people["bob"]))["postTweet"]["tweet"]["id"]
        return entry(tweet_id, "rain")

    async def retweets(self) -> Change:
        tweet_id = await retweeted(self.api, self.ids["secret"], by=self.people["bob"])
        return entry(tweet_id, "", reason="RETWEET")

    async def edits(self) -> Change:
        await self.do("bob", 'editTweet(tweetId: $look, text: "see")')
        return entry(self.ids["look"], "see", "Edited", quoted={"text": "secret"})


@pytest.fixture
async def world(api: Api, people: People, hub: LiveHub, runtime: Runtime) -> World:
    world = World(api, hub, runtime, {"bob": people.bob, "cat": people.cat})
    await world.begin()
    return world


Happening: TypeAlias = Callable[..., Awaitable[Change]]
FOLLOWED = "followUser(userId: $cat)"


@pytest.mark.parametrize("first", ["dan", "odd"])
@pytest.mark.parametrize(
    ("before", "happens"),
    [
        pytest.param(['odd addMutedWord(phrase: "rain")'], World.posts, id="muted a word"),
        pytest.param(["odd updatePrivacy(sensitiveContent: HIDE)"], World.posts, id="hides what is sensitive"),
        pytest.param(["odd muteUser(userId: $bob)"], World.posts, id="muted the author"),
        pytest.param(["odd unfollowUser(userId: $bob)"], World.posts, id="follows nobody"),
        pytest.param(["odd blockUser(userId: $cat)"], World.retweets, id="blocks whom the author retweets"),
        pytest.param(["cat blockUser(userId: $odd)"], World.retweets, id="is blocked by whom the author retweets"),
        pytest.param(
            ["odd setShowRetweets(userId: $bob, showRetweets: false)"], World.retweets, id="wants no retweets"
        ),
    ],
)
async def test_what_is_not_for_one_is_told_the_others(
    http_url: str, world: World, tellings: Tellings, first: str, before: list[str], happens: Happening
) -> None:
    tellings.first = world.people[first]
    async with world.watched(http_url, before) as [dans, eves, odds]:
        change = await happens(world)
        assert await dans.change() == await eves.change() == change
        await world.api.followed(world.people["odd"], world.people["dan"])
        assert await odds.change() == {"__typename": "TimelineRebuilt", "cause": "FOLLOWS_CHANGED"}
    assert world.raw_ids("dan", "eve") <= tellings.alike[0]


@pytest.mark.parametrize("first", ["dan", "odd"])
@pytest.mark.parametrize(
    ("before", "differs"),
    [
        pytest.param(["odd likeTweet(tweetId: $look)"], {"viewerState": {"liked": True}}, id="liked it"),
        pytest.param(
            ["cat blockUser(userId: $odd)"], {"quoted": {"reason": "BLOCKED_BY"}}, id="is blocked by the quoted"
        ),
        pytest.param(["odd muteUser(userId: $cat)"], {"quoted": {"reason": "MUTED"}}, id="muted the quoted"),
        pytest.param(
            ['odd addMutedWord(phrase: "secret")'], {"quoted": {"reason": "FILTERED"}}, id="muted a word of the quoted"
        ),
        pytest.param(
            [f"dan {FOLLOWED}", f"eve {FOLLOWED}", "cat updatePrivacy(isProtected: true)"],
            {"quoted": {"reason": "PROTECTED"}},
            id="does not follow the quoted, who is protected",
        ),
    ],
)
async def test_what_is_something_else_to_one_is_told_each(
    http_url: str, world: World, tellings: Tellings, first: str, before: list[str], differs: dict[str, object]
) -> None:
    tellings.first = world.people[first]
    async with world.watched(http_url, before) as [dans, eves, odds]:
        change = await world.edits()
        assert await dans.change() == await eves.change() == change
        change["edge"]["node"]["tweet"].update(differs)
        assert await odds.change() == change
    assert world.raw_ids("dan", "eve") <= tellings.alike[0]


@pytest.mark.parametrize("first", ["bob", "dan"])
async def test_authors_are_told_that_it_is_theirs(http_url: str, world: World, tellings: Tellings, first: str) -> None:
    tellings.first = world.people[first]
    async with audience(http_url, *(world.people[name] for name in ("dan", "bob", "eve"))) as [dans, bobs, eves]:
        change = await world.posts()
        assert await dans.change() == await eves.change() == change
        change["edge"]["node"]["reason"]["code"] = "SELF"
        assert await bobs.change() == change
    assert world.raw_ids("dan", "eve") <= tellings.alike[0]


async def test_what_only_the_first_could_see_is_sent_to_nobody_else(
    http_url: str, world: World, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may see it no more when it is asked for whom it is the same."""
    await world.do("dan", FOLLOWED)
    await world.api.protected(world.people["cat"])
    others = agreement.others

    async def too_late(*args: Any, **options: Any) -> Any:
        await world.do("dan", "unfollowUser(userId: $cat)")
        return await others(*args, **options)

    tellings.first = world.people["dan"]
    async with audience(http_url, *(world.people[name] for name in ("dan", "eve"))) as [dans, eves]:
        monkeypatch.setattr(agreement, "others", too_late)
        change = await world.edits()
        assert await dans.change() == change
        change["edge"]["node"]["tweet"]["quoted"] = {"reason": "PROTECTED"}
        assert await eves.change() == change
