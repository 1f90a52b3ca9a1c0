"""Set-wise resolvers: one call for all parents of a level."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader

from execution.engine import Engine
from execution.limits import Limits
from execution.marks import SETWISE


@dataclass
class Context:
    calls: list[tuple[str, list[int], dict[str, Any]]] = field(default_factory=list)
    batches: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        async def squares(numbers: list[int]) -> list[int]:
            self.batches.append(numbers)
            return [number**2 for number in numbers]

        self.square_of: DataLoader[int, int] = DataLoader(squares)


@dataclass
class Row:
    number: int


async def children(parents: list[Row], context: Context, first: int = 2) -> list[list[Row]]:
    context.calls.append(("children", [parent.number for parent in parents], {"first": first}))
    await asyncio.sleep(0)
    return [[Row(parent.number * 10 + index) for index in range(first)] for parent in parents]


async def names(parents: list[Row], context: Context) -> list[str | Exception]:
    context.calls.append(("names", [parent.number for parent in parents], {}))
    return [ValueError("eleven has no name") if parent.number == 11 else f"row {parent.number}" for parent in parents]


async def outage(parents: list[Row], context: Context) -> list[str]:
    raise ConnectionError("nothing answers")


async def too_few(parents: list[Row], context: Context) -> list[str]:
    return ["one"]


async def no_list(parents: list[Row], context: Context) -> None:
    return None


async def squares(parents: list[Row], context: Context) -> list[int]:
    return await context.square_of.load_many([parent.number for parent in parents])


def setwise(resolver: Any, **arguments: Any) -> Any:
    def alone() -> Any:
        raise AssertionError("called for one parent")

    def alone_first(first: int = 2) -> Any:
        raise AssertionError("called for one parent")

    return strawberry.field(resolver=alone_first if arguments else alone, metadata={SETWISE: resolver})


@strawberry.type
class Node:
    number: int
    name: str | None = setwise(names)
    must_name: str = setwise(names)
    square: int = setwise(squares)
    outage: str | None = setwise(outage)
    too_few: str | None = setwise(too_few)
    no_list: str | None = setwise(no_list)
    children: list[Node] = setwise(children, first=2)

    @strawberry.field
    async def loaded(self, info: strawberry.Info[Context]) -> int:
        return await info.context.square_of.load(self.number)

    @strawberry.field
    def loading(self, info: strawberry.Info[Context]) -> int:
        return info.context.square_of.load(self.number)  # type: ignore[return-value]


@strawberry.type
class Query:
    @strawberry.field
    def node(self, number: int = 1) -> Node:
        return Row(number)  # type: ignore[return-value]

    @strawberry.field
    def none(self) -> list[Node]:
        return []


schema = strawberry.Schema(Query)


async def answer(source: str) -> tuple[Any, list[Any], Context]:
    engine, context = Engine(schema, Limits(), introspection=True), Context()
    result = await engine.execute(engine.prepared(source, None), None, context)
    assert engine.fallbacks == 0
    return result.data, [(error.message, error.path) for error in result.errors or []], context


async def test_all_parents_of_a_level_share_a_call() -> None:
    data, errors, context = await answer(
        "{ node { children { number children(first: 1) { number name } } } none { name } }"
    )
    assert data == {
        "node": {
            "children": [
                {"number": 10, "children": [{"number": 100, "name": "row 100"}]},
                {"number": 11, "children": [{"number": 110, "name": "row 110"}]},
            ]
        },
        "none": [],
    }
    assert errors == []
    assert context.calls == [
        ("children", [1], {"first": 2}),
        ("children", [10, 11], {"first": 1}),
        ("names", [100, 110], {}),
    ]


async def test_places_of_a_level_that_ask_the_same_share_a_call() -> None:
    _data, _errors, context = await answer(
        "{ a: node { children { name } x: children(first: 1) { name } } b: node(number: 2) { children { n: name } } }"
    )
    assert context.calls == [
        ("children", [1, 2], {"first": 2}),
        ("children", [1], {"first": 1}),
        ("names", [10, 11, 20, 21, 10], {}),
    ]


async def test_a_value_that_is_an_error_is_its_parents_own() -> None:
    data, errors, _context = await answer("{ node { children { name } } }")
    assert data == {"node": {"children": [{"name": "row 10"}, {"name": None}]}}
    assert errors == [("eleven has no name", ["node", "children", 1, "name"])]
    assert (await answer("{ node { children { mustName } } }"))[:2] == (
        None,
        [("eleven has no name", ["node", "children", 1, "mustName"])],
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("outage", "nothing answers"),
        ("noList", "'NoneType' object is not iterable"),
        ("tooFew", "A set-wise resolver was given 2 parents and returned 1 values."),
    ],
)
async def test_a_call_that_fails_is_every_parents_error(name: str, message: str) -> None:
    data, errors, _context = await answer(f"{{ node {{ children {{ {name} number }} }} }}")
    assert data == {"node": {"children": [{name: None, "number": 10}, {name: None, "number": 11}]}}
    assert errors == [(message, ["node", "children", index, name]) for index in (0, 1)]


async def test_loads_of_all_kinds_of_resolvers_meet_in_one_batch() -> None:
    _data, errors, context = await answer(
        "{ a: node { children { square loaded children { loaded } } } b: node(number: 2) { children { loading } } }"
    )
    assert errors == []
    assert [sorted(batch) for batch in context.batches] == [[10, 11, 20, 21], [100, 101, 110, 111]]
