"""Chirp's own schema over real data: whatever is asked, both executors answer the same, and ours sends no more
statements."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import orjson
from fastapi import FastAPI
from graphql import parse, validate

from domain.records import ClientAddress, Viewer
from execution.engine import Engine
from execution.limits import Limits
from resolvers.context import Context
from schema import schema
from services import sessions
from services.runtime import Runtime
from tests.api.visibility_world import World
from tests.client import Api
from tests.execution.differential import Answer
from tests.execution.documents import BUILT_IN, Documents, Scalar
from tests.queue import Queue

DOCUMENTS = 150
UNLIMITED = Limits(
    depth=10**6,
    aliases=10**6,
    tokens=10**6,
    root_fields=10**6,
    directives=10**6,
    merging=10**6,
    cost=10**9,
    characters=10**6,
)


def stands_still(name: str) -> bool:
    """Where the live events are moves with every transaction, also those of nobody's request."""
    return name != "liveCursor"


class Stopped:
    """A clock that stands still, so that a moment in an answer is the same moment in the other."""

    def __init__(self, runtime: Runtime) -> None:
        self._now_ms = runtime.clock.now_ms()

    def now_ms(self) -> int:
        return self._now_ms


def scalars(world: World) -> dict[str, Scalar]:
    ids = [*world.ids.values(), "nonsense", ""]
    texts = ["ann", "bob", "brew", "teapot", "l", "", "x" * 300]

    def one_of(choices: list[str]) -> Scalar:
        return lambda random: (lambda text: (orjson.dumps(text).decode(), text))(random.choice(choices))

    return {
        **BUILT_IN,
        "ID": one_of(ids),
        "String": one_of(texts),
        "Cursor": one_of(["", "nonsense"]),
        "Snowflake": one_of(["1", str(world.ann.raw_id)]),
        "DateTime": one_of(["2026-11-21T09:30:00Z"]),
    }


async def test_generated_documents(
    api: Api, app: FastAPI, runtime: Runtime, queue: Queue, statements: list[str]
) -> None:
    world = World(api, runtime, queue, "follower")
    await world.built()
    stopped = replace(runtime, clock=Stopped(runtime))
    ann = await sessions.authenticated(runtime, world.ann.token)
    ours, stock = (
        Engine(schema, UNLIMITED, introspection=True, breadth_first=breadth_first) for breadth_first in (True, False)
    )

    async def answer(
        engine: Engine, source: str, variables: dict[str, Any], viewer: Viewer | None
    ) -> tuple[Answer, int]:
        context = Context(stopped, app.state.live, client=ClientAddress(), viewer=viewer)
        statements.clear()
        result = await engine.execute(engine.prepared(source, None), variables, context)
        return Answer(result.data, result.errors or []), len(statements)

    asked = told = sent_by_stock = sent_by_ours = 0
    for seed in range(DOCUMENTS):
        documents = Documents(schema._schema, Random(seed), scalars(world), stands_still, depth=6, size=30)
        source = documents.operation(only="viewer" if seed % 3 == 0 else None)
        if validate(schema._schema, parse(source), max_errors=1):
            continue
        viewer = None if seed % 5 == 0 else ann
        expected, sent = await answer(stock, source, documents.variables, viewer)
        given, sent_by_us = await answer(ours, source, documents.variables, viewer)
        assert given.json == expected.json, seed
        assert given.nulled_by().keys() == expected.nulled_by().keys(), seed
        asked += 1
        told += len(expected.errors)
        if not expected.errors:
            sent_by_stock += sent
            sent_by_ours += sent_by_us
    assert asked > DOCUMENTS / 2
    assert told
    # Whether loads of two branches meet is also a matter of how long a statement takes.
    assert sent_by_ours <= sent_by_stock * 1.05
    assert ours.fallbacks == 0
