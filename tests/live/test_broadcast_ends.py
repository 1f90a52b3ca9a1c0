"""Sockets, operations and sessions that end while it is being worked out what they would be told with others."""

from __future__ import annotations

from typing import Any

import pytest

from app.connections import SocketConnection
from services.live import LiveHub
from tests.client import Api, People
from tests.live.audiences import WATCH, Tellings, audience, entry, followers
from tests.live.socket import HEARTBEAT
from tests.waiting import until

LOG_OUT = "mutation { logOut(input: {}) { userErrors { code } } }"


async def test_who_has_gone_meanwhile_is_sent_nothing_and_the_others_are_sent_it_once(
    http_url: str, api: Api, people: People, hub: LiveHub, tellings: Tellings
) -> None:
    dan, eve, fay, gus = await followers(api, people.bob, "dan", "eve", "fay", "gus")
    async with audience(http_url, fay, gus, dan, eve) as [closed, logged_out, completed, stays]:
        async with tellings.held():
            tweet_id = await api.tweeted(people.bob, "one")
            await tellings.worked_out()
            closed.abort()
            await api.data(LOG_OUT, by=gus)
            assert await logged_out.closed() == (4403, "This session has ended: log in again.")
            await completed.complete("home")
            await completed.subscribe("home", "{ viewer { user { username } } }")
            answer = {"data": {"viewer": {"user": {"username": "dan"}}}}
            assert await completed.received() == {"type": "next", "id": "home", "payload": answer}
            assert await completed.received() == {"type": "complete", "id": "home"}
            await until(lambda: hub.stream_count == 1)
        assert await stays.change() == entry(tweet_id, "one")
        later = await api.tweeted(people.bob, "two")
        assert await stays.change() == entry(later, "two")
        assert await completed.result("home", "{ __typename }") == {"data": {"__typename": "Query"}}
    assert tellings.alike[0] == {eve.raw_id}


async def test_an_id_that_is_used_again_is_the_other_operations(
    http_url: str, api: Api, people: People, tellings: Tellings
) -> None:
    """The other watches the same, from then on: what was being worked out is behind it."""
    dan, eve = await followers(api, people.bob, "dan", "eve")
    async with audience(http_url, dan, eve) as [dans, eves]:
        async with tellings.held():
            first = await api.tweeted(people.bob, "one")
            await tellings.worked_out()
            await dans.complete("home")
            await dans.subscribe("home", WATCH)
            assert await dans.change() == HEARTBEAT
        assert await eves.change() == entry(first, "one")
        second = await api.tweeted(people.bob, "two")
        for socket in (dans, eves):
            assert await socket.change() == entry(second, "two")


async def test_who_is_just_closing_their_socket_is_sent_nothing_more(
    http_url: str, api: Api, people: People, tellings: Tellings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their close frame has been read, and the connection is not lost yet."""
    three = await followers(api, people.bob, "dan", "eve", "fay")
    handle_close = SocketConnection.handle_close
    async with audience(http_url, *three) as sockets:
        async with tellings.held() as may_be_sent:

            def sent_meanwhile(self: SocketConnection, event: Any) -> None:
                may_be_sent.set()
                handle_close(self, event)

            monkeypatch.setattr(SocketConnection, "handle_close", sent_meanwhile)
            first = await api.tweeted(people.bob, "one")
            await tellings.worked_out()
            await sockets[2].close()
        second = await api.tweeted(people.bob, "two")
        for socket in sockets[:2]:
            assert await socket.change() == entry(first, "one")
            assert await socket.change() == entry(second, "two")
    ids = {person.raw_id for person in three[:2]}
    assert tellings.alike == [ids, ids]


async def test_the_last_to_go_leaves_nothing_behind_and_who_comes_again_is_told(
    http_url: str, api: Api, people: People, hub: LiveHub, tellings: Tellings
) -> None:
    two = await followers(api, people.bob, "dan", "eve")
    for text in ("one", "two"):
        async with audience(http_url, *two) as sockets:
            [broadcast] = hub._broadcasts.values()
            async with tellings.held():
                await api.tweeted(people.bob, text)
                await tellings.worked_out()
                for socket in sockets:
                    socket.abort()
                await until(lambda: hub.stream_count == 0)
        assert not hub._broadcasts
        await until(broadcast._telling.done)
    async with audience(http_url, *two) as sockets:
        tweet_id = await api.tweeted(people.bob, "three")
        for socket in sockets:
            assert await socket.change() == entry(tweet_id, "three")
