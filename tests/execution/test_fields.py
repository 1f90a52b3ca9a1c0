"""Where values come from. graphql-core's categories: executor, resolve, sync, parallel, schema (introspection)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, get_introspection_query

from execution.engine import Engine
from execution.limits import Limits
from tests.execution.differential import Both


class Refused(Exception):
    def __init__(self) -> None:
        super().__init__("refused")
        self.extensions = {"code": "REFUSED"}


@dataclass
class Row:
    number: int
    parts: Any = None

    @property
    def broken(self) -> str:
        raise KeyError("no such column")


@strawberry.type
class Part:
    number: int
    parts: list[Part] | None
    absent: str | None
    broken: str | None

    @strawberry.field
    def of_self(self) -> int:
        return self.number * 2

    @strawberry.field
    def of_root(root: Any) -> int:  # noqa: N805
        return int(root.number) * 3

    @strawberry.field
    def of_parent(self, parent: strawberry.Parent[Any]) -> int:
        return int(parent.number) * 4

    @strawberry.field
    def place(self, info: strawberry.Info) -> str:
        return f"{info.path.as_list()} {info.field_name} {info.path.typename} {info.root_value} {info.variable_values}"

    @strawberry.field
    def asked(self, info: strawberry.Info) -> str:
        return str(info.selected_fields)

    @strawberry.field
    async def later(self) -> int:
        await asyncio.sleep(0)
        return self.number

    @strawberry.field
    def later_by_a_plain_function(self) -> int:
        return asyncio.sleep(0, self.number)  # type: ignore[return-value]

    @strawberry.field
    async def refused_later(self) -> str | None:
        await asyncio.sleep(0)
        raise Refused

    @strawberry.field
    def refused(self) -> str | None:
        raise Refused

    @strawberry.field
    def returned(self) -> str | None:
        return Refused()  # type: ignore[return-value]

    @strawberry.field
    def located(self) -> str | None:
        raise GraphQLError("located by itself", path=["somewhere", "else"], extensions={"code": 1})


@strawberry.type
class Query:
    @strawberry.field
    def part(self, number: int = 1) -> Part | None:
        return Row(number, [Row(2), Row(3, [Row(4)])])  # type: ignore[return-value]

    @strawberry.field
    async def part_later(self) -> Part | None:
        await asyncio.sleep(0)
        return Row(9, (Row(2),))  # type: ignore[return-value]

    @strawberry.field
    def nothing(self) -> Part | None:
        return None

    @strawberry.field
    def from_root(self) -> str:
        return str(self)


schema = strawberry.Schema(Query)

ALL = """
number absent broken ofSelf ofRoot ofParent place asked later laterByAPlainFunction
refused refusedLater returned located
"""


@pytest.mark.parametrize(
    "source",
    [
        "{ fromRoot __typename }",
        f"{{ part {{ {ALL} }} }}",
        f"{{ part {{ parts {{ {ALL} parts {{ {ALL} }} }} }} partLater {{ {ALL} parts {{ {ALL} }} }} }}",
        "{ nothing { number } }",
        "query ($n: Int) { a: part(number: $n) { place } b: part { place parts { p: place } } }",
        "{ part { number number n: number parts { number } parts { ofSelf parts { number } } } }",
        "{ part { laterByAPlainFunction later ofSelf } partLater { later } }",
    ],
)
async def test_every_kind_of_resolver(source: str) -> None:
    await Both(schema).agree(source, {"n": 5} if "$n" in source else None, root="the root")


async def test_introspection() -> None:
    answer = await Both(schema).agree(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert answer.errors == []
    await Both(schema).agree('{ __type(name: "Part") { fields { name type { kind ofType { name } } } } }')


async def test_what_is_missing_of_a_record_is_an_error_of_its_field() -> None:
    answer = await Both(schema).agree("{ part { number absent broken } }")
    assert answer.data == {"part": {"number": 1, "absent": None, "broken": None}}
    assert [(error.message, error.path) for error in answer.errors] == [
        ("'Row' object has no attribute 'absent'", ["part", "absent"]),
        ("'no such column'", ["part", "broken"]),
    ]


async def test_an_error_keeps_its_cause() -> None:
    engine = Engine(schema, Limits(), introspection=True)
    result = await engine.execute(engine.prepared("{ part { refused refusedLater returned } }", None), None, None)
    assert [type(error.original_error) for error in result.errors or []] == [Refused] * 3


async def test_siblings_run_side_by_side() -> None:
    started: list[str] = []
    everyone = asyncio.Event()

    @strawberry.type
    class Meeting:
        @strawberry.field
        async def meets(self, name: str) -> str:
            started.append(name)
            if len(started) == 4:
                everyone.set()
            await everyone.wait()
            return name

        @strawberry.field
        def inner(self) -> list[Meeting]:
            return [Meeting(), Meeting()]

    Meeting.__module__ = __name__
    globals()["Meeting"] = Meeting
    engine = Engine(strawberry.Schema(Meeting), Limits(), introspection=True)
    source = '{ a: meets(name: "a") inner { meets(name: "c") } b: meets(name: "b") }'
    async with asyncio.timeout(5):
        result = await engine.execute(engine.prepared(source, None), None, None)
    assert result.data == {"a": "a", "inner": [{"meets": "c"}, {"meets": "c"}], "b": "b"}
    assert sorted(started) == ["a", "b", "c", "c"]


async def test_who_gives_up_waiting_ends_what_was_begun() -> None:
    both_began = asyncio.Barrier(3)
    ended: list[str] = []

    @strawberry.type
    class Endless:
        @strawberry.field
        async def never(self, name: str) -> str:
            await both_began.wait()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append(name)
            return name

    engine = Engine(strawberry.Schema(Endless), Limits(), introspection=True)
    operation = engine.prepared('{ a: never(name: "a") b: never(name: "b") }', None)
    running = asyncio.create_task(engine.execute(operation, None, None))
    await both_began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sorted(ended) == ["a", "b"]
