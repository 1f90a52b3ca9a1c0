"""What streams and sockets leave behind when they end: nothing that is theirs."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from app.connections import SocketConnection
from app.graphql_ws import _Connection
from resolvers.context import Context
from services.live import LiveHub
from tests.client import Api, People
from tests.live.events import streamed
from tests.live.socket import HEARTBEAT, HOME, connected
from tests.waiting import until


@pytest.fixture
def nothing_collected(hub: LiveHub) -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def there_are(*kinds: type) -> bool:
    return any(type(each) in kinds for each in gc.get_objects())


@pytest.mark.usefixtures("nothing_collected")
async def test_what_a_subscription_has_used_is_freed_when_its_client_has_had_enough(
    http_url: str, people: People
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", HOME)
        assert await socket.change() == HEARTBEAT
        assert there_are(Context)
        await socket.complete("home")
        await until(lambda: not there_are(Context))


@pytest.mark.usefixtures("nothing_collected")
async def test_what_a_subscription_has_used_is_freed_when_it_is_refused(http_url: str, people: People) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", 'subscription { homeTimeline(after: "nonsense") { cursor } }')
        assert (await socket.received())["type"] == "error"
        await until(lambda: not there_are(Context))


@pytest.mark.usefixtures("nothing_collected")
async def test_what_an_event_stream_has_used_is_freed(api: Api, people: People) -> None:
    async with streamed(api, people.ann, HOME) as events:
        assert await events.change() == HEARTBEAT
    await until(lambda: not there_are(Context))


@pytest.mark.parametrize("is_aborted", [False, True])
@pytest.mark.usefixtures("nothing_collected")
async def test_a_socket_is_freed_with_all_that_ran_on_it(http_url: str, people: People, *, is_aborted: bool) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", HOME)
        assert await socket.change() == HEARTBEAT
        if is_aborted:
            socket.abort()
    await until(lambda: not there_are(Context, _Connection, SocketConnection))
