"""Too many, too large, too slow, not for us: each is answered with its code, and nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from app import connections, graphql_http, graphql_ws, open_sockets
from app.main import create_app
from infra.settings import Settings
from services.live import LiveHub
from tests.client import Api, People
from tests.conftest import serving
from tests.live.socket import HOME, PROTOCOL, Socket, added, connected, watching
from tests.waiting import until

MEGABYTE = 1_000_000


@pytest.fixture
async def bystander(http_url: str, api: Api, people: People, hub: LiveHub) -> AsyncIterator[Socket]:
    """cat watches all the while, and misses nothing."""
    async with watching(http_url, people.cat) as socket:
        yield socket
        tweet_id = await api.tweeted(people.cat, "still here")
        assert await socket.change() == added(tweet_id, "still here", reason="SELF")


async def test_the_fourth_socket_of_a_session_is_refused_until_another_closes(
    http_url: str, api: Api, people: People
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(connected(http_url))
        others = [await stack.enter_async_context(connected(http_url)) for _ in range(open_sockets.MAX_OF_SESSION)]
        for socket in (first, *others[:-1]):
            await socket.initialised(people.ann)
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {people.ann.token}"}}
        await others[-1].send(init)
        assert await others[-1].closed() == (4429, "Too many sockets of this session: at most 3")
        another_session = await stack.enter_async_context(connected(http_url))
        await another_session.initialised(await api.logged_in(people.ann))
        await first.close()
        await (await stack.enter_async_context(connected(http_url))).initialised(people.ann)


async def test_one_address_has_so_many_sockets_without_a_token(
    http_url: str, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_sockets, "MAX_ANONYMOUS", 1)
    async with connected(http_url) as first, connected(http_url) as second, connected(http_url) as anns:
        await first.initialised()
        await second.send({"type": "connection_init"})
        assert await second.closed() == (4429, "Too many connections without a token: at most 1")
        await anns.initialised(people.ann)


async def test_one_address_has_so_many_sockets(settings: Settings, people: People) -> None:
    app = create_app(replace(settings, sockets_per_address=2))
    async with app.router.lifespan_context(app), serving(app) as url, connected(url) as first, connected(url):
        async with connected(url) as third:
            assert await third.closed() == (4429, "Too many connections from this address: at most 2")
        await first.initialised(people.ann)
        await first.close()
        await until(lambda: app.state.sockets.count == 1)
        async with connected(url) as fits_again:
            await fits_again.initialised(people.ann)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
async def test_a_page_of_another_site_gets_no_socket(http_url: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connected(http_url, origin=origin):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("allowed", [("https://app.example",), ("*",)])
async def test_our_own_pages_and_those_that_may_call_get_one(
    http_url: str, settings: Settings, people: People, allowed: tuple[str, ...]
) -> None:
    async with connected(http_url, origin=http_url) as socket:
        await socket.initialised(people.ann)
    app = create_app(replace(settings, allowed_origins=allowed))
    async with app.router.lifespan_context(app), serving(app) as url, connected(url, origin="https://app.example"):
        pass


async def test_ten_thousand_subscriptions_at_once_are_fifty(
    http_url: str, people: People, hub: LiveHub, bystander: Socket
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        sending = asyncio.create_task(subscribed(socket, 10_000))
        answers = [await socket.received() for _ in range(10_000)]
        await sending
        refused = {answer["payload"][0]["extensions"]["code"] for answer in answers if answer["type"] == "error"}
        assert refused == {"COST_EXCEEDED"}
        assert sum(answer["type"] == "next" for answer in answers) == graphql_ws.MAX_OPERATIONS
        assert hub.stream_count == graphql_ws.MAX_OPERATIONS + 1


async def subscribed(socket: Socket, count: int) -> None:
    for n in range(count):
        await socket.subscribe(str(n), HOME)


async def test_a_frame_of_a_megabyte_is_1009(http_url: str, bystander: Socket) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.send_frame("x" * MEGABYTE)
        assert (await socket.closed())[0] == 1009


async def test_text_that_is_not_utf8_is_1007(http_url: str, bystander: Socket) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.send_bytes(b"\x81\x84\x00\x00\x00\x00\xff\xff\xff\xff")
        assert (await socket.closed())[0] == 1007


@pytest.mark.parametrize(
    "frame", [b"\x83\x80\x00\x00\x00\x00", b"\x81\x01x", b"\xf1\x80\x00\x00\x00\x00", b"GET / HTTP"]
)
async def test_what_is_no_frame_is_1002(http_url: str, frame: bytes, bystander: Socket) -> None:
    """An opcode that is none, a frame without a mask, bits that are reserved, another protocol."""
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.send_bytes(frame)
        assert (await socket.closed())[0] == 1002


@asynccontextmanager
async def dialled(http_url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    address = urlsplit(http_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def is_cut_off(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


REQUEST_LINE = b"GET /graphql HTTP/1.1\r\nHost: chirp\r\n"
HANDSHAKE = (
    REQUEST_LINE + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: " + PROTOCOL.encode() + b"\r\n"
)


@pytest.mark.parametrize("said", [b"", REQUEST_LINE, HANDSHAKE], ids=["nothing", "a line", "all but its end"])
async def test_whose_handshake_does_not_end_is_cut_off(
    http_url: str, said: bytes, bystander: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADERS_WITHIN_S", 0.05)
    async with dialled(http_url) as (reader, writer):
        writer.write(said)
        assert await is_cut_off(reader)


async def test_a_second_request_has_its_own_time(http_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with dialled(http_url) as (reader, writer):
        writer.write(b"GET /livez HTTP/1.1\r\nHost: chirp\r\n\r\n")
        assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200 OK")
        monkeypatch.setattr(connections, "HEADERS_WITHIN_S", 0.05)
        writer.write(REQUEST_LINE)
        assert await is_cut_off(reader)


async def test_operations_completed_before_their_answer_count_until_they_end(
    http_url: str, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql_ws, "MAX_OPERATIONS", 3)
    may_end = asyncio.Event()
    begun = 0
    run = graphql_http.run

    async def held(*args: object) -> object:
        nonlocal begun
        begun += 1
        await may_end.wait()
        return await run(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(graphql_ws, "run", held)
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        for n in range(3):
            await socket.subscribe(str(n), "{ __typename }")
            await until(lambda n=n: begun == n + 1)  # type: ignore[misc]
            await socket.complete(str(n))
        await socket.subscribe("one more", "{ __typename }")
        refused = await socket.received()
        assert (refused["type"], refused["id"]) == ("error", "one more")
        assert [error["extensions"]["code"] for error in refused["payload"]] == ["COST_EXCEEDED"]
        may_end.set()

        async def fits() -> bool:
            await socket.subscribe("again", "{ __typename }")
            answer = await socket.received()
            if answer["type"] == "error":
                return False
            assert answer == {"id": "again", "type": "next", "payload": {"data": {"__typename": "Query"}}}
            assert await socket.received() == {"id": "again", "type": "complete"}
            return True

        await until(fits)
