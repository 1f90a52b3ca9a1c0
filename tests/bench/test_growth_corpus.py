"""The documents of `./chirp bench growth`: they can only show what they reach."""

from __future__ import annotations

from random import Random

import pytest
from graphql import GraphQLSchema, parse, validate

from bench.growth_corpus import READS, SHARES, WRITES, documents
from schema import schema


def test_documents_differ_and_most_of_them_are_valid() -> None:
    made = documents(Random(1), 500, usernames=["bench1", "bench22"], users=[1, 2], tweets=[3])
    assert len(set(made)) == 500
    assert sum(document.startswith("mutation") for document in made) == pytest.approx(60, abs=25)


@pytest.mark.parametrize("field", [*READS, *WRITES])
def test_reads_and_writes_are_valid(field: str) -> None:
    ((kind, _, _),) = [share for share in SHARES if field in share[1]]
    for name in ("TWEET", "USER", "NAME", "WORD"):
        field = field.replace(name, '"x"')
    document = f"{kind} {{ {field.replace('SIZE', '5').replace('NUMBER', '7')} }}"
    graphql_schema: GraphQLSchema = schema._schema
    assert validate(graphql_schema, parse(document)) == []
