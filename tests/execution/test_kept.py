"""Objects that are kept, and what they bring along: how often they are asked."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
import strawberry

from execution import responses
from execution.engine import Engine
from execution.limits import Limits
from execution.marks import BROUGHT_BY, OF_PARENT, SETWISE, decided_by_class


@dataclass(frozen=True, eq=False)
class Person:
    is_kept: ClassVar[bool] = True
    name: str


@dataclass(frozen=True, eq=False)
class Post:
    is_kept: ClassVar[bool] = True
    text: str
    author: Person | None = None


class Signed(Post):
    """Brings its author along."""


@dataclass
class Context:
    posts: list[Post]
    asked: Counter[str] = field(default_factory=Counter)


async def posts(_parents: list[Any], context: Context) -> list[list[Post]]:
    return [context.posts]


async def authors(parents: list[Post], context: Context) -> list[Person | None]:
    context.asked["authors"] += len(parents)
    return [parent.author for parent in parents]


async def likes(parents: list[Post], context: Context) -> list[int]:
    context.asked["likes"] += len(parents)
    return [context.asked["likes"]] * len(parents)


def setwise(resolver: Any, **metadata: Any) -> Any:
    def alone() -> Any:
        raise AssertionError("called for one parent")

    return strawberry.field(resolver=alone, metadata={SETWISE: resolver, **metadata})


def derived(name: str) -> Any:
    def value(root: Any) -> str:
        DERIVED[name] += 1
        text: str = getattr(root, name)
        return text.upper()

    return strawberry.field(resolver=value, metadata={OF_PARENT: value})


DERIVED: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def nothing_derived() -> None:
    DERIVED.clear()


@decided_by_class
def _is_any(_value: object, _info: object) -> bool:
    return True


@strawberry.type(name="Person")
class PersonType:
    is_type_of = _is_any
    name: str = derived("name")


@strawberry.type(name="Post")
class PostType:
    is_type_of = _is_any
    text: str = derived("text")
    author: PersonType | None = setwise(authors, **{BROUGHT_BY: {Signed: lambda post: post.author}})
    likes: int = setwise(likes)


@strawberry.type
class Query:
    posts: list[PostType] = setwise(posts)


schema = strawberry.Schema(Query)
WITH_AUTHORS = "{ posts { text author { name } } }"


class Server:
    def __init__(self) -> None:
        self._engine = Engine(schema, Limits(), introspection=True)

    async def answer(self, source: str, context: Context) -> list[Any]:
        result = await self._engine.execute(self._engine.prepared(source, None), None, context)
        assert result.errors is None
        assert result.data is not None
        found: list[Any] = result.data["posts"]
        return found


async def test_what_is_brought_along_is_not_asked_for() -> None:
    ann = Person("ann")
    context = Context([Signed("a", ann), Signed("b", ann)])
    told = {"name": "ANN"}
    assert await Server().answer(WITH_AUTHORS, context) == [
        {"text": "A", "author": told},
        {"text": "B", "author": told},
    ]
    assert context.asked == {}


async def test_where_one_does_not_bring_it_all_are_asked() -> None:
    context = Context([Signed("a", Person("ann")), Post("b", Person("bob")), Post("c")])
    assert await Server().answer(WITH_AUTHORS, context) == [
        {"text": "A", "author": {"name": "ANN"}},
        {"text": "B", "author": {"name": "BOB"}},
        {"text": "C", "author": None},
    ]
    assert context.asked == {"authors": 3}


async def test_what_a_kept_object_answered_is_remembered_with_all_that_it_brings() -> None:
    server, ann = Server(), Person("ann")
    context = Context([Signed("a", ann), Signed("b", ann)])
    first = await server.answer(WITH_AUTHORS, context)
    await server.answer(WITH_AUTHORS, context)
    DERIVED.clear()
    assert await server.answer(WITH_AUTHORS, context) == first
    assert DERIVED == {}
    context.posts.append(Signed("c", None))
    assert await server.answer(WITH_AUTHORS, context) == [*first, {"text": "C", "author": None}]
    assert DERIVED == {"text": 1}


async def test_what_has_to_be_asked_is_asked_each_time() -> None:
    server, context = Server(), Context([Post("a")])
    for number in (1, 2, 3):
        assert await server.answer("{ posts { text likes } }", context) == [{"text": "A", "likes": number}]
    assert DERIVED == {"text": 1}


async def test_an_object_in_the_place_of_another_is_another() -> None:
    """Python gives identities again."""
    server = Server()
    for number in range(100):
        text = f"{number}"
        assert await server.answer("{ posts { text } }", Context([Post(text)])) == [{"text": text}]


async def test_when_they_are_too_many_all_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "MAX_REMEMBERED_LEAVES", 5)
    server, context = Server(), Context([Post("a"), Post("b"), Post("c")])
    first = await server.answer("{ posts { text } }", context)
    assert await server.answer("{ posts { text } }", context) == first
    assert await server.answer("{ posts { text again: text } }", context) == [
        {**each, "again": each["text"]} for each in first
    ]
    assert await server.answer("{ posts { text } }", context) == first
    assert DERIVED == {"text": 3 + 2 * 3 + 3}


async def test_what_is_remembered_goes_with_its_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "MAX_REMEMBERED_LEAVES", 5)
    server, kept = Server(), Context([Post("kept")])
    await server.answer("{ posts { text } }", kept)
    for text in "abcdefgh":
        passing = Context([Post(text)])
        await server.answer("{ posts { text } }", passing)
        held = weakref.ref(passing.posts.pop())
        gc.collect()
        assert held() is None
    DERIVED.clear()
    assert await server.answer("{ posts { text } }", kept) == [{"text": "KEPT"}]
    assert DERIVED == {}
