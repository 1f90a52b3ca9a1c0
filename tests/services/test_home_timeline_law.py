"""The law of home timelines: at every moment, paging through one gives exactly what belongs in it.

Random histories of six people are played against the real services, with thresholds so small that they are followed
by too few, by many and by too many. Nothing waits for the queue: a page is right before, during and after a fan-out.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import retweets
from domain.retweets import ONCE_WITHIN
from infra.redis import Redis
from services import fan_out, filled_pages
from services.runtime import Runtime
from stores import timelines
from tests.services.home_world import World, peopled

STEPS = 200
CACHES = ((8, 12, 1), (8, 12, 5), (1_000, 1_250, 1))
"""Ids kept, ids at which it is trimmed, rounds: so that pages end in the cache, at its end and beyond it."""
ONCE = (ONCE_WITHIN, timedelta(seconds=1))
"""As it is, and a few steps."""


@settings(
    max_examples=4,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(chance=st.randoms(note_method_calls=False), cache=st.sampled_from(CACHES), once_within=st.sampled_from(ONCE))
async def test_a_home_timeline_is_what_belongs_in_it(
    shared_runtime: Runtime,
    without_redis: Redis,
    chance: random.Random,
    cache: tuple[int, int, int],
    once_within: timedelta,
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        for (module, name), value in zip(
            ((timelines, "KEPT"), (timelines, "TRIM_AT"), (filled_pages, "MAX_ROUNDS")), cache, strict=True
        ):
            patched.setattr(module, name, value)
        patched.setattr(fan_out, "CHUNK", 1)
        patched.setattr(retweets, "ONCE_WITHIN", once_within)
        world = await peopled(World, shared_runtime, without_redis, chance, once_within=once_within)
        await world.meet()
        done: list[str] = []
        try:
            for _ in range(STEPS):
                done.append(await world.step())
                await world.everybody_sees_what_they_must()
        except Exception as error:
            error.add_note(f"after {len(done)} steps with {cache}, {once_within}: {', '.join(done[-30:])}")
            raise
