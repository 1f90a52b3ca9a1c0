"""A client of graphql-transport-ws as the protocol's text has it, with nothing between the test and the frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.client import Person
from tests.waiting import DEADLINE_S

PROTOCOL = "graphql-transport-ws"
HOME = """
subscription Home {
  homeTimeline {
    event {
      __typename
      ... on TimelineItemAdded {
        edge {
          node { ... on TimelineTweet { reason { code } tweet { ... on Tweet { id text likeCount { value } } } } }
        }
      }
      ... on TimelineItemRemoved { tweetId }
      ... on TimelineItemEdited {
        edge {
          node { ... on TimelineTweet { reason { code } tweet { ... on Tweet { id text likeCount { value } } } } }
        }
      }
      ... on TimelineRebuilt { cause }
      ... on StreamGap { reason refetch }
    }
  }
}
"""
HEARTBEAT = {"__typename": "Heartbeat"}


def added(tweet_id: str, text: str, *, likes: int = 0, reason: str = "FOLLOWED") -> dict[str, Any]:
    tweet = {"id": tweet_id, "text": text, "likeCount": {"value": likes}}
    return {"__typename": "TimelineItemAdded", "edge": {"node": {"reason": {"code": reason}, "tweet": tweet}}}


def removed(tweet_id: str) -> dict[str, str]:
    return {"__typename": "TimelineItemRemoved", "tweetId": tweet_id}


def rebuilt(cause: str) -> dict[str, str]:
    return {"__typename": "TimelineRebuilt", "cause": cause}


class Socket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: object) -> None:
        await self._connection.send(json.dumps(message))

    async def send_frame(self, frame: str | bytes) -> None:
        await self._connection.send(frame)

    async def send_bytes(self, sent: bytes) -> None:
        """What need not be a frame."""
        self._connection.transport.write(sent)

    async def received(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(DEADLINE_S):
            message: dict[str, Any] = json.loads(await self._connection.recv())
        return message

    async def close(self) -> None:
        await self._connection.close()

    def abort(self) -> None:
        """Without a word, as when the network goes."""
        self._connection.transport.abort()

    async def closed(self) -> tuple[int, str]:
        """Close code and reason; the server must close without saying anything more."""
        async with asyncio.timeout(DEADLINE_S):
            with pytest.raises(ConnectionClosed) as closed:
                await self._connection.recv()
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    async def initialised(self, by: Person | None = None) -> None:
        payload = {"authorization": f"Bearer {by.token}"} if by else {}
        await self.send({"type": "connection_init", "payload": payload})
        assert await self.received() == {"type": "connection_ack"}

    async def subscribe(self, operation_id: str, query: str, variables: dict[str, Any] | None = None) -> None:
        await self.send({"type": "subscribe", "id": operation_id, "payload": {"query": query, "variables": variables}})

    async def complete(self, operation_id: str) -> None:
        await self.send({"type": "complete", "id": operation_id})

    async def result(self, operation_id: str, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a query or mutation is answered with, on a socket where nothing else is going on."""
        await self.subscribe(operation_id, query, variables)
        answer = await self.received()
        assert (answer["type"], answer["id"]) == ("next", operation_id), answer
        assert await self.received() == {"type": "complete", "id": operation_id}
        payload: dict[str, Any] = answer["payload"]
        return payload

    async def next_event(self, operation_id: str = "home") -> dict[str, Any]:
        """The next event of a subscription with one field."""
        message = await self.received()
        assert (message["type"], message["id"]) == ("next", operation_id), message
        event: dict[str, Any]
        [event] = message["payload"]["data"].values()
        return event

    async def change(self, operation_id: str = "home") -> dict[str, Any]:
        """What the next event of a HOME subscription says."""
        change: dict[str, Any] = (await self.next_event(operation_id))["event"]
        return change


@asynccontextmanager
async def connected(http_url: str, *, protocol: str = PROTOCOL, origin: str | None = None) -> AsyncIterator[Socket]:
    url = f"{http_url.replace('http', 'ws', 1)}/graphql"
    given = None if origin is None else Origin(origin)
    async with connect(url, subprotocols=[Subprotocol(protocol)], origin=given, compression=None) as connection:
        yield Socket(connection)


@asynccontextmanager
async def watching(http_url: str, by: Person, *, operation_id: str = "home") -> AsyncIterator[Socket]:
    """A socket on which `by` watches their home timeline: what is posted from now on comes."""
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe(operation_id, HOME)
        assert await socket.change(operation_id) == HEARTBEAT
        yield socket
