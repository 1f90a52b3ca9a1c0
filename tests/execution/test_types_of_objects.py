"""Which type an object is. graphql-core's categories: abstract, union_interface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import pytest
import strawberry

from execution.marks import decided_by_class
from tests.execution.differential import Both

Held = TypeVar("Held")


@dataclass
class Row:
    """Of the type that `kind` says; has every field."""

    kind: str
    name: str = "row"
    purrs: bool = True
    barks: bool = False
    child: Any = None


class CatRow(Row):
    pass


class Slotted:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def of_kind(kind: str) -> Callable[..., bool]:
    def is_type_of(value: Any, info: Any) -> bool:
        assert info.field_name
        if getattr(value, "kind", None) == "broken":
            raise ValueError("cannot tell")
        return getattr(value, "kind", None) == kind

    return is_type_of


@strawberry.interface
class Named:
    name: str
    child: Named | None = None


@strawberry.type
class Cat(Named):
    purrs: bool
    is_type_of = of_kind("cat")


@strawberry.type
class Dog(Named):
    barks: bool
    is_type_of = of_kind("dog")


@strawberry.type
class Native(Named):
    """Is what it is by being an instance of its class."""

    size: int


@strawberry.type
class Stone:
    name: str
    is_type_of = decided_by_class(lambda value, _info: isinstance(value, Slotted))


@strawberry.type
class Pebble:
    name: str
    is_type_of = decided_by_class(lambda _value, _info: False)


@strawberry.type
class Box(Generic[Held]):
    held: Held


async def told_later(value: Any, info: Any) -> bool:
    await asyncio.sleep(0)
    if value.kind == "broken":
        raise ValueError("cannot tell, later")
    return bool(value.kind == "slow")


@strawberry.interface
class Patient:
    name: str

    @classmethod
    def resolve_type(cls, value: Any, _info: Any, _abstract: Any) -> Any:
        kind = str(getattr(value, "kind", None))
        if kind == "error":
            raise ValueError("no type")
        if kind == "later":
            return asyncio.sleep(0, "Slow")
        return {"slow": "Slow", "fast": "Fast", "broken": "Slow", "number": 7, "cat": "Cat", "unknown": "Nobody"}.get(
            kind
        )


@strawberry.type
class Slow(Patient):
    is_type_of = told_later


@strawberry.type
class Fast(Patient):
    is_type_of = of_kind("fast")


Pet = Annotated[Cat | Dog | Native, strawberry.union("Pet")]
Thing = Annotated[Stone | Pebble, strawberry.union("Thing")]
Boxes = Annotated[Box[int] | Box[str], strawberry.union("Boxes")]


@strawberry.type
class Query:
    named: Named | None
    must_be_named: list[Named]
    nameds: list[Named | None]
    cat: Cat | None
    cats: list[Cat]
    pet: Pet | None
    pets: list[Pet | None]
    thing: Thing | None
    things: list[Thing | None]
    stones: list[Stone | None]
    pebble: Pebble | None
    patients: list[Patient | None]
    slow: Slow | None
    boxes: list[Boxes | None]
    nested: list[list[Pet | None]]


schema = strawberry.Schema(Query, types=[Cat, Dog, Native, Slow, Fast])

FIELDS = """
__typename ... on Named { name child { __typename name } } ... on Cat { purrs } ... on Dog { barks name }
... on Native { size }
"""
ROOT = Row("query")


def root(**fields: Any) -> Any:
    return type("Root", (), fields)()


@pytest.mark.parametrize("kind", ["cat", "dog", "stranger", "broken", "query"])
async def test_objects_that_tell_their_kind(kind: str) -> None:
    both = Both(schema)
    row = CatRow(kind, child=Row("cat"))
    mixed: list[Any] = [
        Row("cat"),
        row,
        None,
        Row("dog", child=row),
        Native(name="n", size=1),
        Slotted("s"),
        "text",
        7,
        {},
    ]
    fields = {"named": row, "cat": row, "pet": row, "nameds": mixed, "pets": mixed, "nested": [mixed, mixed, ()]}
    for field in fields:
        selection = "__typename name purrs" if field == "cat" else FIELDS
        await both.agree(f"{{ {field} {{ {selection} }} }}", root=root(**fields))
    await both.agree("{ mustBeNamed { name } cats { name } }", root=root(must_be_named=mixed, cats=mixed))
    await both.agree("{ cats { name } }", root=root(cats=mixed))
    await both.agree("{ cats { name purrs } }", root=root(cats=[Row("cat"), CatRow("cat")]))


async def test_kinds_that_are_learned_from_the_class() -> None:
    both = Both(schema)
    things = [Slotted("a"), Slotted("b"), None, Native(name="n", size=1), Row("cat")]
    for _ in range(2):
        await both.agree(
            "{ thing { __typename ... on Stone { name } } things { ...S } stones { name } pebble { name } }"
            " fragment S on Stone { name }",
            root=root(thing=things[0], things=things, stones=things, pebble=things[0]),
        )


async def test_what_was_cast_is_what_it_was_cast_to() -> None:
    both = Both(schema)
    pets = [
        strawberry.cast(Cat, Row("dog")),
        strawberry.cast(Dog, Row("dog")),
        Row("cat"),
        strawberry.cast(Box, Row("cat")),
    ]
    await both.agree(f"{{ pets {{ {FIELDS} }} nameds {{ {FIELDS} }} }}", root=root(pets=pets, nameds=pets))


async def test_generic_types() -> None:
    boxes = [Box(held=1), Box(held="a"), None, Box(held=1.5), Row("cat")]
    source = "{ boxes { __typename ... on IntBox { number: held } ... on StrBox { text: held } } }"
    await Both(schema).agree(source, root=root(boxes=boxes))


@pytest.mark.parametrize("kind", ["slow", "fast", "later", "broken", "error", "number", "cat", "unknown", None])
async def test_types_that_are_told_by_the_interface(kind: str | None) -> None:
    both = Both(schema)
    patients = [Row(str(kind)), Row("slow"), Row("fast"), None]
    await both.agree(
        "{ patients { __typename name } slow { name } }", root=root(patients=patients, slow=patients[0]), exactly=False
    )


async def test_messages_name_the_type_and_the_value() -> None:
    answer = await Both(schema).agree(
        "{ cat { name } named { name } }", root=root(cat=Row("dog"), named=Row("stranger"))
    )
    wrong, untold = [error.message for error in answer.errors]
    assert wrong.startswith("Expected value of type 'Cat' but got: ")
    assert untold.startswith("Abstract type 'Named' must resolve to an Object type at runtime for field 'Query.named'.")
