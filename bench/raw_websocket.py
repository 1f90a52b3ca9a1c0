"""WebSockets as bytes: a client that costs little beside the servers it measures."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import Self, cast

from bench.live_floor import SUBPROTOCOL

_TEXT, _PING, _PONG = 0x81, 0x89, 0x8A
_MASK = bytes(4)
"""That changes nothing: servers must be sent masked frames."""


class RawWebSocket(asyncio.Protocol):
    """Gives every message that comes to `hear`; its server sends whole frames of text."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self._hear = hear
        self._received = b""
        self._accepted = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    @classmethod
    async def opened(cls, port: int, path: str, hear: Callable[[bytes], None]) -> Self:
        _, socket = await asyncio.get_running_loop().create_connection(lambda: cls(hear), "127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        socket._transport.write(
            f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
            f"sec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n"
            f"sec-websocket-protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )
        await socket._accepted
        return socket

    def send(self, message: bytes, kind: int = _TEXT) -> None:
        size = len(message)
        head = bytes([kind, 0x80 | size]) if size < 126 else bytes([kind, 0xFE]) + struct.pack(">H", size)
        self._transport.write(head + _MASK + message)

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its type

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._accepted.done():
            self._accepted.set_exception(exc or ConnectionResetError("the server refused the socket"))

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        if not self._accepted.done():
            head, found, received = received.partition(b"\r\n\r\n")
            if not found:
                self._received = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._accepted.set_exception(RuntimeError(f"the server answered {head[:300]!r}"))
                return
            self._accepted.set_result(None)
        while len(received) >= 2:
            start, size = 2, received[1]
            if size == 126:
                start, size = 4, int.from_bytes(received[2:4], "big")
            if len(received) < start + size:
                break
            if received[0] == _TEXT:
                self._hear(received[start : start + size])
            elif received[0] == _PING:
                self.send(received[start : start + size], _PONG)
            received = received[start + size :]
        self._received = received
