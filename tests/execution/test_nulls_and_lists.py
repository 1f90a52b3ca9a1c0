"""What may be null, and what a failure takes with it. graphql-core's categories: nonnull, lists, flatten and map of
async iterables, parallel."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import strawberry

from tests.execution.differential import Both

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("abandoned"),
]

BAD = ValueError("bad")


def raised() -> Any:
    raise BAD


async def raised_later() -> Any:
    await asyncio.sleep(0)
    raise BAD


class Endless:
    """Has every attribute, all of them of its kind; its leaves are null, or fail."""

    def __init__(self, outcome: Callable[[], Any]) -> None:
        self._outcome = outcome

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name.endswith("leaf"):
            return self._outcome()
        return [Endless(self._outcome), Endless(self._outcome)] if name.endswith("list") else Endless(self._outcome)


@strawberry.type
class Nest:
    good: str = strawberry.field(resolver=lambda: "good")
    may_leaf: str | None
    must_leaf: str
    may: Nest | None
    must: Nest
    may_may_list: list[Nest | None] | None
    may_must_list: list[Nest] | None
    must_may_list: list[Nest | None]
    must_must_list: list[Nest]


@strawberry.type
class Query:
    nest: Nest | None
    must_nest: Nest


nests = strawberry.Schema(Query)
WAYS = ["may", "must", "mayMayList", "mayMustList", "mustMayList", "mustMustList"]


class Root:
    def __init__(self, outcome: Callable[[], Any]) -> None:
        self.nest = self.must_nest = Endless(outcome)


@pytest.mark.parametrize(
    "outcome", [lambda: None, lambda: BAD, raised, raised_later], ids=["null", "returned", "raised", "later"]
)
async def test_a_failure_takes_what_may_not_be_null_with_it(outcome: Callable[[], Any]) -> None:
    both = Both(nests)
    for depth in range(3):
        for ways in itertools.product(WAYS, repeat=depth):
            for leaf in ("mayLeaf", "mustLeaf"):
                inner = f"good {leaf} other: {leaf}"
                for way in reversed(ways):
                    inner = f"good {way} {{ {inner} }} mayLeaf"
                for root in ("nest", "mustNest"):
                    await both.agree(
                        f"{{ {root} {{ {inner} }} __typename }}",
                        root=Root(outcome),
                        exactly=outcome is not raised_later,
                    )


def broken_off() -> Iterator[Any]:
    yield 1
    raise BAD


async def entries(*values: Any) -> AsyncIterator[Any]:
    for value in values:
        await asyncio.sleep(0)
        if isinstance(value, ValueError):
            raise value
        yield value


class Stream:
    """Iterated once, without `aclose`."""

    def __init__(self) -> None:
        self._left = 3

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> int:
        self._left -= 1
        if not self._left:
            raise StopAsyncIteration
        return self._left


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


LISTS: dict[str, Callable[[], Any]] = {
    "list": lambda: [1, 2],
    "tuple": lambda: (1, 2),
    "set": lambda: {1},
    "range": lambda: range(3),
    "generator": lambda: (number for number in (1, 2)),
    "empty": list,
    "null": lambda: None,
    "null within": lambda: [1, None, 2],
    "error within": lambda: [1, BAD, 2],
    "not serializable": lambda: [1, "x", 2],
    "text": lambda: "12",
    "dict": lambda: {1: 2},
    "number": lambda: 7,
    "broken off": broken_off,
    "raised": raised,
    "later": lambda: later([1, 2]),
    "null later": lambda: later(None),
    "each later": lambda: [later(1), later(2)],
    "some later": lambda: [1, later(None), 2, later(BAD)],
    "failing later": lambda: [1, raised_later()],
    "async generator": lambda: entries(1, 2),
    "async generator with null": lambda: entries(1, None, 2),
    "async generator that fails": lambda: entries(1, BAD, 2),
    "async generator of null that fails": lambda: entries(None, BAD),
    "async generator of awaitables": lambda: entries(1, later(2)),
    "async iterator": Stream,
    "later an async generator": lambda: later(entries(1, 2)),
    "lists": lambda: [[1], [2, 3], []],
    "lists with null": lambda: [[1, None], None, (4,)],
    "lists of faults": lambda: [[1, BAD], BAD, 7, [later(5)], entries(1), [None]],
}


@strawberry.type
class Listed:
    may_may: list[int | None] | None
    may_must: list[int] | None
    must_may: list[int | None]
    must_must: list[int]
    may_nested: list[list[int | None] | None] | None
    must_nested: list[list[int]]
    nested_must: list[list[int] | None]


@strawberry.type
class Lists:
    one: Listed | None
    many: list[Listed | None] | None


lists = strawberry.Schema(Lists)


class Values:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "one":
            return Values(self._make)
        return [Values(self._make), None, Values(self._make)] if name == "many" else self._make()


@pytest.mark.parametrize("make", LISTS.values(), ids=LISTS)
async def test_lists(make: Callable[[], Any]) -> None:
    both = Both(lists)
    for field in ("mayMay", "mayMust", "mustMay", "mustMust", "mayNested", "mustNested", "nestedMust"):
        await both.agree(f"{{ one {{ {field} }} __typename }}", root=Values(make), exactly=False)
        await both.agree(f"{{ many {{ {field} }} }}", root=Values(make), exactly=False)


async def test_the_first_failure_is_told_and_those_beneath_it_are_not() -> None:
    source = "{ nest { a: mayLeaf may { mayLeaf mustLeaf b: mayLeaf } c: mayLeaf } }"
    answer = await Both(nests).agree(source, root=Root(raised))
    assert answer.data == {"nest": {"a": None, "may": None, "c": None}}
    assert [error.path for error in answer.errors] == [
        ["nest", "a"],
        ["nest", "may", "mayLeaf"],
        ["nest", "may", "mustLeaf"],
        ["nest", "c"],
    ]


async def test_what_was_given_before_a_list_broke_off_is_told_first() -> None:
    answer = await Both(lists).agree("{ one { mayMay } }", root=Values(lambda: entries(BAD)))
    assert [(error.message, error.path) for error in answer.errors] == [("bad", ["one", "mayMay"])]
