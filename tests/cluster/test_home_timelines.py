"""Home timelines on all nodes of a cluster, while they are there and while one is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError

from domain.delivery import Batch
from domain.ids import raw_id
from infra.redis import RedisCluster, by_slot
from infra.settings import Settings
from services import fan_out
from services.runtime import Runtime
from stores import outbox, timelines
from stores.timelines import Reached
from tests.client import Api, People, Person
from tests.cluster.servers import Cluster, Node
from tests.live.socket import added, watching
from tests.processes import process
from tests.queue import Queue
from tests.waiting import until

pytestmark = pytest.mark.redis_cluster

FANS_OF_A_NODE = 2
HOME = """
query { viewer { homeTimeline(first: 50) { nodes { id } freshness { source } } } }
"""


@pytest.fixture
async def fans(api: Api, people: People, queue: Queue, redis_cluster: Cluster) -> dict[Node, list[Person]]:
    """Followers of bob by the node of their timelines, which are in the cache."""
    fans: dict[Node, list[Person]] = {node: [] for node in redis_cluster.nodes}
    number = 0
    while min(map(len, fans.values())) < FANS_OF_A_NODE:
        fan = await api.registered(f"fan{number}")
        fans[redis_cluster.holder(timelines.home_key(fan.raw_id))].append(fan)
        await api.followed(fan, people.bob)
        number += 1
    await queue.drained()
    for fan in all_of(fans):
        await home(api, fan)
    return fans


def all_of(fans: dict[Node, list[Person]]) -> list[Person]:
    return [fan for of_node in fans.values() for fan in of_node]


async def home(api: Api, by: Person) -> tuple[list[str], str, bool]:
    """The tweets, where they come from, and whether that was for want of a cache."""
    answer: dict[str, Any] = await api.answer(HOME, by=by)
    assert "errors" not in answer, answer
    page = answer["data"]["viewer"]["homeTimeline"]
    return [node["id"] for node in page["nodes"]], page["freshness"]["source"], "extensions" in answer


async def cached(runtime: Runtime, person: Person) -> list[int] | None:
    found = await timelines.read(runtime.redis, person.raw_id)
    return None if found is None else list(found.tweet_ids)


async def test_a_tweet_reaches_the_timelines_of_every_node_however_often_it_is_delivered(
    api: Api, people: People, queue: Queue, runtime: Runtime, fans: dict[Node, list[Person]]
) -> None:
    assert isinstance(runtime.redis, RedisCluster)
    tweet_id = await api.tweeted(people.bob, "to all of you")
    raw = raw_id(tweet_id, "Tweet")
    assert raw is not None
    await queue.drained()
    everywhere = [await cached(runtime, fan) for fan in all_of(fans)]
    assert everywhere == [[raw]] * len(everywhere)
    await fan_out.fan_out(runtime, [raw])
    assert [await cached(runtime, fan) for fan in all_of(fans)] == everywhere
    for fan in all_of(fans):
        assert await home(api, fan) == ([tweet_id], "CACHE", False)


@pytest.mark.parametrize("serves_the_rest", [True, False])
async def test_a_lost_node_costs_nothing_but_its_cache_and_all_heals(
    http_url: str,
    api: Api,
    people: People,
    queue: Queue,
    runtime: Runtime,
    settings: Settings,
    redis_cluster: Cluster,
    fans: dict[Node, list[Person]],
    tmp_path: Path,
    serves_the_rest: bool,
) -> None:
    """While the cluster serves its other slots, or none, as it does by default. Live events do not depend on it."""

    async def drained() -> bool:
        async with runtime.database.read() as session:
            return await outbox.backlog(session) == 0

    async def is_healed() -> bool:
        return [await home(api, fan) for fan in all_of(fans)] == [(posted, "CACHE", False)] * len(all_of(fans))

    for node in redis_cluster.nodes:
        await node.redis.config_set("cluster-require-full-coverage", "no" if serves_the_rest else "yes")
    lost = redis_cluster.nodes[0]
    ann = fans[lost][0]
    posted = [await api.tweeted(people.bob, "before")]
    async with process("worker", settings, tmp_path, CHIRP_OUTBOX_LEASE_S="1") as worker:
        await until(drained)
        assert await is_healed()
        async with watching(http_url, ann) as socket:
            async with redis_cluster.without(lost):
                if not serves_the_rest:
                    await until(redis_cluster.is_down)
                for n in range(3):
                    posted.insert(0, await api.tweeted(people.bob, f"meanwhile {n}"))
                    assert await socket.change() == added(posted[0], f"meanwhile {n}")
                    for node, of_node in fans.items():
                        for fan in of_node:
                            tweets, _, is_degraded = await home(api, fan)
                            assert tweets == posted
                            assert is_degraded is (node is lost or not serves_the_rest)
                assert not await drained()
            await until(drained)
            await until(is_healed)
            posted.insert(0, await api.tweeted(people.bob, "after"))
            assert await socket.change() == added(posted[0], "after")
        await until(drained)
        await until(is_healed)
        assert worker.exit_code is None
        assert await cached(runtime, ann) == [raw_id(tweet_id, "Tweet") for tweet_id in posted]


async def test_a_delivery_reaches_every_slot_and_fails_where_one_fails(
    runtime: Runtime, redis_cluster: Cluster
) -> None:
    redis, readers = runtime.redis, list(range(timelines.TAGS))
    keys = [timelines.home_key(user_id) for user_id in readers]
    assert len(by_slot(redis, keys)) == timelines.TAGS
    assert {redis_cluster.holder(key) for key in keys} == set(redis_cluster.nodes)
    for user_id in readers:
        generation = await timelines.begin_rebuild(redis, user_id)
        assert generation is not None
        await timelines.finish_rebuild(redis, user_id, generation, complete_from=0, packed=b"")
    batches = [Batch(readers[:40], [1, 2]), Batch(readers[40:], [2]), Batch([1_000], [3])]
    found = await timelines.deliver(redis, batches)
    assert found == [Reached(40), Reached(timelines.TAGS - 40), Reached(0)]
    await redis.delete(keys[0])
    await redis.execute_command("SADD", keys[0], "what is no timeline")
    with pytest.raises(ResponseError):
        await timelines.deliver(redis, [Batch(readers, [4])])
    for user_id in readers[1:]:
        cached = await timelines.read(redis, user_id)
        assert cached is not None
        assert cached.tweet_ids == ((4, 2, 1) if user_id < 40 else (4, 2))
