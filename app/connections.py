"""Connections to peers that do not do their part: who says nothing, reads nothing or does not go when asked is cut off,
and its memory is free again."""

from __future__ import annotations

import asyncio
import json
import random
from asyncio import TimerHandle
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

HEADERS_WITHIN_S = 10.0
STALLED_S = 20.0
"""How long a peer may leave what was sent unread; uvicorn's pings, 20 s apart, find those who are sent little."""
GOODBYE_S = 10.0
"""How long a socket that was closed waits for its peer to say that it knows."""
LAST_GOODBYE_S = 1.0
"""The same before the process stops."""
RETRY_WITHIN_MS = 5_000


class _Read(asyncio.Protocol):
    """A connection whose peer reads what it is sent."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _stalled: TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._stalled)

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._stalled)
        super().connection_lost(exc)


class HttpConnection(_Read, HttpToolsProtocol):
    """The headers of a request must be there in time. Its state has a future: done when the process stops."""

    _headers: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._stopping: asyncio.Future[None] = self.loop.create_future()
        self._await_headers()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["stopping"] = self._stopping
        self._await_headers()

    def on_headers_complete(self) -> None:
        _cancel(self._headers)
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._headers)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        del self.parser  # it holds this, which nobody else does any more

    def shutdown(self) -> None:
        super().shutdown()
        self._stopping.set_result(None)

    def _await_headers(self) -> None:
        _cancel(self._headers)
        self._headers = self.loop.call_later(HEADERS_WITHIN_S, self.transport.close)


class SocketConnection(_Read, WebSocketsSansIOProtocol):
    """Tells its peer when to come again before the process stops."""

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self.scope["state"]["send_at_once"] = self.send_at_once

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.scope["state"].pop("send_at_once", None)  # it holds the connection

    def send_at_once(self, texts: Iterable[bytes]) -> bool:
        """Sends messages, each as soon as it is called, or says that it cannot: the peer has gone, or does not read."""
        if self.disconnected or self.conn.state is not State.OPEN or not self.writable.is_set():
            return False
        self.transport.write(b"".join([_head(len(text)) + text for text in texts]))
        return True

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close" and not self.writable.is_set():
            # Behind all that it has not read, the peer would not find the close frame either.
            self.transport.abort()
            return
        await super().send(message)
        if message["type"] == "websocket.accept":
            # The scope has the headers: the handshake's own would take four kilobytes as long as the socket is open.
            del self.request, self.response
        if self.close_timer is not None:
            self._await_goodbye(GOODBYE_S)

    def shutdown(self) -> None:
        if not self.handshake_complete or self.close_sent:
            super().shutdown()
        elif not self.writable.is_set():
            self.transport.abort()
        else:
            self.stop_keepalive()
            hint = json.dumps({"retryAfterMs": random.randrange(RETRY_WITHIN_MS)})
            self.conn.send_close(1012, hint)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1012})
            self._await_goodbye(LAST_GOODBYE_S)

    def _await_goodbye(self, seconds: float) -> None:
        _cancel(self.close_timer)
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)


@lru_cache(4096)
def _head(size: int) -> bytes:
    """Of the frame of a text of so many bytes."""
    frame = Frame(Opcode.TEXT, bytes(size)).serialize(mask=False)
    return frame[: len(frame) - size]


def _cancel(timer: TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
