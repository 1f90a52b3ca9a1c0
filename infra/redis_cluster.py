"""A client of a Redis Cluster that looks like one of a single server.

redis-py's own asynchronous cluster client is not used; docs/decisions/0016 says why.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ConnectionError,  # noqa: A004 - the builtin is not meant here
    MovedError,
    RedisError,
    ResponseError,
    TimeoutError,  # noqa: A004 - nor this one
)
from redis.typing import EncodableT

LEARN_AGAIN_AFTER_S = 0.1
"""While a node is down each of its commands casts doubt on what is known, and nobody knows better for a while."""

MAX_REDIRECTIONS = 3
"""A slot that has moved may be moving on."""


class Address(NamedTuple):
    host: str
    port: int


Owners: TypeAlias = list[Address | None]
"""Who holds each slot; empty while nobody has said it."""


def slot_of(*command: EncodableT) -> int:
    """Of its first key, which stands behind the name; of a script behind its text and the number of its keys. The
    server refuses commands with keys of several slots."""
    key = command[3] if command[0] in {"EVAL", "EVALSHA"} else command[1]
    return key_slot(key if isinstance(key, bytes) else str(key).encode())


class RedisCluster(Redis):
    """Sends each command to the node that holds its key, and one without arguments, such as PING, to all of them.

    A node that fails takes nothing with it but its own slots. What it was asked fails at once, as with a single server,
    and who holds them now is asked before the next command.
    """

    def __init__(self, seeds: Sequence[Address], open_node: Callable[[Address], Redis]) -> None:
        super().__init__(connection_pool=ConnectionPool())  # stays empty: connections are the nodes'
        self._seeds = frozenset(seeds)
        self._open_node = open_node
        self._nodes = {seed: open_node(seed) for seed in seeds}
        self._owners: Owners = []
        self._is_doubted = True
        self._learn_not_before = 0.0
        self._learning = asyncio.Lock()

    async def execute_command(self, *args: EncodableT, **options: Any) -> Any:
        """Any: what Redis answers depends on the command."""
        if len(args) == 1:
            nodes = set(filter(None, await self._known()))
            answers = await asyncio.gather(*(self._ask(node, *args, **options) for node in nodes))
            return answers[0]
        try:
            return await self._ask(await self.owner(slot_of(*args)), *args, **options)
        except AskError as redirection:
            return await self.follow(redirection, *args, **options)

    async def _ask(self, address: Address, *args: EncodableT, **options: Any) -> Any:
        try:
            return await self.node(address).execute_command(*args, **options)
        except (ConnectionError, ClusterDownError, TimeoutError, OSError):
            self.doubt()
            raise

    async def follow(self, redirection: AskError, *args: EncodableT, **options: Any) -> Any:
        """Sends a command where a node said that it belongs, and on from there. Raises the last redirection."""
        for _ in range(MAX_REDIRECTIONS):
            try:
                return await self._ask_there(redirection, *args, **options)
            except AskError as onward:
                redirection = onward
        raise redirection

    async def _ask_there(self, redirection: AskError, *args: EncodableT, **options: Any) -> Any:
        address = Address(redirection.host, redirection.port)
        if isinstance(redirection, MovedError):
            self.doubt()
            return await self._ask(address, *args, **options)
        # The slot is on its way there, and its owner does not have the key any more.
        async with self.node(address).pipeline(transaction=False) as pipeline:
            pipeline.execute_command("ASKING")
            pipeline.execute_command(*args, **options)
            _, answer = await pipeline.execute()
        return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: ARG002 - the base's
        return ClusterPipeline(self, transaction=transaction)

    def pubsub(self, **_options: Any) -> NoReturn:
        raise NotImplementedError("channels are not routed: nothing of ours is published")

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        for node in self._nodes.values():
            await node.aclose(close_connection_pool)

    def node(self, address: Address) -> Redis:
        if address not in self._nodes:
            self._nodes[address] = self._open_node(address)
        return self._nodes[address]

    def doubt(self) -> None:
        """Who holds what is asked again before the next command."""
        self._is_doubted = True

    async def owner(self, slot: int) -> Address:
        owner = (await self._known())[slot]
        if owner is None:
            self.doubt()
            raise ClusterDownError(f"no node holds slot {slot}")
        return owner

    async def _known(self) -> Owners:
        """Raises ConnectionError when no node has ever answered."""
        async with self._learning:
            now = asyncio.get_running_loop().time
            if self._is_doubted and now() >= self._learn_not_before:
                await self._learn()
                self._learn_not_before = now() + LEARN_AGAIN_AFTER_S
        if not self._owners:
            raise ConnectionError("no node of the Redis Cluster answers")
        return self._owners

    async def _learn(self) -> None:
        """Asks all nodes at once and believes the first that answers."""
        asked = [asyncio.create_task(self._owners_by(address)) for address in self._nodes]
        try:
            for answer in asyncio.as_completed(asked):
                if owners := await answer:
                    break
            else:
                return
        finally:
            for task in asked:
                task.cancel()
        self._owners, self._is_doubted = owners, False
        for gone in self._nodes.keys() - set(owners) - self._seeds:
            await self._nodes.pop(gone).connection_pool.disconnect(inuse_connections=False)

    async def _owners_by(self, address: Address) -> Owners:
        """Who holds each slot, as one node has it; empty when it does not answer, or knows nothing."""
        try:
            ranges = await self.node(address).execute_command("CLUSTER", "SLOTS")
        except (RedisError, OSError):
            return []
        if not ranges:
            return []
        owners: Owners = [None] * REDIS_CLUSTER_HASH_SLOTS
        for first, last, (host, port, *_), *_replicas in ranges:
            # A node that does not know its own name is where it was reached.
            owner = Address(host.decode() if host else address.host, port)
            owners[first : last + 1] = itertools.repeat(owner, last + 1 - first)
        return owners


class ClusterPipeline(Pipeline):
    """One round trip to each node. A transaction stays in one slot."""

    def __init__(self, cluster: RedisCluster, *, transaction: bool) -> None:
        super().__init__(cluster.connection_pool, {}, transaction, None)
        self._cluster = cluster

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Any: what Redis answers depends on the commands."""
        commands, self.command_stack = self.command_stack, []
        slots = [slot_of(*args) for args, _ in commands]
        assert not self.is_transaction or len(set(slots)) == 1
        places: defaultdict[Address, list[int]] = defaultdict(list)
        for place, slot in enumerate(slots):
            places[await self._cluster.owner(slot)].append(place)
        answers: list[Any] = [None] * len(commands)

        async def send(address: Address, of_node: list[int]) -> None:
            async with self._cluster.node(address).pipeline(transaction=self.is_transaction) as pipeline:
                for place in of_node:
                    args, options = commands[place]
                    pipeline.execute_command(*args, **options)
                for place, answer in zip(of_node, await pipeline.execute(raise_on_error=False), strict=True):
                    answers[place] = answer

        sent = await asyncio.gather(*itertools.starmap(send, places.items()), return_exceptions=True)
        for failure in sent:
            if failure is not None:
                self._cluster.doubt()
                raise failure
        for place, (args, options) in enumerate(commands):
            if isinstance(answers[place], ClusterDownError):
                self._cluster.doubt()
            if isinstance(answers[place], AskError):
                try:
                    answers[place] = await self._cluster.follow(answers[place], *args, **options)
                except ResponseError as error:
                    answers[place] = error
            if raise_on_error and isinstance(answers[place], Exception):
                raise answers[place]
        return answers
