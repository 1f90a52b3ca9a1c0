"""What comparing fields that share a response key may cost."""

from __future__ import annotations

import pytest
import strawberry

from execution.engine import Engine, RequestError
from execution.limits import LimitExceeded, Limits


@strawberry.type
class Thing:
    @strawberry.field
    def name(self) -> str:
        return "a thing"

    @strawberry.field
    def size(self, of: int = 1) -> int:
        return of

    @strawberry.field
    def inner(self) -> Thing:
        return Thing()


SCHEMA = strawberry.Schema(Thing)
TWICE = "fragment a on Thing { name size } fragment b on Thing { size name }"


@pytest.mark.parametrize(
    ("source", "cost"),
    [
        ("{ " + "name " * 10 + "}", 2 * 45),
        ("{ " + "... { name } " * 10 + "}", 2 * 45),
        ("{ size(of: 2) size(of: 2) }", 2 + 1),
        ("{ " + "inner { name name } " * 10 + "}", 45 * (2 + 1 + 4 * 2) + 10 * 2),
        (f"{{ ...a ...b }} {TWICE}", 2 * (2 + 1) + 2 + 2 * 2),
        (f"{{ ...a ...b inner {{ ...a ...b }} }} {TWICE}", 20),
        (f"{{ ...a ...a }} {TWICE.partition(' fragment b')[0]}", 3),
        ("{ name name inner { name name } }", 2 * 2),
    ],
    ids=[
        "equal fields",
        "inline fragments",
        "arguments",
        "selections of equal fields",
        "fragments",
        "fragments in two places",
        "a fragment twice",
        "all selections together",
    ],
)
def test_a_document_is_refused_where_merging_its_fields_costs_more_than_the_limit(source: str, cost: int) -> None:
    Engine(SCHEMA, Limits(merging=cost), introspection=True).prepared(source, None)
    with pytest.raises(RequestError) as refused:
        Engine(SCHEMA, Limits(merging=cost - 1), introspection=True).prepared(source, None)
    [error] = refused.value.errors
    assert isinstance(error, LimitExceeded)
    extensions = error.extensions or {}
    assert (extensions["code"], extensions["limit"]) == ("COST_EXCEEDED", cost - 1)
    assert extensions["actual"] >= cost


def test_fields_with_keys_of_their_own_cost_nothing() -> None:
    source = "{ name size inner { name size inner { ...a } } } fragment a on Thing { name size }"
    Engine(SCHEMA, Limits(merging=0), introspection=True).prepared(source, None)


def test_too_many_errors_are_told_as_such() -> None:
    with pytest.raises(RequestError) as refused:
        Engine(SCHEMA, Limits(), introspection=True).prepared("{ " + "size(of: 3) size(of: 2) " * 10 + "}", None)
    assert len(refused.value.errors) == 21
    assert refused.value.errors[-1].message == ("Too many validation errors, error limit reached. Validation aborted.")
