"""A schema in which everything goes wrong that can: every shape of a field, from every source, with faulty values.

Objects are made as they are asked for. What a field of an object holds is decided by a seed, its number and the
field's name, so that both executors meet the same world, however often they ask.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import isawaitable
from random import Random
from typing import Annotated, Any, ClassVar

import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.marks import BROUGHT_BY, OF_PARENT, SETWISE, decided_by_class


class Colour(enum.Enum):
    RED = "r"
    GREEN = "g"


ColourEnum = strawberry.enum(Colour)


class Odd(str):
    """Serialized by a scalar that refuses some values and gives nothing for others."""

    __slots__ = ()


def _odd(value: object) -> object:
    if value == "refused":
        raise ValueError("this value is refused")
    return None if value == "nothing" else f"odd {value}"


class Fault(Exception):
    pass


@dataclass(frozen=True)
class World:
    seed: int
    faults: float
    """How often something is wrong."""
    is_async: bool

    def of(self, number: int, name: str) -> Random:
        return Random(f"{self.seed}/{number}/{name}")


class Record:
    """What the types of the schema stand for; its attributes are faulty values."""

    __slots__ = ("number", "world")

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.number = number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return value_of(self, name)


class CatRecord(Record):
    __slots__ = ()


class DogRecord(Record):
    """The same object whenever the same dog is asked for."""

    __slots__ = ("__weakref__",)
    is_kept: ClassVar[bool] = True


class EggRecord(Record):
    __slots__ = ()


class Stranger(Record):
    """Of no type at all."""

    __slots__ = ()


def value_of(record: Record, name: str) -> Any:
    """Names are `source_wrapper_kind`, the wrapper written as L for a list and N for what may be null."""
    _source, wrapper, kind = name.split("_")
    random = record.world.of(record.number, name)
    if random.random() < record.world.faults / 4:
        raise Fault(f"raised {name} of {record.number}")
    return _value(record, random, wrapper, kind)


def _value(record: Record, random: Random, wrapper: str, kind: str) -> Any:
    faults, chance = record.world.faults, random.random()
    wrapper = wrapper.removeprefix("N")
    if chance < faults / 4:
        return Fault(f"returned {wrapper} {kind} of {record.number}")
    if chance < faults:
        return None
    if wrapper.startswith("L"):
        return _list(record, random, wrapper[1:], kind)
    if record.world.is_async and random.random() < faults / 2:
        return _later(_named(record, random, kind, faults))
    return _named(record, random, kind, faults)


def _list(record: Record, random: Random, wrapper: str, kind: str) -> Any:
    faults = record.world.faults
    if random.random() < faults / 3:
        return random.choice([7, "no list"])
    entries = [_value(record, random, wrapper, kind) for _ in range(random.randint(0, 3))]
    breaks = random.random() < faults / 3
    chance = random.random()
    if record.world.is_async and chance < 0.1:
        return _entries_later(entries, breaks)
    if chance < 0.3 or breaks:
        return _entries(entries, breaks)
    return tuple(entries) if chance < 0.5 else entries


def _named(record: Record, random: Random, kind: str, faults: float) -> Any:
    wrong = random.random() < faults / 3
    if kind in OBJECTS:
        number = random.randint(0, 30)
        classes = [Stranger, DogRecord, EggRecord] if wrong else OBJECTS[kind]
        chosen = random.choice(classes)
        return _dog(record.world, number) if chosen is DogRecord else chosen(record.world, number)
    good, bad = LEAVES[kind]
    return random.choice(bad if wrong else good)


@lru_cache(maxsize=1_000)
def _dog(world: World, number: int) -> DogRecord:
    return DogRecord(world, number)


def _entries(entries: Sequence[Any], breaks: bool) -> Iterator[Any]:
    yield from entries
    if breaks:
        raise Fault("broke off")


async def _entries_later(entries: Sequence[Any], breaks: bool) -> AsyncIterator[Any]:
    for entry in entries:
        await asyncio.sleep(0)
        yield entry
    if breaks:
        raise Fault("broke off later")


async def _later(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


LEAVES: dict[str, tuple[list[Any], list[Any]]] = {
    "str": (["a", ""], [1, 1.5, True, [], {}]),
    "int": ([1, -5, True, "7", 2.0], [2**31, "x", 1.5, []]),
    "float": ([1.5, 2, "3.5"], [float("nan"), float("inf"), "x", {}]),
    "bool": ([True, False, 1], ["true", []]),
    "id": (["1", 2], [1.5, [], True]),
    "colour": ([Colour.RED, Colour.GREEN], ["RED", "r", 4, []]),
    "odd": ([Odd("a"), Odd("b")], [Odd("refused"), Odd("nothing")]),
}
_HERE = strawberry.lazy("tests.execution.toys")
ANNOTATIONS: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "id": strawberry.ID,
    "colour": ColourEnum,
    "odd": Odd,
    "cat": Annotated["Cat", _HERE],
    "dog": Annotated["Dog", _HERE],
    "animal": Annotated["Animal", _HERE],
    "pet": Annotated["Pet", _HERE],
}
OBJECTS: dict[str, list[type[Record]]] = {
    "cat": [CatRecord],
    "dog": [DogRecord],
    "animal": [CatRecord, DogRecord],
    "pet": [CatRecord, DogRecord, EggRecord],
}
WRAPPERS = ["", "N", "L", "LN", "NL", "NLN", "LL", "NLNLN"]
SOURCES = ["attr", "sync", "parent", "info", "async", "set", "brought"]


def _annotation(wrapper: str, kind: str) -> Any:
    if wrapper.startswith("N"):
        return _annotation(wrapper[1:], kind) | None
    if wrapper.startswith("L"):
        return list[_annotation(wrapper[1:], kind)]  # type: ignore[misc]
    return ANNOTATIONS[kind]


def _field(source: str, name: str) -> Any:
    def sync(root: Any) -> Any:
        return value_of(root, name)

    def informed(root: Any, info: strawberry.Info) -> Any:
        assert str(info.path.key).endswith(name) or info.field_name == name
        return value_of(root, name)

    async def later(root: Any) -> Any:
        if root.number % 2:
            await asyncio.sleep(0)
        return await _waited_for(value_of(root, name))

    async def of_all(parents: list[Any], context: World) -> list[Any]:
        if context.of(0, name).random() < context.faults / 10:
            raise Fault(f"for all {name}")
        return await of_each(parents, context)

    async def of_each(parents: list[Any], _context: World) -> list[Any]:
        return [await _kept(parent, name) for parent in parents]

    async def of_one(root: Any, info: strawberry.Info) -> Any:
        (value,) = await of_all([root], info.context)
        return value

    options: dict[str, dict[str, Any]] = {
        "attr": {},
        "sync": {"resolver": sync},
        "parent": {"resolver": sync, "metadata": {OF_PARENT: lambda root: value_of(root, name)}},
        "info": {"resolver": informed},
        "async": {"resolver": later},
        "set": {"resolver": of_one, "metadata": {SETWISE: of_all}},
        "brought": {
            "resolver": sync,
            "metadata": {SETWISE: of_each, BROUGHT_BY: {DogRecord: lambda root: value_of(root, name)}},
        },
    }
    return strawberry.field(name=name, **options[source])


async def _kept(parent: Record, name: str) -> Any:
    try:
        return await _waited_for(value_of(parent, name))
    except Fault as error:
        return error


async def _waited_for(value: Any) -> Any:
    return await value if isawaitable(value) else value


def _fields() -> dict[str, Any]:
    named = [
        (source, f"{source}_{wrapper}_{kind}", _annotation(wrapper, kind))
        for source in SOURCES
        for wrapper in WRAPPERS
        for kind in ANNOTATIONS
    ]
    return {
        "__annotations__": {name: annotation for _source, name, annotation in named},
        **{name: _field(source, name) for source, name, _annotation in named},
    }


def _is(record: type[Record]) -> Callable[..., bool]:
    def is_type_of(value: object, _info: object) -> bool:
        return isinstance(value, record)

    return is_type_of


Animal = strawberry.interface(type("Animal", (), _fields()))
Cat = strawberry.type(type("Cat", (Animal,), {"is_type_of": staticmethod(decided_by_class(_is(CatRecord)))}))
Dog = strawberry.type(type("Dog", (Animal,), {"is_type_of": staticmethod(decided_by_class(_is(DogRecord)))}))
Egg = strawberry.type(type("Egg", (), {**_fields(), "is_type_of": staticmethod(_is(EggRecord))}))
Pet = Annotated[Cat | Dog | Egg, strawberry.union("Pet")]  # type: ignore[valid-type]
Query = strawberry.type(type("Query", (), _fields()))

schema = strawberry.Schema(
    query=Query,
    types=[Cat, Dog, Egg],
    config=StrawberryConfig(scalar_map={Odd: strawberry.scalar(name="Odd", serialize=_odd)}),
)
