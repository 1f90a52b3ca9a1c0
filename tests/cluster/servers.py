"""A Redis Cluster of three nodes, from the `redis-server` of this machine."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError

from infra.embedded.processes import spawn
from infra.redis import Redis, connect
from tests.waiting import until

NODES = 3
SLOTS = [
    range(REDIS_CLUSTER_HASH_SLOTS * n // NODES, REDIS_CLUSTER_HASH_SLOTS * (n + 1) // NODES) for n in range(NODES)
]
PASSWORD = "only-tests-use-it"
BUS = 10_000
"""What is added to a node's port for the port on which nodes talk to each other."""
PORTS = range(10_000, 20_000)
"""Those of the bus, too, lie below what the system gives to outgoing connections."""


class Node:
    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self.port = _free_port()
        self.redis: Redis = connect(f"redis://:{PASSWORD}@127.0.0.1:{self.port}")
        """Of this node alone."""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        configuration = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": PASSWORD,
            "save": '""',
            "cluster-enabled": "yes",
            "cluster-node-timeout": 1_000,
        }
        self._process = spawn(
            [self._program, "-"],
            death_signal=signal.SIGKILL,
            env={"LC_ALL": "C.UTF-8"},
            cwd=self._folder,
            log=self._folder / "log",
            input_text="".join(f"{name} {value}\n" for name, value in configuration.items()),
        )

    async def answers(self) -> bool:
        assert self.runs, (self._folder / "log").read_text()
        try:
            return bool(await self.redis.ping())
        except (RedisError, OSError):
            return False

    async def info(self) -> dict[str, str]:
        found: dict[str, str] = await self.redis.execute_command("CLUSTER INFO")
        return found

    async def knows_all(self) -> bool:
        info = await self.info()
        return (info["cluster_state"], info["cluster_known_nodes"]) == ("ok", str(NODES))

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def id(self) -> bytes:
        answer: bytes = await self.redis.execute_command("CLUSTER", "MYID")
        return answer

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Cluster:
    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        """A node holds a third of the slots, in their order."""
        self.url = f"redis+cluster://:{PASSWORD}@" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)

    def holder(self, key: bytes) -> Node:
        return next(node for node, slots in zip(self.nodes, SLOTS, strict=True) if key_slot(key) in slots)

    @asynccontextmanager
    async def without(self, *lost: Node) -> AsyncIterator[None]:
        """The nodes are killed; they come back empty, and all serve all slots when the block has ended."""
        for node in lost:
            node.kill()
        try:
            yield
        finally:
            for node in lost:
                node.start()
            await self.complete()

    async def is_down(self) -> bool:
        """Whether the nodes that are there refuse all commands."""
        states = {(await node.info())["cluster_state"] for node in self.nodes if node.runs}
        return states == {"fail"}

    async def complete(self) -> None:
        for node in self.nodes:
            await until(node.answers)
        for node in self.nodes:
            await until(node.knows_all)


@asynccontextmanager
async def cluster(program: str, folder: Path) -> AsyncIterator[Cluster]:
    """All nodes know each other and who holds what."""
    folders = [folder / str(number) for number in range(NODES)]
    for each in folders:
        each.mkdir()
    nodes = [Node(program, each) for each in folders]
    try:
        for node in nodes:
            node.start()
        for number, node in enumerate(nodes):
            await until(node.answers)
            await node.redis.execute_command("CLUSTER ADDSLOTS", *SLOTS[number])
            await node.redis.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
            await node.redis.execute_command("CLUSTER MEET", "127.0.0.1", nodes[0].port)
        running = Cluster(nodes)
        await running.complete()
        yield running
    finally:
        for node in nodes:
            node.kill()
            await node.redis.aclose()


def _free_port() -> int:
    """One that is free for both of a node's sockets."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as own, socket.socket() as bus, suppress(OSError):
            own.bind(("127.0.0.1", port))
            bus.bind(("127.0.0.1", port + BUS))
            return port
