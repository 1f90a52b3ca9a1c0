"""What is asked. graphql-core's categories: directives, collect_fields; fragments, aliases, merging."""

from __future__ import annotations

import gc
import itertools
import weakref
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, parse

from execution import plan
from execution.breadth_first import BreadthFirst
from execution.engine import CACHED_CHARACTERS, DOCUMENT_CHARACTERS, Engine, Operation
from execution.limits import Limits
from execution.plan import MAX_VARIANTS
from tests.execution.differential import Both


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Leaf(Node):
    text: str


@strawberry.type
class Branch(Node):
    name: str
    nodes: list[Node]

    @strawberry.field
    def one(self, number: int = 0) -> Node:
        return self.nodes[number]


def tree(depth: int) -> Branch:
    inner: list[Node] = [tree(depth - 1), tree(depth - 1)] if depth else []
    return Branch(
        id=strawberry.ID(f"b{depth}"), name=f"branch {depth}", nodes=[Leaf(id=strawberry.ID("l"), text="t"), *inner]
    )


@strawberry.type
class Query:
    @strawberry.field
    def branch(self) -> Branch:
        return tree(2)

    @strawberry.field
    def node(self) -> Node:
        return tree(1)

    @strawberry.field
    def many(self, numbers: list[int]) -> list[int]:
        return numbers


schema = strawberry.Schema(Query, types=[Leaf, Branch])

SOURCES = [
    "{ __typename branch { __typename a: __typename id } }",
    "{ branch { name nodes { id } name nodes { __typename } nodes { id ... on Leaf { text } } } branch { id } }",
    "{ b: branch { name } branch { b: name name } a: branch { id } }",
    """
    { ...Q } fragment Q on Query { branch { ...B nodes { ...N } } node { ...N ...L } } fragment B on Branch { name }
    fragment N on Node { id ...L ... on Branch { ...B nodes { id ... on Node { ... on Leaf { text } } } } }
    fragment L on Leaf { text }
    """,
    """
    { node { ... { id } ... on Branch { name nodes { ... on Branch { name } ...X } } ... on Leaf { text } } }
    fragment X on Leaf { text id }
    """,
    "{ branch { z: one { id } a: one(number: 1) { ... on Branch { one { id } } id } one { ... on Leaf { text } } } }",
    "{ branch { nodes { ... on Branch { x: name } ... on Leaf { x: text } } } }",
]


@pytest.mark.parametrize("source", SOURCES)
async def test_what_is_asked_in_several_places_is_merged(source: str) -> None:
    answer = await Both(schema).agree(source)
    assert answer.errors == []


CONDITIONS = [
    "{ branch { id @DIRECTIVE(if: true) name @DIRECTIVE(if: false) } }",
    """
    { branch { ... @DIRECTIVE(if: true) { id } ... on Branch @DIRECTIVE(if: false) { name }
      ...B @DIRECTIVE(if: true) } }
    fragment B on Branch { nodes { id @DIRECTIVE(if: false) __typename @DIRECTIVE(if: true) } }
    """,
    "{ branch @DIRECTIVE(if: true) { id } node @DIRECTIVE(if: false) { id } }",
    "{ branch { id @skip(if: false) @include(if: true) name @DIRECTIVE(if: true) @DIRECTIVE_(if: true) } }",
]


@pytest.mark.parametrize("source", CONDITIONS)
async def test_conditions(source: str) -> None:
    for directive, other in (("skip", "include"), ("include", "skip")):
        await Both(schema).agree(source.replace("DIRECTIVE_", other).replace("DIRECTIVE", directive))


async def test_conditions_by_variables() -> None:
    both = Both(schema)
    source = """
    query ($a: Boolean!, $b: Boolean! = true, $c: Boolean = false) {
      branch {
        id @skip(if: $a)
        ... @include(if: $b) { name nodes { ...N @skip(if: $c) } }
        nodes @include(if: $a) { id }
      }
    }
    fragment N on Node { __typename ... on Leaf @include(if: $a) { text } }
    """
    for a, b, c in itertools.product([True, False], [True, False, None], [True, False]):
        given = {"a": a, "b": b, "c": c}
        await both.agree(source, {name: value for name, value in given.items() if value is not None})


async def test_a_plan_serves_every_combination_of_its_conditions() -> None:
    """Also when there are more of them than are kept."""
    names = [f"v{number}" for number in range(7)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    asked = " ".join(f"{name}: id @include(if: ${name})" for name in names)
    engine = Engine(schema, Limits(), introspection=True)
    operation = engine.prepared(f"query ({declared}) {{ branch {{ id {asked} }} }}", None)
    combinations = list(itertools.product([True, False], repeat=7))
    assert len(combinations) > MAX_VARIANTS
    for combination in combinations:
        result = await engine.execute(operation, dict(zip(names, combination, strict=True)), None)
        expected = ["id", *(name for name, wanted in zip(names, combination, strict=True) if wanted)]
        assert list(result.data["branch"]) == expected  # type: ignore[index]
    assert engine.fallbacks == 0


async def test_a_condition_without_a_value_is_left_to_the_stock_executor() -> None:
    """Valid, for the variable has a default; but null was given."""
    stock, ours, _again = await Both(schema).answers(
        "query ($a: Boolean = true) { branch { id @skip(if: $a) } }", {"a": None}
    )
    assert ours.told == stock.told != []
    assert ours.data == stock.data


@pytest.mark.parametrize(("name", "variables"), [("B", {"a": [1]}), ("C", {"a": 1}), ("D", {})])
async def test_a_condition_of_another_operation_is_a_variable_like_any_other(
    name: str, variables: dict[str, Any]
) -> None:
    engine = Engine(schema, Limits(), introspection=True)
    source = """
        query A($a: Boolean!) { branch { id @skip(if: $a) } }
        query B($a: [Int!]!) { many(numbers: $a) }
        query C($a: Int!) { many(numbers: [$a]) }
        query D { many(numbers: [1]) }
    """
    result = await engine.execute(engine.prepared(source, name), variables, None)
    assert result == ExecutionResult({"many": [1]}, None)
    assert engine.fallbacks == 0


def test_plans_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MAX_PLANNED_FIELDS", 3)
    ours = BreadthFirst(schema)

    def planned(source: str) -> tuple[Any, Any]:
        executor = schema.execution_context_class.build(schema._schema, parse(source))
        plans = ours.plans(parse(source))
        return plans, executor

    few, executor = planned("{ branch { id } }")
    first = few.plan(executor)
    assert few.plan(executor) is first
    many, its_executor = planned("{ a: branch { id } b: branch { id } c: branch { id } }")
    gone = weakref.ref(first)
    del first
    assert many.plan(its_executor) is not None
    gc.collect()
    assert gone() is None, "also where nobody asks again"
    assert few.plan(executor) is few.plan(executor)


def test_plans_are_made_for_documents_and_shared_by_requests() -> None:
    engine = Engine(schema, Limits(), introspection=True)
    source = "query A { branch { id } } query B { branch { name } }"
    assert engine.prepared(source, "A") is engine.prepared(source, "A")
    assert engine.prepared(source, "A").plans is not engine.prepared(source, "B").plans
    executor = schema.execution_context_class.build(schema._schema, parse(source), operation_name="B")
    plans = BreadthFirst(schema).plans(parse(source))
    assert plans.plan(executor) is plans.plan(executor)  # type: ignore[arg-type]


def test_documents_are_kept_by_their_size_and_by_when_they_came_last() -> None:
    engine = Engine(schema, Limits(), introspection=True)

    def prepared(name: str) -> Operation:
        return engine.prepared(f"query {name} {{ __typename }}".ljust(5_000), None)

    many = CACHED_CHARACTERS // (5_000 + DOCUMENT_CHARACTERS)
    first, second, *others = [prepared(f"N{number}") for number in range(many)]
    assert prepared("N0") is first
    prepared("another")
    assert [prepared("N0"), *(prepared(f"N{number}") for number in range(2, many))] == [first, *others]
    assert prepared("N1") is not second
