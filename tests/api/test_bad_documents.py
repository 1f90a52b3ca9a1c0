"""Documents beyond the limits."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from graphql import IntrospectionQuery, build_client_schema, get_introspection_query, print_schema

from app.schema_export import sdl
from tests.api.conftest import Stored
from tests.client import Api, People

ACCEPT = "application/graphql-response+json"


def nested(levels: int) -> str:
    """A mutation whose fields nest this deep, all of them valid."""
    inside = "likeCount { value }"
    for _ in range(levels - 4):
        inside = f"inReplyTo {{ ... on Tweet {{ {inside} }} }}"
    return f'mutation {{ postTweet(input: {{text: "hello"}}) {{ tweet {{ {inside} }} }} }}'


def aliased(count: int) -> str:
    return "query { " + " ".join(f"a{n}: viewer {{ email }}" for n in range(count)) + " }"


def aliased_by_fragment(count: int) -> str:
    return f"query {{ {' '.join(f'...f{n}' for n in range(count))} }} " + " ".join(
        f"fragment f{n} on Query {{ a{n}: viewer {{ email }} }}" for n in range(count)
    )


def operations(count: int) -> str:
    """Eight tokens each."""
    return " ".join(f"query a{n} {{ viewer {{ email }} }}" for n in range(count))


def repeated(count: int) -> str:
    """Each of the fields is compared with each."""
    return "{ viewer { " + "email " * count + "} }"


def of_characters(count: int) -> str:
    return "{ viewer { email } }".ljust(count)


def of_many_components(count: int) -> str:
    """As generated for an app whose components each say what they show of a user."""
    spreads = " ".join(f"...f{n}" for n in range(count))
    fragments = "".join(
        f""" fragment f{n} on User {{
            __typename id rawId username displayName bio location url avatarUrl region isProtected status createdAt
            followerCount {{ value }} followingCount {{ value }}
        }}"""
        for n in range(count)
    )
    pinned = f"pinnedTweet {{ ... on Tweet {{ author {{ ... on User {{ {spreads} }} }} }} }}"
    return f"{{ viewer {{ user {{ {spreads} {pinned} }} }} }} {fragments}"


BOMB = (
    "{ ...f0 } "
    + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    + " fragment f60 on Query { a: viewer { email } }"
)


def of_depth_by_fragments(levels: int) -> str:
    fragments = "".join(f"fragment f{n} on Tweet {{ inReplyTo {{ ...f{n + 1} }} }} " for n in range(levels - 4))
    return (
        f"{{ viewer {{ homeTimeline {{ nodes {{ ...f0 }} }} }} }} {fragments}fragment f{levels - 4} on Tweet {{ id }}"
    )


@pytest.mark.parametrize(
    ("query", "code", "limit", "actual"),
    [
        (nested(13), "DEPTH_EXCEEDED", 12, 13),
        (nested(60), "DEPTH_EXCEEDED", 12, 60),
        (of_depth_by_fragments(30), "DEPTH_EXCEEDED", 12, 30),
        (aliased(16), "COST_EXCEEDED", 15, 16),
        (aliased_by_fragment(16), "COST_EXCEEDED", 15, 16),
        (BOMB, "COST_EXCEEDED", 15, 2**60),
        ("{ " + "viewer { email } " * 21 + "}", "COST_EXCEEDED", 20, 21),
        ("{ viewer { email " + "@skip(if: false) " * 21 + "} }", "COST_EXCEEDED", 20, 21),
        (repeated(174), "COST_EXCEEDED", 30_000, 30_002),
        (of_characters(32_001), "COST_EXCEEDED", 32_000, 32_001),
    ],
    ids=[
        "depth",
        "great depth",
        "fragments",
        "aliases",
        "aliases in fragments",
        "bomb",
        "roots",
        "directives",
        "merging",
        "characters",
    ],
)
async def test_a_document_beyond_a_limit_is_refused(
    api: Api, people: People, stored: Stored, query: str, code: str, limit: int, actual: int
) -> None:
    before = await stored()
    response = await api.post({"query": query}, token=people.ann.token, accept=ACCEPT)
    [error] = response.json()["errors"]
    del error["extensions"]["requestId"], error["message"]
    assert response.status_code == 400
    assert error == {"extensions": {"code": code, "limit": limit, "actual": actual}}
    assert await stored() == before


@pytest.mark.parametrize(
    "query",
    [nested(12), aliased(15), aliased_by_fragment(15), repeated(173), of_many_components(30), of_characters(32_000)],
)
async def test_a_document_at_the_limit_runs(api: Api, people: People, query: str) -> None:
    answer = await api.answer(query, by=people.ann)
    assert list(answer) == ["data"]


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { " + "email " * 1_996 + "} }",
        "{ viewer { " * 900,
        "{ ..." * 600,
        "{ nodes(ids: " + "[" * 1_900,
        "{ nodes(ids: " + "[" * 990 + "]" * 990 + ") { id } }",
        "query($a: " + "[" * 900 + "Int" + "]" * 900 + ") { viewer { email } }",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "{ ...a } fragment a on Query { viewer { ...c } ...a } fragment c on Viewer { email }",
        "{ ...f0 } " + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(240)),
        "{ viewer { " + " ".join(f"e: homeTimeline(first: {n}) {{ nodes {{ id }} }}" for n in range(1, 15)) + " } }",
    ],
    ids=[
        "tokens",
        "open braces",
        "open spreads",
        "open brackets",
        "deep lists",
        "deep types",
        "cycle",
        "own cycle",
        "long chain",
        "conflicts",
    ],
)
async def test_a_hostile_document_is_refused(api: Api, people: People, stored: Stored, query: str) -> None:
    before = await stored()
    response = await api.post({"query": query}, token=people.ann.token, accept=ACCEPT)
    codes = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert (response.status_code, codes) == (400, {"VALIDATION_FAILED"})
    assert await stored() == before


@pytest.mark.parametrize(("more", "status"), [("", 200), (" email", 400)])
async def test_a_document_has_two_thousand_tokens_at_most(api: Api, more: str, status: int) -> None:
    query = operations(250).replace("{ email }", f"{{ email{more} }}", 1)
    response = await api.post({"query": query, "operationName": "a0"}, accept=ACCEPT)
    assert response.status_code == status


async def test_introspection_works_as_tools_ask_for_it(api: Api) -> None:

    data = await api.data(get_introspection_query(descriptions=True, input_value_deprecation=True))
    names = {
        line
        for line in print_schema(build_client_schema(cast(IntrospectionQuery, data))).splitlines()
        if line.startswith("type ")
    }
    assert names == {line for line in sdl().splitlines() if line.startswith("type ")}


async def test_bad_documents_do_not_spoil_good_ones_beside_them(api: Api) -> None:
    good = "{ viewer { email } }"
    answers = await asyncio.gather(*(api.post({"query": query}) for query in (good, BOMB, good, "{", good)))
    assert [list(answer.json()) for answer in answers] == [["data"], ["errors"], ["data"], ["errors"], ["data"]]
