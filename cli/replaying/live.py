"""Watching home timelines live, over graphql-transport-ws."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from cli.replaying.accounts import log_in_again
from cli.replaying.server import Refused, Server, ServerSilent
from cli.replaying.watchers import Watcher

PROTOCOL = Subprotocol("graphql-transport-ws")
SESSION_ENDED = 4403
"""The close code after which a new token helps."""
RECONNECT_AFTER_S = 0.5
_HOME = """
subscription Home {
  homeTimeline {
    event {
      __typename
      ... on TimelineItemAdded { edge { node { ... on TimelineTweet { tweet { ... on Tweet { rawId } } } } } }
      ... on StreamGap { reason }
    }
  }
}
"""


class LiveView:
    """What one watcher sees of its timeline while it happens."""

    def __init__(self, server: Server, watcher: Watcher) -> None:
        self._server = server
        self.watcher = watcher
        self.seen_at_s: dict[int, float] = {}
        self.duplicates = 0
        self.gaps = 0
        self.reconnects = 0
        self.is_watching = asyncio.Event()
        """Set by the first heartbeat: what is posted from now on will be seen."""

    async def watch_forever(self) -> None:
        """Connects again whenever it must; what happened meanwhile was not seen live."""
        while True:
            with suppress(OSError, WebSocketException, TimeoutError, Refused, ServerSilent):
                await self._watch()
            await asyncio.sleep(RECONNECT_AFTER_S)

    async def _watch(self) -> None:
        async with connect(
            self._server.websocket_url, subprotocols=[PROTOCOL], compression=None, max_size=None, proxy=None
        ) as socket:
            init = {"authorization": f"Bearer {self.watcher.account.token}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": init}))
            await self._follow(socket)

    async def _follow(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                message = json.loads(frame)
                match message["type"]:
                    case "connection_ack":
                        self.reconnects += self.is_watching.is_set()
                        await self._subscribe(socket)
                    case "ping":
                        await socket.send(json.dumps({"type": "pong"}))
                    case "next":
                        self._take(message["payload"])
                    case "error" | "complete":
                        return
        except ConnectionClosed as closed:
            if closed.rcvd is None or closed.rcvd.code != SESSION_ENDED:
                raise
            await log_in_again(self._server, self.watcher.account)

    async def _subscribe(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"id": "home", "type": "subscribe", "payload": {"query": _HOME}}))

    def _take(self, payload: dict[str, Any]) -> None:
        if payload.get("data") is None:  # an error, after which the server completes the operation
            return
        event = payload["data"]["homeTimeline"]["event"]
        match event["__typename"]:
            case "TimelineItemAdded":
                tweet = event["edge"]["node"]["tweet"]
                if "rawId" in tweet:  # else it was deleted meanwhile
                    self._see(int(tweet["rawId"]))
            case "StreamGap":
                self.gaps += 1
            case "Heartbeat":
                self.is_watching.set()

    def _see(self, tweet_id: int) -> None:
        self.duplicates += tweet_id in self.seen_at_s
        self.seen_at_s.setdefault(tweet_id, time.monotonic())
