"""Whatever is asked of whatever schema, both executors answer the same."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from graphql import parse, validate
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.execution import toys
from tests.execution.differential import Both
from tests.execution.documents import BUILT_IN, Documents

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("abandoned"),
]

AT_ONCE = ("attr", "sync", "parent", "info")
FAULTS = st.sampled_from([0.0, 0.05, 0.2])
RANDOM = st.randoms(use_true_random=False)
SEEDS = st.integers(0, 1_000_000)


async def agree(random: Random, world: toys.World, *, exactly: bool) -> None:
    documents = Documents(
        toys.schema._schema,
        random,
        BUILT_IN,
        allowed=lambda name: world.is_async or name.startswith(AT_ONCE),
    )
    source = documents.operation()
    assume(not validate(toys.schema._schema, parse(source), max_errors=1))
    both = Both(toys.schema, lambda: world)
    await both.agree(source, documents.variables, root=toys.CatRecord(world, 0), exactly=exactly)


@given(random=RANDOM, seed=SEEDS, faults=FAULTS)
@settings(max_examples=300, deadline=None)
def test_resolvers_that_answer_at_once(random: Random, seed: int, faults: float) -> None:
    asyncio.run(agree(random, toys.World(seed, faults, is_async=False), exactly=True))


@given(random=RANDOM, seed=SEEDS, faults=FAULTS)
@settings(max_examples=300, deadline=None)
def test_resolvers_of_every_kind(random: Random, seed: int, faults: float) -> None:
    asyncio.run(agree(random, toys.World(seed, faults, is_async=True), exactly=False))
