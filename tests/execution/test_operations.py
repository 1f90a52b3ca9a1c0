"""Mutations, subscriptions, and what is left to the stock executor. graphql-core's categories: mutations, subscribe,
defer, stream, customize, middleware, execution_result."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, parse
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import FieldExtension, SchemaExtension
from strawberry.permission import BasePermission
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.breadth_first import BreadthFirst
from execution.engine import Engine, RequestError
from execution.limits import Limits
from tests.execution.differential import Both


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []


@strawberry.type
class Written:
    name: str

    @strawberry.field
    async def read(self, info: strawberry.Info[Log]) -> str:
        await asyncio.sleep(0)
        info.context.lines.append(f"read {self.name}")
        return self.name

    @strawberry.field
    async def fails(self, info: strawberry.Info[Log]) -> str:
        await asyncio.sleep(0)
        info.context.lines.append(f"failed {self.name}")
        raise ValueError(f"failed {self.name}")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: strawberry.Info[Log], name: str) -> Written:
        info.context.lines.append(f"write {name}")
        await asyncio.sleep(0)
        return Written(name=name)

    @strawberry.mutation
    def write_at_once(self, info: strawberry.Info[Log], name: str) -> Written | None:
        info.context.lines.append(f"write {name}")
        return Written(name=name)


class Loud(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs).upper()


class Nobody(BasePermission):
    message = "nobody may"

    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:  # noqa: ARG002
        return False


@strawberry.type
class Query:
    name: str = "ann"

    loud: str = strawberry.field(resolver=lambda: "ann", extensions=[Loud()])
    secret: str | None = strawberry.field(resolver=lambda: "secret", permission_classes=[Nobody])
    quiet: str | None = strawberry.field(default=None, permission_classes=[Nobody])


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def counting(self, info: strawberry.Info[Log], to: int = 3) -> AsyncIterator[int]:
        try:
            for number in range(to):
                yield number
        finally:
            info.context.lines.append("closed")

    @strawberry.subscription
    async def writing(self) -> AsyncIterator[Written | None]:
        yield Written(name="a")
        yield None
        yield Written(name="b")
        raise ValueError("broke off")


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def shouted(value: DirectiveValue[str]) -> str:
    return value.upper()


schema = strawberry.Schema(Query, Mutation, Subscription, directives=[shouted])


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (
            'mutation { a: write(name: "a") { read } b: writeAtOnce(name: "b") { read } c: write(name: "c") { name } }',
            ["write a", "read a", "write b", "read b", "write c"],
        ),
        (
            'mutation { a: writeAtOnce(name: "a") { fails } b: write(name: "b") { read } }',
            ["write a", "failed a", "write b", "read b"],
        ),
        (
            'mutation { a: write(name: "a") { read } b: write(name: "b") { fails } c: write(name: "c") { read } }',
            ["write a", "read a", "write b", "failed b"],
        ),
        (
            'mutation { __typename a: writeAtOnce(name: "a") { name } a: writeAtOnce(name: "a") { n: name } }',
            ["write a"],
        ),
    ],
)
async def test_mutations_run_one_after_another(source: str, lines: list[str]) -> None:
    log = Log()
    await Both(schema, lambda: log).agree(source)
    assert log.lines == lines * 3


async def events(engine: Engine, source: str, log: Log, *, first: int = 10) -> list[tuple[Any, list[Any]]]:
    stream = await engine.subscribe(engine.prepared(source, None), None, log)
    found: list[tuple[Any, list[Any]]] = []
    try:
        async for result in stream:
            found.append((result.data, [error.formatted for error in result.errors or []]))
            if len(found) == first:
                break
    except ValueError as error:
        found.append((str(error), []))
    finally:
        await stream.aclose()
    return found


@pytest.mark.parametrize(
    "source",
    [
        "subscription { counting }",
        "subscription { c: counting(to: 2) }",
        "subscription { counting(to: 0) }",
        "subscription { writing { name read __typename } }",
        "subscription { writing { fails } }",
    ],
)
async def test_subscriptions(source: str) -> None:
    ours, stock = (Engine(schema, Limits(), introspection=True, breadth_first=which) for which in (True, False))
    assert await events(ours, source, Log()) == await events(stock, source, Log())
    assert ours.fallbacks == 0


async def test_a_subscription_that_is_left_is_closed() -> None:
    log, engine = Log(), Engine(schema, Limits(), introspection=True)
    assert await events(engine, "subscription { counting }", log, first=1) == [({"counting": 0}, [])]
    assert log.lines == ["closed"]


@pytest.mark.parametrize("breadth_first", [True, False])
async def test_a_subscription_that_cannot_begin(breadth_first: bool) -> None:
    engine = Engine(schema, Limits(), introspection=True, breadth_first=breadth_first)
    operation = engine.prepared("subscription ($n: Int!) { counting(to: $n) }", None)
    with pytest.raises(RequestError, match="non-null type"):
        await engine.subscribe(operation, {}, Log())


async def test_extensions_and_permissions_hold() -> None:
    answer = await Both(schema).agree("{ name loud secret quiet }", root=Query())
    assert answer.data == {"name": "ann", "loud": "ANN", "secret": None, "quiet": None}
    assert [error.message for error in answer.errors] == ["nobody may", "nobody may"]


async def test_other_directives_are_left_to_the_stock_executor() -> None:
    both = Both(schema)
    stock, ours, _again = await both.answers("{ name loud @shouted }", root=Query())
    assert (ours.json, ours.told) == (stock.json, stock.told)
    assert both.ours.fallbacks == 2


class Counting(StrawberryGraphQLCoreExecutionContext):
    fields = 0

    def execute_field(self, *args: Any) -> Any:
        Counting.fields += 1
        return super().execute_field(*args)


class Timing(SchemaExtension):
    pass


@pytest.mark.parametrize(
    "other",
    [
        strawberry.Schema(Query, execution_context_class=Counting),
        strawberry.Schema(Query, extensions=[Timing]),
    ],
)
async def test_schemas_that_change_how_fields_run_are_left_to_the_stock_executor(other: strawberry.Schema) -> None:
    both = Both(other)
    Counting.fields = 0
    stock, ours, _again = await both.answers("{ name loud }", root=Query())
    assert (ours.json, both.ours.fallbacks) == (stock.json, 2)
    assert Counting.fields in {0, 6}


async def test_an_operation_that_the_schema_has_not_is_the_stock_executors_error() -> None:
    bare = strawberry.Schema(Query)
    document = parse("mutation { write }")
    ours = BreadthFirst(bare)
    executor = bare.execution_context_class.build(bare._schema, document)
    assert not isinstance(executor, list)
    result = ours.run(ours.plans(document), executor)
    assert result.data is None
    assert result.errors == [
        GraphQLError("Schema is not configured to execute mutation operation.", document.definitions[0])
    ]
