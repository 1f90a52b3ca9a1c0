"""What a client gives. graphql-core's categories: variables, oneof."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.marks import SETWISE
from tests.execution.differential import Both


class Refusing(str):
    __slots__ = ()


def parse_refusing(value: object) -> Refusing:
    if value == "refused":
        raise ValueError("refused by the scalar")
    return Refusing(str(value).upper())


@strawberry.enum
class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


@strawberry.input
class Point:
    x: int
    y: int = 5
    size: Size | None = None
    tags: list[str | None] | None = strawberry.UNSET
    inner: Point | None = None


@strawberry.input(one_of=True)
class Either:
    left: strawberry.Maybe[int]
    right: strawberry.Maybe[str]


def shown(**arguments: Any) -> str:
    return repr(arguments)


def _told(given: dict[str, Any]) -> str:
    return repr(sorted(given.items()))


Renamed = Annotated[int | None, strawberry.argument(name="otherName")]


@strawberry.type
class Query:
    @strawberry.field
    def scalars(
        self, number: int | None = 3, text: str | None = None, flag: bool = True, ratio: float | None = strawberry.UNSET
    ) -> str | None:
        return shown(number=number, text=text, flag=flag, ratio=ratio)

    @strawberry.field
    def required(self, number: int, ids: list[strawberry.ID]) -> str | None:
        return shown(number=number, ids=ids)

    @strawberry.field
    def point(self, point: Point | None = None, points: list[Point] | None = None) -> str | None:
        return shown(point=point, points=points)

    @strawberry.field
    def sized(self, size: Size = Size.LARGE, sizes: list[Size | None] | None = None) -> str | None:
        return shown(size=size, sizes=sizes)

    @strawberry.field
    def refusing(self, value: Refusing | None = None, renamed: Renamed = 4) -> str | None:
        return shown(value=value, renamed=renamed)

    @strawberry.field
    async def nested(self, lists: list[list[int] | None] | None = None) -> str | None:
        return shown(lists=lists)

    @strawberry.field
    def either(self, either: Either) -> str | None:
        return shown(either=either)

    @strawberry.field
    def selves(self) -> list[Query]:
        return [Query(), Query()]

    @strawberry.field
    def remembered(self, tags: list[str] = ["a"]) -> list[str]:  # noqa: B006 - whether the default is changed
        tags.append("b")
        return tags


async def of_all(parents: list[Any], context: object, **given: Any) -> list[str]:
    return [_told(given)] * len(parents)


def _setwise(number: int = 1, point: Point | None = None, sizes: list[Size] | None = None, renamed: Renamed = 4) -> str:
    return _told(locals())


Query.__strawberry_definition__.fields.append(  # type: ignore[attr-defined]
    strawberry.field(resolver=_setwise, name="setwise", metadata={SETWISE: of_all})
)
schema = strawberry.Schema(
    Query,
    config=StrawberryConfig(
        scalar_map={Refusing: strawberry.scalar(name="Refusing", serialize=str, parse_value=parse_refusing)}
    ),
)

Variables = dict[str, Any]


def each(source: str, *variables: Variables) -> list[tuple[str, Variables]]:
    return [(source, given) for given in variables]


CASES: list[tuple[str, Variables]] = [
    ("{ scalars }", {}),
    ('{ scalars(number: null, text: "a", flag: false, ratio: 2) a: scalars(number: 7) }', {}),
    ('{ selves { selves { scalars(number: 1) required(number: 2, ids: [1, "b"]) } } }', {}),
    ("{ required(number: 1, ids: 4) point(point: {x: 1}, points: {x: 2, y: 3}) }", {}),
    ('{ point(point: {x: 1, size: SMALL, tags: ["a", null], inner: {x: 2, inner: {x: 3}}}) }', {}),
    ("{ sized a: sized(size: SMALL, sizes: [LARGE, null]) nested(lists: [[1], null, 2]) }", {}),
    ('{ refusing(value: "a") a: refusing(otherName: 9) selves { refusing(value: null) scalars } }', {}),
    ("{ either(either: {left: 1}) }", {}),
    ("{ remembered a: remembered selves { remembered } }", {}),
    ("{ setwise a: setwise(number: 2, point: {x: 1}, sizes: [SMALL]) selves { setwise(otherName: 1) } }", {}),
    *each(
        "query ($n: Int, $t: String, $f: Boolean = false) { scalars(number: $n, text: $t, flag: $f) }",
        {},
        {"n": 1},
        {"n": None, "t": None},
        {"f": True, "unknown": 1},
        {"f": None},
        {"n": "1"},
        {"n": 2**40},
    ),
    *each(
        "query ($n: Int!, $ids: [ID!]!) { selves { required(number: $n, ids: $ids) } }",
        {},
        {"n": 1, "ids": ["a"]},
        {"n": 1, "ids": "a"},
        {"n": None, "ids": []},
        {"n": 1, "ids": [None]},
    ),
    *each(
        "query ($n: Int = 1) { selves { required(number: $n, ids: [7]) scalars setwise(number: $n) } }",
        {},
        {"n": 2},
        {"n": None},
    ),
    *each(
        "query ($p: Point, $x: Int = 9) { point(point: $p, points: [{x: $x, y: $x}]) setwise(point: $p) }",
        {},
        {"p": None},
        {"p": {"x": 1}},
        {"p": {"x": 1, "y": None}},
        {"p": {"x": 1, "tags": None, "size": "SMALL", "inner": {"x": 3}}},
        {"p": {"y": 1}},
        {"p": {"x": 1, "z": 2}},
        {"p": {"x": 1, "size": "HUGE"}},
        {"p": []},
        {"x": None},
    ),
    *each(
        "query ($s: Size, $ss: [Size!]) { sized(size: $s, sizes: $ss) setwise(sizes: $ss) }",
        {"s": "SMALL"},
        {"s": "s"},
        {"ss": ["LARGE"]},
        {"ss": "LARGE"},
        {"ss": None},
    ),
    *each(
        "query ($r: Refusing, $o: Int) { refusing(value: $r, otherName: $o) }",
        {},
        {"r": "a"},
        {"r": "refused"},
        {"o": None},
        {"r": 5, "o": 6},
    ),
    *each(
        "query ($e: Either!, $l: Int!) { either(either: $e) b: either(either: {left: $l}) }",
        {"e": {"left": 1}, "l": 1},
        {"e": {}, "l": 1},
        {"e": {"left": 1, "right": "a"}, "l": 2},
    ),
]


@pytest.mark.parametrize(("source", "variables"), CASES)
async def test_arguments(source: str, variables: dict[str, Any]) -> None:
    both = Both(schema)
    await both.agree(source, variables)


async def test_arguments_of_one_request_do_not_stay_for_the_next() -> None:
    both = Both(schema)
    for number in (1, 2, None):
        answer = await both.agree("query ($n: Int) { scalars(number: $n) }", {"n": number})
        assert f"'number': {number}" in answer.data["scalars"]
