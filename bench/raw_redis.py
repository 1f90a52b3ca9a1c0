"""Redis as redis-benchmark uses it: pipelines of commands encoded beforehand, answers counted, not looked at."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

RECEIVED_AT_ONCE = 1 << 16


def encoded(*arguments: bytes) -> bytes:
    return b"*%d\r\n" % len(arguments) + b"".join(b"$%d\r\n%s\r\n" % (len(each), each) for each in arguments)


class RawRedis:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port or 6379))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if parts.password:
            self.pipeline(encoded(b"AUTH", unquote(parts.password).encode()), commands=1)

    def pipeline(self, sent: bytes, *, commands: int) -> None:
        """Returns when as many one-line answers have come; raises RuntimeError for an error among them."""
        self._socket.sendall(sent)
        lines = 0
        while lines < commands:
            received = self._socket.recv(RECEIVED_AT_ONCE)
            if not received or b"-" in received:
                raise RuntimeError(f"Redis answered {received[:200]!r}")
            lines += received.count(b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.close()


def pipelines(commands: Sequence[bytes], *, size: int) -> list[tuple[bytes, int]]:
    """The commands in pipelines of `size`, each with how many are in it."""
    cut = [commands[at : at + size] for at in range(0, len(commands), size)]
    return [(b"".join(part), len(part)) for part in cut]
