"""What a token is good for: no more than its session, and no more than it says itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jwt
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)
from sqlalchemy import text

from domain.permissions import Permission, Scope
from schema import schema
from schema.binding import PERMISSION, SCOPE
from services import tokens
from services.runtime import Runtime
from services.tokens import Claims
from tests.api.conftest import Stored
from tests.api.errors import only_error
from tests.client import Api, People, Person
from tests.live.socket import HOME, connected

MUTATIONS = schema._schema.type_map["Mutation"]
assert isinstance(MUTATIONS, GraphQLObjectType)
FIELDS = {
    schema.config.name_converter.get_graphql_name(field): field
    for field in MUTATIONS.extensions["strawberry-definition"].fields
}
NEED_A_SCOPE = {name: f for name, f in FIELDS.items() if f.metadata[PERMISSION] is not Permission.ANYONE}
WRITING = [name for name, field in NEED_A_SCOPE.items() if field.metadata[SCOPE] is not Scope.READ]


def claims_of(person: Person) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(person.token, options={"verify_signature": False})
    return claims


def narrowed(runtime: Runtime, person: Person, scopes: set[Scope]) -> Person:
    """With a token of the same session that says it is good for less."""
    claims = Claims(person.raw_id, int(claims_of(person)["sid"]), frozenset(scopes))
    return replace(person, token=tokens.access_token(runtime.settings, claims, now=runtime.now()))


async def limit_session(runtime: Runtime, person: Person, scopes: set[Scope]) -> None:
    async with runtime.database.write() as session:
        update = text("UPDATE sessions SET scopes = :scopes WHERE id = :id")
        await session.execute(update, {"scopes": sorted(scopes), "id": int(claims_of(person)["sid"])})


def example(wanted: GraphQLInputType) -> Any:
    """A value that validation takes."""
    if isinstance(wanted, GraphQLNonNull):
        return example(wanted.of_type)
    if isinstance(wanted, GraphQLList):
        return [example(wanted.of_type)]
    if isinstance(wanted, GraphQLEnumType):
        return next(iter(wanted.values))
    if isinstance(wanted, GraphQLInputObjectType):
        given = {name: field for name, field in wanted.fields.items() if isinstance(field.type, GraphQLNonNull)}
        return {name: example(field.type) for name, field in given.items()}
    return {"Boolean": True, "Int": 1, "Float": 1.0, "DateTime": "2030-01-01T00:00:00Z"}.get(str(wanted), "1")


def called(name: str) -> tuple[str, dict[str, Any]]:
    """The mutation with the least input it takes."""
    assert isinstance(MUTATIONS, GraphQLObjectType)
    argument = MUTATIONS.fields[name].args["input"].type
    query = f"mutation($input: {argument}) {{ {name}(input: $input) {{ clientMutationId }} }}"
    return query, {"input": example(argument)}


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("limited", ["token", "session"])
async def test_a_token_for_reading_changes_nothing(
    api: Api, people: People, runtime: Runtime, stored: Stored, limited: str, name: str
) -> None:
    ann = people.ann
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET role = 'ADMIN' WHERE id = :id"), {"id": ann.raw_id})
    if limited == "token":
        ann = narrowed(runtime, ann, {Scope.READ})
    else:
        await limit_session(runtime, ann, {Scope.READ})
    before = await stored()
    [error] = (await api.answer(*called(name), by=ann))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["path"] == [name]
    assert error["message"] == (
        f"The access token is not good for this: it lacks the scope {NEED_A_SCOPE[name].metadata[SCOPE]}."
    )
    assert await stored() == before


@pytest.mark.parametrize("permission", [Permission.MODERATOR, Permission.ADMIN])
async def test_what_needs_a_role_is_forbidden_to_everybody_else(
    api: Api, people: People, stored: Stored, permission: Permission
) -> None:
    names = [name for name, field in NEED_A_SCOPE.items() if field.metadata[PERMISSION] is permission]
    assert names
    before = await stored()
    for name in names:
        assert await only_error(api, *called(name), by=people.ann) == ("FORBIDDEN", [name])
    assert await stored() == before


@pytest.mark.parametrize(
    ("of_session", "of_token", "may_post"),
    [
        ({Scope.TWEETS, Scope.READ}, {Scope.TWEETS}, True),
        ({Scope.TWEETS}, {Scope.READ}, False),
        ({Scope.READ}, {Scope.TWEETS}, False),
    ],
)
async def test_a_token_is_good_for_what_it_and_its_session_both_are(
    api: Api, people: People, runtime: Runtime, of_session: set[Scope], of_token: set[Scope], may_post: bool
) -> None:
    await limit_session(runtime, people.ann, of_session)
    answer = await api.answer(
        'mutation { postTweet(input: {text: "hello"}) { tweet { text } } }',
        by=narrowed(runtime, people.ann, of_token),
    )
    if may_post:
        assert answer == {"data": {"postTweet": {"tweet": {"text": "hello"}}}}
    else:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_tokens_say_whom_they_are_for_and_nothing_that_may_change(
    api: Api, people: People, runtime: Runtime
) -> None:
    claims = claims_of(people.ann)
    assert set(claims) == {"iss", "aud", "sub", "sid", "scope", "iat", "exp"}
    assert (claims["sub"], claims["scope"]) == (str(people.ann.raw_id), "*")
    await limit_session(runtime, people.ann, {Scope.TWEETS, Scope.READ})
    refresh = "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { accessToken } }"
    data = await api.data(refresh, {"i": {"refreshToken": people.ann.refresh_token}})
    renewed = replace(people.ann, token=data["refreshSession"]["accessToken"])
    assert claims_of(renewed)["scope"] == "read tweets:write"


async def test_a_subscription_needs_the_scope_for_reading(people: People, runtime: Runtime, http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(narrowed(runtime, people.ann, {Scope.TWEETS}))
        await socket.subscribe("1", HOME)
        message = await socket.received()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")


def test_reading_alone_is_enough_for_what_only_tells_that_something_was_read() -> None:
    assert set(NEED_A_SCOPE) - set(WRITING) <= {"recordImpressions"}


def test_every_named_scope_is_asked_for_somewhere() -> None:
    """A scope that no mutation asks for would promise an app something that does not exist."""
    asked = {field.metadata[SCOPE] for field in NEED_A_SCOPE.values()}
    assert asked | {Scope.READ} == set(Scope)
