"""Clients that do not read what they are sent: they miss nothing if they go on in time, and are cut off otherwise."""

from __future__ import annotations

import asyncio
import gc
import socket as sockets
import weakref
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from app import connections, open_sockets
from app.connections import SocketConnection
from app.main import CONNECTIONS
from services import live, watches
from services.live import LiveHub
from tests import conftest
from tests.client import Api, People, Person
from tests.live.audiences import Tellings
from tests.live.socket import HEARTBEAT, HOME, PROTOCOL, Socket, added, watching
from tests.waiting import until

SMALL_BUFFER = 4096
LARGE = "x" * 100_000
LITTLE = "x" * 40_000
"""More than the buffers of the sockets hold, and less than makes the server stop writing."""
STALLED = 50


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[SocketConnection]]:
    """The server's ends of sockets, which send little that is not read."""
    ends: list[weakref.ref[SocketConnection]] = []
    made = SocketConnection.connection_made

    def connection_made(self: SocketConnection, transport: asyncio.Transport) -> None:
        transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SMALL_BUFFER)
        ends.append(weakref.ref(self))
        made(self, transport)

    monkeypatch.setattr(SocketConnection, "connection_made", connection_made)
    return ends


@pytest.fixture
def stalled(opened: list[weakref.ref[SocketConnection]], monkeypatch: pytest.MonkeyPatch) -> set[SocketConnection]:
    """Those of them whose peers have not read for so long that the server cannot write any more."""
    paused: set[SocketConnection] = set()
    pause, resume = SocketConnection.pause_writing, SocketConnection.resume_writing

    def pause_writing(self: SocketConnection) -> None:
        paused.add(self)
        pause(self)

    def resume_writing(self: SocketConnection) -> None:
        paused.discard(self)
        resume(self)

    monkeypatch.setattr(SocketConnection, "pause_writing", pause_writing)
    monkeypatch.setattr(SocketConnection, "resume_writing", resume_writing)
    return paused


class Sluggish(Socket):
    def stop_reading(self) -> None:
        self._transport.pause_reading()

    def read_on(self) -> None:
        self._transport.resume_reading()

    def hang_up(self) -> None:
        self._transport.abort()

    @property
    def _transport(self) -> asyncio.Transport:
        return self._connection.transport

    async def is_cut_off(self) -> bool:
        """Without a close frame, behind what had been sent."""
        try:
            while True:
                await self.received()
        except ConnectionClosed as closed:
            return closed.rcvd is None

    async def ask_for_more_than_it_reads(self) -> None:
        """Until the server takes no more, which it does not while its answers are unread."""
        with suppress(ConnectionClosed):
            while True:
                await self.send({"type": "ping", "payload": LARGE})


@asynccontextmanager
async def sluggish(http_url: str) -> AsyncIterator[Sluggish]:
    """A socket whose client has little room for what it does not read."""
    address = urlsplit(http_url)
    peer = sockets.socket()
    peer.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, SMALL_BUFFER)
    peer.setblocking(False)
    await asyncio.get_running_loop().sock_connect(peer, (address.hostname, address.port))
    url = f"{http_url.replace('http', 'ws', 1)}/graphql"
    async with connect(
        url, sock=peer, subprotocols=[Subprotocol(PROTOCOL)], compression=None, ping_interval=None
    ) as connection:
        socket = Sluggish(connection)
        try:
            yield socket
        finally:
            socket.hang_up()


@asynccontextmanager
async def not_reading(http_url: str, by: Person, stalled: set[SocketConnection]) -> AsyncIterator[Sluggish]:
    """`by` watches their home timeline, but does not read on: the server cannot send them anything more."""
    before = len(stalled)
    async with sluggish(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", HOME)
        assert await socket.change() == HEARTBEAT
        socket.stop_reading()
        asking = asyncio.create_task(socket.ask_for_more_than_it_reads())
        await until(lambda: len(stalled) > before)
        asking.cancel()
        yield socket


async def changes(socket: Socket) -> list[object]:
    """What came of a HOME subscription up to the next heartbeat, among pongs."""
    found: list[object] = []
    while True:
        message = await socket.received()
        if message["type"] == "next":
            if (change := message["payload"]["data"]["homeTimeline"]["event"]) == HEARTBEAT:
                return found
            found.append(change)


def are_gone(ends: list[weakref.ref[SocketConnection]]) -> bool:
    gc.collect()
    return all(end() is None for end in ends)


async def test_who_reads_on_in_time_has_missed_nothing(
    http_url: str,
    api: Api,
    people: People,
    hub: LiveHub,
    stalled: set[SocketConnection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More has happened than is held for a stream."""
    monkeypatch.setattr(watches, "HELD", 2)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.05)
    async with not_reading(http_url, people.ann, stalled) as socket:
        texts = [str(n) for n in range(6)]
        expected = [added(await api.tweeted(people.ann, text), text, reason="SELF") for text in texts]
        await hub.tell()
        assert len(stalled) == 1
        assert hub.depth <= 2
        socket.read_on()
        seen: list[object] = []
        while len(seen) < len(expected):
            seen += await changes(socket)
        assert seen == expected


async def test_who_does_not_read_on_is_cut_off_and_its_memory_free(
    http_url: str,
    app: FastAPI,
    people: People,
    hub: LiveHub,
    opened: list[weakref.ref[SocketConnection]],
    stalled: set[SocketConnection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "STALLED_S", 0.05)
    async with not_reading(http_url, people.ann, stalled) as socket:
        stalled.clear()
        await until(lambda: (hub.stream_count, app.state.sockets.count) == (0, 0))
        await until(partial(are_gone, opened))
        socket.read_on()
        assert await socket.is_cut_off()


async def test_who_does_not_read_is_logged_out_at_once(
    http_url: str, app: FastAPI, api: Api, people: People, hub: LiveHub, stalled: set[SocketConnection]
) -> None:
    async with not_reading(http_url, people.ann, stalled):
        await api.data("mutation { logOut(input: {}) { userErrors { code } } }", by=people.ann)
        await until(lambda: (hub.stream_count, app.state.sockets.count) == (0, 0))


async def test_who_leaves_a_little_unread_is_found_by_a_ping(
    app: FastAPI,
    people: People,
    opened: list[weakref.ref[SocketConnection]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pinging = {**CONNECTIONS, "ws_ping_interval": 0.05, "ws_ping_timeout": 0.05}
    monkeypatch.setattr(conftest, "CONNECTIONS", pinging)
    async with conftest.serving(app) as url, sluggish(url) as socket:
        await socket.initialised(people.ann)
        socket.stop_reading()
        await socket.send({"type": "ping", "payload": LITTLE})
        await until(partial(are_gone, opened))


async def test_who_leaves_the_goodbye_unread_is_cut_off(
    http_url: str,
    api: Api,
    people: People,
    opened: list[weakref.ref[SocketConnection]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "GOODBYE_S", 0.05)
    async with sluggish(http_url) as socket:
        await socket.initialised(people.ann)
        socket.stop_reading()
        await socket.send({"type": "ping", "payload": LITTLE})
        await api.data("mutation { logOut(input: {}) { userErrors { code } } }", by=people.ann)
        await until(partial(are_gone, opened))


async def test_fifty_who_do_not_read_slow_nobody(
    http_url: str,
    api: Api,
    people: People,
    hub: LiveHub,
    stalled: set[SocketConnection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """cat is told while each of the fifty has an event waiting that cannot be sent."""
    monkeypatch.setattr(open_sockets, "MAX_OF_SESSION", STALLED)
    await api.followed(people.ann, people.bob)
    await api.followed(people.cat, people.bob)
    async with AsyncExitStack() as stack:
        for _ in range(STALLED):
            await stack.enter_async_context(not_reading(http_url, people.ann, stalled))
        async with watching(http_url, people.cat) as socket:
            for text in ("first", "second"):
                tweet_id = await api.tweeted(people.bob, text)
                assert await socket.change() == added(tweet_id, text)
            assert len(stalled) == STALLED
            assert hub.stream_count == STALLED + 1


async def test_who_does_not_read_is_told_later_what_the_others_are_told_at_once(
    http_url: str, api: Api, people: People, stalled: set[SocketConnection], tellings: Tellings
) -> None:
    texts = ["first", "second", "third"]
    for follower in (people.ann, people.cat):
        await api.followed(follower, people.bob)
    async with (
        watching(http_url, people.cat) as laptop,
        not_reading(http_url, people.ann, stalled) as anns,
        watching(http_url, people.cat) as phone,
    ):
        expected = []
        for text in texts:
            expected.append(added(await api.tweeted(people.bob, text), text))
            assert await laptop.change() == await phone.change() == expected[-1]
        assert len(stalled) == 1
        anns.read_on()
        seen: list[object] = []
        while len(seen) < len(expected):
            message = await anns.received()
            if message["type"] == "next":
                seen.append(message["payload"]["data"]["homeTimeline"]["event"])
        assert seen == expected
    assert tellings.alike[0] == {people.cat.raw_id}
    assert people.ann.raw_id in tellings.done[0].audience
