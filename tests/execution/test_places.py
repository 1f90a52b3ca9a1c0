"""Where errors are told to be, and how often that is looked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import strawberry
from graphql import Source, SourceLocation
from graphql.language import location

from execution.engine import Engine
from execution.limits import Limits
from execution.places import Text

ENTRIES = 50


@strawberry.type
class Entry:
    @strawberry.field
    def faulty(self) -> str | None:
        raise ValueError("This entry is faulty.")


@strawberry.type
class Query:
    @strawberry.field
    def entries(self) -> list[Entry]:
        return [Entry() for _ in range(ENTRIES)]


@pytest.mark.parametrize(
    "text",
    ["{ a }", "\n", "{\n  a\n\n  b\n}\n", "{\r\n  a\r\n}", "{\r  a\r\r}", "\n\r\n\r{ a }\r\n\n\r", "{ \u2028 a\n}"],
)
def test_places_are_those_of_graphql_core(text: str) -> None:
    ours, theirs = Text(text), Source(text)
    for position in range(len(text) + 1):
        assert ours.get_location(position) == theirs.get_location(position)


async def test_lines_are_counted_once_for_each_field_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[Sequence[tuple[Source, int]]] = []
    get_locations = location.get_locations

    def counted(places: Sequence[tuple[Source, int]]) -> list[SourceLocation]:
        looked_for.append(places)
        return get_locations(places)

    engine = Engine(strawberry.Schema(Query), Limits(), introspection=True)
    operation = engine.prepared("{\n entries {\n faulty\n again: faulty\n faulty\n } }", None)
    monkeypatch.setattr(location, "get_locations", counted)
    result = await engine.execute(operation, None, None)
    assert [(error.path, error.locations) for error in result.errors or []] == [
        (["entries", number, key], places)
        for number in range(ENTRIES)
        for key, places in (("faulty", [(3, 2), (5, 2)]), ("again", [(4, 2)]))
    ]
    assert len(looked_for) == 2
