"""The client of a cluster: where commands go, and what a node takes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from redis.crc import key_slot
from redis.exceptions import ConnectionError  # noqa: A004 - the builtin is not meant here

from infra.redis import Redis, by_slot, connect
from stores.scripts import Script
from tests.cluster.servers import Cluster, Node
from tests.waiting import until

pytestmark = pytest.mark.redis_cluster

KEYS = [b"key:%d" % number for number in range(60)]
KEY = KEYS[0]
SLOT = key_slot(KEY)


@pytest.fixture
async def redis(redis_cluster: Cluster) -> AsyncIterator[Redis]:
    redis = connect(redis_cluster.url)
    await redis.flushdb()
    yield redis
    await redis.aclose()


async def values(redis: Redis) -> list[bytes | None]:
    async with redis.pipeline(transaction=False) as pipeline:
        for key in KEYS:
            pipeline.get(key)
        found: list[bytes | None] = await pipeline.execute()
    return found


async def begin_to_move(slot: int, source: Node, target: Node) -> None:
    await target.redis.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", await source.id())
    await source.redis.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", await target.id())


async def give(slot: int, to: Node, *, said_to: Sequence[Node]) -> None:
    """Whoever held it before. These nodes know each other's epochs by then: of two that claim a slot in the same epoch,
    one that comes back does not know which."""

    async def know_each_other() -> bool:
        return len({(await node.info())["cluster_current_epoch"] for node in said_to}) == 1

    await until(know_each_other)
    await to.redis.execute_command("CLUSTER BUMPEPOCH")
    for node in said_to:
        await node.redis.execute_command("CLUSTER SETSLOT", slot, "NODE", await to.id())
    await until(know_each_other)


async def test_each_node_gets_its_keys_and_answers_come_in_order(redis: Redis, redis_cluster: Cluster) -> None:
    for number, key in enumerate(KEYS):
        await redis.set(key, number)
    held = [set(await node.redis.keys()) for node in redis_cluster.nodes]
    assert [{redis_cluster.holder(key) for key in keys} for keys in held] == [{node} for node in redis_cluster.nodes]
    assert sorted(key for keys in held for key in keys) == sorted(KEYS)
    assert await values(redis) == [b"%d" % number for number in range(len(KEYS))]
    await redis.flushdb()
    assert await values(redis) == [None] * len(KEYS)


async def test_a_transaction_is_one_of_one_slot(redis: Redis) -> None:
    async with redis.pipeline(transaction=True) as pipeline:
        pipeline.set("{tag}:a", 1)
        pipeline.incr("{tag}:a")
        pipeline.get("{tag}:a")
        assert await pipeline.execute() == [True, 2, b"2"]


async def test_a_script_is_told_to_each_node_that_does_not_know_it(redis: Redis, redis_cluster: Cluster) -> None:
    script = Script("return redis.call('APPEND', KEYS[1], ARGV[1])")
    assert len(by_slot(redis, KEYS)) > len(redis_cluster.nodes)
    for times, forgetful in enumerate(redis_cluster.nodes, 1):
        await forgetful.redis.script_flush()
        assert await script.each(redis, [([key], [b"abc"]) for key in KEYS]) == [3 * times] * len(KEYS)


async def test_a_slot_is_found_while_it_moves_and_where_it_has_gone(redis: Redis, redis_cluster: Cluster) -> None:
    await redis.set(KEY, "before")
    home = redis_cluster.holder(KEY)
    away = next(node for node in redis_cluster.nodes if node is not home)
    for source, target in ((home, away), (away, home)):
        await begin_to_move(SLOT, source, target)
        assert await redis.get(KEY) == b"before"
        await source.redis.delete(KEY)
        await redis.set(KEY, "meanwhile")
        assert (await values(redis))[0] == b"meanwhile"
        assert await source.redis.dbsize() == 0
        await give(SLOT, target, said_to=(target, source))
        assert (await values(redis))[0] == b"meanwhile"
        await redis.set(KEY, "before")
        assert await target.redis.get(KEY) == b"before"


async def test_a_script_is_told_to_the_node_that_a_slot_moves_to(redis: Redis, redis_cluster: Cluster) -> None:
    script = Script("return redis.call('APPEND', KEYS[1], ARGV[1])")
    home = redis_cluster.holder(KEY)
    away = next(node for node in redis_cluster.nodes if node is not home)
    for source, target in ((home, away), (away, home)):
        await redis.flushdb()
        await begin_to_move(SLOT, source, target)
        await target.redis.script_flush()
        assert await script.each(redis, [([key], [b"abc"]) for key in (KEY, *KEYS)]) == [3, 6] + [3] * (len(KEYS) - 1)
        await give(SLOT, target, said_to=(target, source))


async def test_a_node_takes_nothing_with_it_but_its_slots(redis: Redis, redis_cluster: Cluster) -> None:
    lost, *left = redis_cluster.nodes
    for node in redis_cluster.nodes:
        await node.redis.config_set("cluster-require-full-coverage", "no")
    elsewhere = [key for key in KEYS if redis_cluster.holder(key) is not lost]
    there = next(key for key in KEYS if redis_cluster.holder(key) is lost)
    async with redis_cluster.without(lost):
        for _ in range(3):
            with pytest.raises(ConnectionError):
                await redis.set(there, 1)
            for key in elsewhere:
                await redis.set(key, 1)
        with pytest.raises(ConnectionError):
            await values(redis)
        assert sum([await node.redis.dbsize() for node in left]) == len(elsewhere)
    await redis.set(there, 1)
    assert len([value for value in await values(redis) if value]) == len(elsewhere) + 1


async def test_what_a_lost_node_held_is_found_with_its_heir(redis: Redis, redis_cluster: Cluster) -> None:
    lost = redis_cluster.holder(KEY)
    heir, *others = (node for node in redis_cluster.nodes if node is not lost)
    for node in redis_cluster.nodes:
        await node.redis.config_set("cluster-require-full-coverage", "no")

    async def finds_it() -> bool:
        try:
            return await redis.set(KEY, 1) is True
        except ConnectionError:
            return False

    assert await finds_it()
    async with redis_cluster.without(lost):
        assert not await finds_it()
        await give(SLOT, heir, said_to=(heir, *others))
        await until(finds_it)
        assert await heir.redis.get(KEY) == b"1"
        await heir.redis.delete(KEY)
    await give(SLOT, lost, said_to=(lost, heir, *others))
    await until(finds_it)
    assert await lost.redis.get(KEY) == b"1"


async def test_a_cluster_that_was_gone_as_a_whole_is_found_again(redis: Redis, redis_cluster: Cluster) -> None:
    newcomer = connect(redis_cluster.url)

    async def answers(redis: Redis) -> bool:
        try:
            return await redis.set(KEY, 1) is True
        except ConnectionError:
            return False

    assert await answers(redis)
    async with redis_cluster.without(*redis_cluster.nodes):
        for client in (redis, newcomer):
            for _ in range(3):
                assert not await answers(client)
            with pytest.raises(ConnectionError):
                await client.ping()
    for client in (redis, newcomer):
        await until(lambda client=client: answers(client))  # type: ignore[misc]
        assert await client.ping()
    await newcomer.aclose()
