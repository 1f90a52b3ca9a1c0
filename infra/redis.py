"""Redis connections. Code uses commands of Redis 6.2 at most."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from redis.asyncio import Connection, ConnectionPool, Redis
from redis.asyncio.cluster import ClusterParser
from redis.connection import HiredisRespSerializer
from redis.crc import key_slot
from redis.exceptions import ResponseError, TimeoutError  # noqa: A004 - the builtin is not meant here
from redis.typing import EncodableT

from infra.gathering import Gathering
from infra.redis_cluster import Address, RedisCluster
from infra.settings import is_cluster_url

__all__ = ["Redis", "RedisCluster", "by_slot", "connect"]

SENT_MEANWHILE_BYTES = 64 * 1024


class _Connection(Connection):
    """redis-py's own asynchronous connection packs commands in Python: half a millisecond for a thousand keys. And
    half the time of a command is timeouts: a task is made to send it, and one runs out to see whether it may be."""

    _serializer = HiredisRespSerializer()
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    async def can_read_destructive(self) -> bool:
        """Whether the server has hung up, or something is left to read, which would be taken for the next answer."""
        unread: bool = not self._socket_is_empty() or self._parser._reader.has_data()  # type: ignore[no-untyped-call, attr-defined]
        return unread or self._reader.at_eof() or self._reader.exception() is not None

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:
        if isinstance(command, bytes | str) or not self.is_connected or self._writer.is_closing():
            await super().send_packed_command(command, check_health)
            return
        if check_health:
            await self.check_health()  # type: ignore[no-untyped-call]
        self._writer.writelines(command)
        # The rest goes while its answer is awaited, which has a timeout, too.
        if self._writer.transport.get_write_buffer_size() > SENT_MEANWHILE_BYTES:
            await super().send_packed_command((), check_health=False)

    def pack_command(self, *args: EncodableT) -> list[bytes]:
        packed: list[bytes] = self._serializer.pack(*args)  # type: ignore[arg-type]  # redis-py means each of them
        return packed


class _Command(msgspec.Struct, eq=False):
    """Equal to none but itself: what two ask for is done twice."""

    args: tuple[EncodableT, ...]
    options: dict[str, Any]


class _Server(Redis):
    """What is asked for while a round trip is under way goes with the next: most of what a command costs its process is
    the trip."""

    def __init__(self, connection_pool: ConnectionPool) -> None:
        super().__init__(connection_pool=connection_pool)
        self._gathering = Gathering(self._answers, too_long=TimeoutError)

    async def execute_command(self, *args: EncodableT, **options: Any) -> Any:
        """Any: what Redis answers depends on the command."""
        answer = await self._gathering.ask(_Command(args, options))
        if isinstance(answer, ResponseError):
            raise answer
        return answer

    async def _answers(self, commands: Sequence[_Command]) -> AsyncIterator[tuple[_Command, Any]]:
        connection: _Connection = await self.connection_pool.get_connection()
        try:
            await connection.send_packed_command(connection.pack_commands([command.args for command in commands]))
            # redis-py's pipelines tell no answer before they have all of them.
            for command in commands:
                yield command, await self._answer(connection, command)
        except BaseException:
            await connection.disconnect(nowait=True)  # what it may answer yet is nobody's
            raise
        finally:
            await self.connection_pool.release(connection)

    async def _answer(self, connection: _Connection, command: _Command) -> Any:
        try:
            return await self.parse_response(connection, str(command.args[0]), **command.options)
        except ResponseError as error:
            return error


def connect(url: str) -> Redis:
    """A pooled client that answers bytes; a dead server is an error within two seconds, not a hang.

    `redis+cluster://user:password@host:port,host:port` names some nodes of a cluster, which tell the rest. Raises
    ValueError where the URL is not one.
    """
    return _cluster(url) if is_cluster_url(url) else _server(url)


def by_slot(redis: Redis, keys: list[bytes]) -> Mapping[int, list[bytes]]:
    """Keys in groups that one script may touch: on a single server, which is one slot, all of them."""
    if not isinstance(redis, RedisCluster):
        return {0: keys}
    groups: defaultdict[int, list[bytes]] = defaultdict(list)
    for key in keys:
        groups[key_slot(key)].append(key)
    return groups


def _server(url: str) -> Redis:
    pool: ConnectionPool = ConnectionPool.from_url(
        url,
        socket_connect_timeout=2,
        socket_timeout=2,
        health_check_interval=15,
        connection_class=_Connection,
        parser_class=ClusterParser,
    )
    return _Server.from_pool(pool)


def _cluster(url: str) -> RedisCluster:
    parts = urlsplit(url)
    user, at, nodes = parts.netloc.rpartition("@")
    scheme = parts.scheme.removesuffix("+cluster")
    if parts.path not in {"", "/", "/0"}:
        raise ValueError("a Redis Cluster has no databases besides 0")

    def open_node(address: Address) -> Redis:
        host = f"[{address.host}]" if ":" in address.host else address.host
        node = parts._replace(scheme=scheme, netloc=f"{user}{at}{host}:{address.port}")
        return _server(node.geturl())

    return RedisCluster([_address(node) for node in nodes.split(",")], open_node)


def _address(node: str) -> Address:
    parts = urlsplit(f"//{node}")
    if not parts.hostname:
        raise ValueError("a node of the Redis Cluster has no name")
    return Address(parts.hostname, parts.port or 6379)
