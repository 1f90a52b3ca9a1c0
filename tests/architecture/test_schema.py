"""The promises of schema/ and resolvers/: documented, bound, bounded, permitted."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_named_type,
    is_introspection_type,
    is_leaf_type,
    is_specified_scalar_type,
    parse,
    validate,
)
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from app.schema_export import sdl
from domain.permissions import Permission, Scope
from domain.records import KeptEdge, Tweet, TweetViewerState, User
from execution.marks import BROUGHT_BY, SETWISE, is_kept
from resolvers.context import Context
from schema import schema
from schema.binding import PERMISSION, RESOLVER, SCOPE, Bound

ROOT = Path(__file__).parent.parent.parent
GRAPHQL = schema._schema
TYPES = [
    named
    for named in GRAPHQL.type_map.values()
    if not is_introspection_type(named) and not is_specified_scalar_type(named)
]
ROOTS = {"Query", "Mutation", "Subscription"}
CONNECTION_ARGUMENTS = {"first", "after", "last", "before"}
ANYONE_MAY = {
    "register": "how an account begins",
    "logIn": "how a session begins",
    "refreshSession": "the refresh token is the permission",
    "verifyEmail": "the mailed link proves whose address it is, on whatever device it is opened",
    "requestPasswordReset": "who has forgotten the password cannot sign in",
    "resetPassword": "the mailed link is the permission",
    "userTimeline": "tells what the query of that user tells anyone",
    "listTimeline": "tells what the query of that list tells anyone",
    "hashtag": "tells what the query of that name tells anyone",
    "thread": "tells what the query of that tweet tells anyone",
    "trends": "tells what the query of that name tells anyone",
    "tweetEngagement": "tells what queries tell anyone: counts of tweets that everybody may see",
}


def object_types() -> Iterator[tuple[GraphQLObjectType, StrawberryObjectDefinition]]:
    for named in TYPES:
        if isinstance(named, GraphQLObjectType):
            definition = named.extensions["strawberry-definition"]
            assert isinstance(definition, StrawberryObjectDefinition)
            yield named, definition


def bound_types() -> list[tuple[GraphQLObjectType, StrawberryObjectDefinition]]:
    return [(named, definition) for named, definition in object_types() if named.name not in ROOTS]


def strawberry_fields(definition: StrawberryObjectDefinition) -> Iterator[tuple[str, StrawberryField]]:
    for field in definition.fields:
        yield schema.config.name_converter.get_graphql_name(field), field


def test_the_committed_schema_is_the_code() -> None:
    assert (ROOT / "schema" / "schema.graphql").read_text() == sdl(), "run './chirp export-schema'"


def undocumented(named: GraphQLNamedType) -> Iterator[str]:
    if not named.description:
        yield named.name
    if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in named.fields.items():
            if not field.description:
                yield f"{named.name}.{name}"
            yield from (f"{named.name}.{name}({arg}:)" for arg, a in field.args.items() if not a.description)
    elif isinstance(named, GraphQLInputObjectType):
        yield from (f"{named.name}.{name}" for name, field in named.fields.items() if not field.description)
    elif isinstance(named, GraphQLEnumType):
        yield from (f"{named.name}.{name}" for name, value in named.values.items() if not value.description)


def test_everything_has_a_description() -> None:
    assert [name for named in TYPES for name in undocumented(named)] == []


@pytest.mark.parametrize("root", ["Mutation", "Subscription"])
def test_every_mutation_and_subscription_names_its_permission_and_scope(root: str) -> None:
    definition = GRAPHQL.type_map[root].extensions["strawberry-definition"]
    for name, field in strawberry_fields(definition):
        permission = field.metadata.get(PERMISSION)
        assert isinstance(permission, Permission), f"{root}.{name} has no permission"
        if permission is Permission.ANYONE:
            assert name in ANYONE_MAY, f"{root}.{name} is open to anyone: say why in ANYONE_MAY"
        else:
            assert isinstance(field.metadata.get(SCOPE), Scope), f"{root}.{name} names no scope"


def test_every_mutation_takes_one_input_and_answers_a_payload_with_user_errors() -> None:
    mutation = GRAPHQL.type_map["Mutation"]
    assert isinstance(mutation, GraphQLObjectType)
    for name, field in mutation.fields.items():
        capital = name[0].upper() + name[1:]
        assert {arg: str(a.type) for arg, a in field.args.items()} == {"input": f"{capital}Input!"}
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert payload.name == f"{capital}Payload"
        assert str(payload.fields["userErrors"].type) == "[UserError!]!"
        assert str(payload.fields["clientMutationId"].type) == "String"


def test_every_connection_can_be_paged() -> None:
    for named, _ in object_types():
        for name, field in named.fields.items():
            if get_named_type(field.type).name.endswith("Connection"):
                assert set(field.args) >= CONNECTION_ARGUMENTS, f"{named.name}.{name} cannot be paged"


def shape(field_type: GraphQLOutputType) -> str:
    """What fields of one name must have in common to be selected in one place, as GraphQL's validation has it."""
    named = get_named_type(field_type)
    return str(field_type) if is_leaf_type(named) else str(field_type).replace(named.name, "{}")


def test_every_stream_that_can_be_gone_on_with_says_where_it_stands() -> None:
    """What the ids of event streams are made of (app/graphql_sse.py)."""
    subscription = GRAPHQL.subscription_type
    assert subscription is not None
    for name, field in subscription.fields.items():
        event = get_named_type(field.type)
        assert isinstance(event, GraphQLObjectType)
        assert ("after" in field.args) == ("cursor" in event.fields), name


def test_members_of_a_union_and_an_interface_agree_on_their_common_fields() -> None:
    """Else a client that selects the field of two members gets a validation error instead of an answer."""
    conflicts = []
    for named in TYPES:
        if isinstance(named, GraphQLUnionType | GraphQLInterfaceType):
            shapes_by_field: dict[str, set[str]] = {}
            for member in GRAPHQL.get_possible_types(named):
                for name, field in member.fields.items():
                    shapes_by_field.setdefault(name, set()).add(shape(field.type))
            conflicts += [f"{named.name}.{name}: {found}" for name, found in shapes_by_field.items() if len(found) > 1]
    assert conflicts == []


def test_every_type_is_bound_to_a_record_that_has_its_fields() -> None:
    missing = []
    for named, definition in bound_types():
        assert issubclass(definition.origin, Bound), f"{named.name} is bound to no record"
        for name, field in strawberry_fields(definition):
            if field.base_resolver is None and not hasattr(definition.origin.record, field.python_name):
                missing.append(f"{named.name}.{name}: {definition.origin.record.__name__} has no {field.python_name}")
    assert missing == []


def records_of(named: GraphQLNamedType) -> set[type]:
    """The records whose instances this type accepts."""
    if isinstance(named, GraphQLUnionType | GraphQLInterfaceType):
        return {record for member in GRAPHQL.get_possible_types(named) for record in records_of(member)}
    assert isinstance(named, GraphQLObjectType)
    return {named.extensions["strawberry-definition"].origin.record}


def classes_in(annotation: Any) -> set[type]:
    """The classes in an annotation, without containers, None and type parameters."""
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType, list, tuple, AsyncIterator, AsyncGenerator}:
        return {found for argument in typing.get_args(annotation) for found in classes_in(argument)}
    if annotation in {None, type(None), Ellipsis}:
        return set()
    return {origin or annotation}


def test_every_resolver_returns_the_records_of_its_field() -> None:
    wrong = []
    for named, definition in object_types():
        for name, field in strawberry_fields(definition):
            resolver = field.metadata.get(RESOLVER)
            field_type = get_named_type(named.fields[name].type)
            is_composite = isinstance(field_type, GraphQLObjectType | GraphQLUnionType | GraphQLInterfaceType)
            if resolver is None or not is_composite or resolver.__name__ == "<lambda>":
                continue
            signature = inspect.signature(resolver, eval_str=True)
            returned = classes_in(signature.return_annotation)
            # An exception in a list is an error at that entry.
            returned = {cls for cls in returned if not issubclass(cls, Exception)}
            if not returned <= records_of(field_type):
                wrong.append(f"{named.name}.{name}: {resolver.__name__} returns {returned}")
            first = next(iter(signature.parameters.values()))
            expected = {definition.origin.record} if first.name == "parents" else None
            if expected and not expected <= classes_in(first.annotation):
                wrong.append(f"{named.name}.{name}: {resolver.__name__} takes {first.annotation}")
    assert wrong == []


def test_what_parents_bring_along_needs_nothing_but_the_parent() -> None:
    """No resolver is called for it, so nothing of a resolver's may be between."""
    brought = [
        (f"{named.name}.{name}", named.fields[name], field, definition)
        for named, definition in bound_types()
        for name, field in strawberry_fields(definition)
        if BROUGHT_BY in field.metadata
    ]
    assert {where for where, *_ in brought} >= {"Tweet.author", "Tweet.likeCount", "Tweet.viewerState"}
    for where, declared, field, definition in brought:
        assert field.metadata.get(PERMISSION, Permission.ANYONE) is Permission.ANYONE, where
        assert not declared.args, where
        record = typing.cast("type[Bound]", definition.origin).record
        assert all(issubclass(kind, record) for kind in field.metadata[BROUGHT_BY]), where


def test_kept_records_never_change() -> None:
    kept = [KeptEdge, *(t.origin.record for _, t in bound_types() if is_kept(getattr(t.origin, "record", object)))]
    assert {Tweet, User, TweetViewerState} <= set(kept)
    for record in kept:
        assert record.__struct_config__.frozen, record


def problem_of_shape(resolver: Callable[..., object], *, is_of_root: bool) -> str | None:
    """A field that touches a store takes the list of parents and returns a list; a field of a root type the context."""
    signature = inspect.signature(resolver, eval_str=True)
    parameters = list(signature.parameters.values())
    given = [parameter.name for parameter in parameters if parameter.kind is not inspect.Parameter.KEYWORD_ONLY]
    if given != (["context"] if is_of_root else ["parents", "context"]):
        return f"takes {given}, and what is not keyword-only"
    if not inspect.iscoroutinefunction(resolver):
        return "is no coroutine function"
    lists = () if is_of_root else (parameters[0].annotation, signature.return_annotation)
    return next((f"has {each} for a list" for each in lists if typing.get_origin(each) is not list), None)


def test_every_resolver_has_the_shape_of_its_place() -> None:
    problems = {
        f"{named.name}.{name}": problem
        for named, definition in object_types()
        for name, field in strawberry_fields(definition)
        if SETWISE in field.metadata
        and (problem := problem_of_shape(field.metadata[RESOLVER], is_of_root=named.name in ROOTS))
    }
    assert problems == {}


async def of_one(tweet: Tweet, context: Context) -> int:
    raise NotImplementedError


async def of_list_gives_one(parents: list[Tweet], context: Context) -> int:
    raise NotImplementedError


async def of_positional_argument(parents: list[Tweet], context: Context, first: int) -> list[int]:
    raise NotImplementedError


def at_once(parents: list[Tweet], context: Context) -> list[int]:
    raise NotImplementedError


@pytest.mark.parametrize("resolver", [of_one, of_list_gives_one, of_positional_argument, at_once])
def test_a_resolver_of_the_wrong_shape_is_found(resolver: Callable[..., object]) -> None:
    assert problem_of_shape(resolver, is_of_root=False)


def test_every_input_has_what_its_resolver_reads() -> None:
    definition = GRAPHQL.type_map["Mutation"].extensions["strawberry-definition"]
    for name, field in strawberry_fields(definition):
        resolver = field.metadata[RESOLVER]
        protocol = inspect.signature(resolver, eval_str=True).parameters["input"].annotation
        [argument] = field.arguments
        given = {f.python_name for f in get_object_definition(argument.type, strict=True).fields}
        assert set(typing.get_type_hints(protocol)) == given, name


def test_the_playgrounds_operations_are_valid() -> None:
    documents = sorted((ROOT / "app" / "playground" / "src" / "operations").rglob("*.graphql"))
    assert len(documents) >= 5
    for document in documents:
        assert validate(GRAPHQL, parse(document.read_text())) == [], document.name
