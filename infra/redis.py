"""Redis connections. Code uses commands of Redis 6.2 at most."""

from __future__ import annotations

from redis.asyncio import Connection, Redis
from redis.connection import HiredisRespSerializer
from redis.typing import EncodableT

__all__ = ["Redis", "connect"]


class _Connection(Connection):
    """redis-py's own asynchronous connection packs commands in Python: half a millisecond for a thousand keys."""

    _serializer = HiredisRespSerializer()

    def pack_command(self, *args: EncodableT) -> list[bytes]:
        packed: list[bytes] = self._serializer.pack(*args)  # type: ignore[arg-type]  # redis-py means each of them
        return packed


def connect(url: str) -> Redis:
    """A pooled client that answers bytes; a dead server is an error within two seconds, not a hang."""
    client: Redis = Redis.from_url(
        url, socket_connect_timeout=2, socket_timeout=2, health_check_interval=15, connection_class=_Connection
    )
    return client
