"""Nobody loses by being told together with others: not what cannot be worked out for all, nor what comes meanwhile, nor
a heartbeat."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from app import hearers
from app.connections import SocketConnection
from domain.changes import parsed_place
from domain.ids import Cursor
from loaders import counts
from resolvers import agreement
from services import live, watches
from services.live import LiveHub
from tests.client import Api, People
from tests.live.audiences import WATCH, Tellings, audience, entry, followers
from tests.live.socket import HEARTBEAT, HOME, Socket, added, connected, watching
from tests.live.timelines import did
from tests.waiting import until


async def likers_and_others(api: Api, people: People, tweet_id: str) -> tuple[list[Any], dict[int, bool]]:
    """Two followers of bob who have liked the tweet and two who have not; the latter come first."""
    four = await followers(api, people.bob, "dan", "eve", "fay", "gus")
    for person in four[2:]:
        await did(api, "likeTweet(tweetId: $id)", by=person, id=tweet_id)
    return four, {n: n > 1 for n in range(4)}


def out_once(monkeypatch: pytest.MonkeyPatch, module: ModuleType, function: str, *, after: int) -> list[int]:
    """Of the function's calls from now on the one after so many fails, and no other; the list has an entry for each."""
    works = getattr(module, function)
    calls: list[int] = []

    async def failing(*args: Any, **options: Any) -> Any:
        calls.append(len(calls))
        if calls[-1] == after:
            raise OSError("gone")
        return await works(*args, **options)

    monkeypatch.setattr(module, function, failing)
    return calls


@pytest.mark.parametrize("works", [0, 1])
async def test_an_outage_leaves_the_rest_to_their_streams_and_tells_nobody_twice(
    http_url: str, api: Api, people: People, tellings: Tellings, monkeypatch: pytest.MonkeyPatch, works: int
) -> None:
    """When none or one of two versions was told."""
    tweet_id = await api.tweeted(people.bob, "one")
    four, liked = await likers_and_others(api, people, tweet_id)
    tellings.first = four[0]
    async with audience(http_url, *four) as sockets:
        asked = out_once(monkeypatch, agreement, "others", after=works)
        await did(api, 'editTweet(tweetId: $id, text: "two")', by=people.bob, id=tweet_id)
        for n, socket in enumerate(sockets):
            assert await socket.change() == entry(tweet_id, "two", "Edited", viewerState={"liked": liked[n]})
        assert len(asked) == works + 1
        later = await api.tweeted(people.bob, "later")
        for socket in sockets:
            assert await socket.change() == entry(later, "later")
    ids = [person.raw_id for person in four]
    assert tellings.alike == [set(ids[: 2 * works]), set(ids)]


async def test_an_outage_between_parts_leaves_the_later_ones_to_their_streams(
    http_url: str, api: Api, people: People, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearers, "ASKED_AT_ONCE", 2)
    asked = out_once(monkeypatch, agreement, "others", after=1)
    six = await followers(api, people.bob, "dan", "eve", "fay", "gus", "hal", "ida")
    async with audience(http_url, *six) as sockets:
        for text in ("one", "two"):
            tweet_id = await api.tweeted(people.bob, text)
            for socket in sockets:
                assert await socket.change() == entry(tweet_id, text)
    ids = [person.raw_id for person in six]
    assert tellings.alike == [set(ids[:2]), set(ids)]
    assert len(asked) == 2 + 3


async def test_more_versions_than_are_worked_out_are_told_by_streams(
    http_url: str, api: Api, people: People, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearers, "MAX_VERSIONS", 1)
    tweet_id = await api.tweeted(people.bob, "one")
    four, liked = await likers_and_others(api, people, tweet_id)
    tellings.first = four[3]
    async with audience(http_url, *four) as sockets:
        await did(api, 'editTweet(tweetId: $id, text: "two")', by=people.bob, id=tweet_id)
        for n, socket in enumerate(sockets):
            assert await socket.change() == entry(tweet_id, "two", "Edited", viewerState={"liked": liked[n]})
    assert tellings.alike == [{person.raw_id for person in four[2:]}]


async def test_an_error_in_the_answer_is_told_by_streams(
    http_url: str, api: Api, people: People, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails for all of them at once may do for each."""
    two = await followers(api, people.bob, "dan", "eve")
    async with audience(http_url, *two, query=HOME) as sockets:
        asked = out_once(monkeypatch, counts, "of_tweets", after=0)
        tweet_id = await api.tweeted(people.bob, "hello")
        for socket in sockets:
            assert await socket.change() == added(tweet_id, "hello")
    assert len(asked) == 3
    assert tellings.alike == [set()]


async def test_more_than_is_held_meanwhile_comes_from_the_log_in_order(
    http_url: str, api: Api, people: People, hub: LiveHub, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "HELD", 2)
    two = await followers(api, people.bob, "dan", "eve")
    texts = [str(n) for n in range(6)]
    async with audience(http_url, *two) as sockets:
        async with tellings.held():
            tweets = [(await api.tweeted(people.bob, texts[0]), texts[0])]
            await tellings.worked_out()
            tweets += [(await api.tweeted(people.bob, text), text) for text in texts[1:]]
            await hub.tell()
            assert hub.depth == 0
        for socket in sockets:
            assert [await socket.change() for _ in texts] == [entry(*tweet) for tweet in tweets]
        last = await api.tweeted(people.bob, "last")
        for socket in sockets:
            assert await socket.change() == entry(last, "last")
    ids = {person.raw_id for person in two}
    assert tellings.alike == [ids, ids]


@pytest.mark.parametrize("works", [True, False])
async def test_what_comes_meanwhile_comes_afterwards(
    http_url: str,
    api: Api,
    people: People,
    hub: LiveHub,
    tellings: Tellings,
    monkeypatch: pytest.MonkeyPatch,
    works: bool,
) -> None:
    """Also where what was being worked out is left to the streams."""
    if not works:
        monkeypatch.setattr(SocketConnection, "send_at_once", lambda *_: False)
    two = await followers(api, people.bob, "dan", "eve")
    async with audience(http_url, *two) as sockets:
        async with tellings.held():
            tweets = [(await api.tweeted(people.bob, "one"), "one")]
            await tellings.worked_out()
            tweets += [(await api.tweeted(people.bob, text), text) for text in ("two", "three")]
            await hub.tell()
            assert hub.depth == 4
        for socket in sockets:
            assert [await socket.change() for _ in tweets] == [entry(*tweet) for tweet in tweets]
    assert all(bool(told) is works for told in tellings.alike)


async def heartbeats(socket: Socket, hub: LiveHub) -> str:
    """Reads nothing but heartbeats, until one says that all was told that the hub has heard of; its cursor."""
    heard = hub.seen
    while True:
        event = await socket.next_event()
        assert event["event"] == HEARTBEAT
        cursor: str = event["cursor"]
        if not parsed_place(Cursor(cursor)).seen.is_older_than(heard):
            return cursor


async def test_who_is_told_nothing_by_what_others_are_told_hears_heartbeats_that_come_forward(
    http_url: str, api: Api, people: People, hub: LiveHub, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply to somebody whom they do not follow."""
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.05)
    question = await api.tweeted(people.cat, "question")
    two = await followers(api, people.bob, "dan", "eve")
    async with audience(http_url, *two) as sockets:
        await api.tweeted(people.bob, "answer", in_reply_to=question)
        await until(lambda: tellings.alike == [{person.raw_id for person in two}])
        cursors = [await heartbeats(socket, hub) for socket in sockets]
        tweet_id = await api.tweeted(people.bob, "hello")
    async with connected(http_url) as socket:
        await socket.initialised(two[0])
        await socket.subscribe("home", WATCH, {"after": cursors[0]})
        assert await socket.change() == entry(tweet_id, "hello")


async def test_a_heartbeat_that_is_due_claims_nothing_that_was_not_sent(
    http_url: str, api: Api, people: People, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    two = await followers(api, people.bob, "dan", "eve")
    async with audience(http_url, *two) as sockets, watching(http_url, people.ann) as clock:
        async with tellings.held():
            tweet_id = await api.tweeted(people.bob, "hello")
            await tellings.worked_out()
            for _ in range(20):
                assert await clock.change() == HEARTBEAT
        for socket, person in zip(sockets, two, strict=True):
            cursor = None
            while (event := await socket.next_event())["event"] == HEARTBEAT:
                cursor = event["cursor"]
            assert event["event"] == entry(tweet_id, "hello")
            if cursor is not None:
                async with connected(http_url) as resumed:
                    await resumed.initialised(person)
                    await resumed.subscribe("home", WATCH, {"after": cursor})
                    assert await resumed.change() == entry(tweet_id, "hello")
    assert {person.raw_id for person in two} in tellings.alike
