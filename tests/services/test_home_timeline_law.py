"""The law of home timelines: at every moment, paging through one gives exactly what belongs in it.

Random histories of six people are played against the real services, with thresholds so small that they are followed
by too few, by many and by too many. Nothing waits for the queue: a page is right before, during and after a fan-out.
"""

from __future__ import annotations

import random
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.redis import Redis, connect
from services import accounts, fan_out, home_timelines
from services.accounts import Registration
from services.runtime import Runtime
from stores import timelines
from tests.conftest import emptied
from tests.services.home_oracle import NAMES
from tests.services.home_world import World

STEPS = 200
CACHES = ((8, 12, 1), (8, 12, 5), (1_000, 1_250, 1))
"""Ids kept, ids at which it is trimmed, refills: so that pages end in the cache, at its end and beyond it."""


@pytest.fixture
async def without_redis() -> AsyncIterator[Redis]:
    """A client of a server that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        redis = connect(f"redis://127.0.0.1:{bound.getsockname()[1]}/0")
        yield redis
        await redis.aclose()


@settings(
    max_examples=4,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(chance=st.randoms(note_method_calls=False), cache=st.sampled_from(CACHES))
async def test_a_home_timeline_is_what_belongs_in_it(
    shared_runtime: Runtime, without_redis: Redis, chance: random.Random, cache: tuple[int, int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        for (module, name), value in zip(
            ((timelines, "KEPT"), (timelines, "TRIM_AT"), (home_timelines, "MAX_REFILLS")), cache, strict=True
        ):
            patched.setattr(module, name, value)
        patched.setattr(fan_out, "CHUNK", 1)
        world = await new_world(shared_runtime, without_redis, chance)
        await world.meet()
        done: list[str] = []
        try:
            for _ in range(STEPS):
                done.append(await world.step())
                await world.everybody_sees_what_they_must()
        except Exception as error:
            error.add_note(f"after {len(done)} steps with {cache}: {', '.join(done[-30:])}")
            raise


async def new_world(runtime: Runtime, without_redis: Redis, chance: random.Random) -> World:
    await emptied(runtime)
    small = replace(runtime, settings=replace(runtime.settings, fanout_popular_from=2, fanout_celebrity_from=4))
    new = await accounts.prepared(
        small, [Registration(name, name.title(), f"{name}@example.com", "password") for name in NAMES]
    )
    async with small.database.write() as session:
        ids = {user.username: user.id for user in await accounts.add(session, new)}
    return World(small, ids, chance, without_redis=without_redis)
