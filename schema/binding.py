"""The seam between declarations and resolvers: the one place where a field is not statically typed.

A schema class annotates what a client sees; the resolver returns records; `Bound` tells GraphQL which
record stands for which type. `tests/architecture` checks that each pair fits.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any, ClassVar

import strawberry

from domain.errors import Forbidden
from domain.ids import GlobalId
from domain.pages import PageArgs
from domain.permissions import ROLES_FOR, Permission, Scope
from execution.cost import DEFAULT_PAGE_SIZE
from execution.marks import BROUGHT_BY, OF_PARENT, SETWISE, decided_by_class
from schema.arguments import DESCRIPTIONS

PAGE = "page"
PAGE_ARGUMENTS: dict[str, Any] = typing.get_type_hints(PageArgs)
"""`first`, `after`, `last` and `before` with their types."""
RESOLVER = "resolver"
PERMISSION = "permission"
SCOPE = "scope"

_IDS: dict[Any, Any] = {
    GlobalId: strawberry.ID,
    GlobalId | None: strawberry.ID | None,
    list[GlobalId]: list[strawberry.ID],
}
"""Resolvers do not import strawberry, so its ID scalar has a name of our own there."""


class Bound:
    """A type whose objects are instances of `record`."""

    record: ClassVar[type]
    is_value: ClassVar[bool] = False
    """Has no identity: a part of what it belongs to, which costs a client nothing more."""

    @classmethod
    @decided_by_class
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, cls.record)


def plain(description: str, **options: Any) -> Any:
    """A field that is an attribute of the record."""
    return strawberry.field(description=description, **options)


def derived(function: Callable[[Any], Any], description: str) -> Any:
    """A field computed from the record alone."""

    def resolve(root: Any) -> Any:
        return function(root)

    _sign(resolve, [_parameter("root", Any)], None)
    metadata = {RESOLVER: function, OF_PARENT: function}
    return strawberry.field(resolver=resolve, description=description, metadata=metadata)


def bound(
    resolver: Callable[..., Awaitable[Any]],
    description: str,
    *,
    arguments: Mapping[str, str] | None = None,
    types: Mapping[str, Any] | None = None,
    page: int | None = None,
    scope: Scope | None = None,
    brought_by: Mapping[type, Callable[[Any], Any]] | None = None,
) -> Any:
    """A field that `resolver` answers for all parents together (its first parameter is `parents`), or, on a
    root type, once (its first parameter is `context`). Its keyword-only parameters are the arguments; one called
    `page` stands for the four of a connection.

    `page` is the size of a page of a connection when the client names none.
    `arguments` describes those that `schema/arguments.py` does not; `types` gives the schema's type where
    the resolver names a protocol. `scope` is what a token must be good for, where reading alone is not enough.
    `brought_by` says of which records the value can be taken without asking, and how.
    """
    metadata: dict[str, Any] = {RESOLVER: resolver, **({DEFAULT_PAGE_SIZE: page} if page else {})}
    if scope is not None:
        metadata |= {PERMISSION: Permission.SIGNED_IN, SCOPE: scope}
    if brought_by is not None:
        metadata[BROUGHT_BY] = brought_by
    return _bound(strawberry.field, resolver, description, arguments or {}, types or {}, metadata)


def mutation(
    resolver: Callable[..., Awaitable[Any]],
    description: str,
    *,
    permission: Permission,
    scope: Scope | None,
    input: type,
    name: str | None = None,
) -> Any:
    """`scope` is what a token must be good for; None only where no token is needed. `name` is for what camel case
    makes of an abbreviation."""
    metadata = {RESOLVER: resolver, PERMISSION: permission, SCOPE: scope}
    field = partial(strawberry.mutation, name=name)
    return _bound(field, resolver, description, {}, {"input": input}, metadata)


def subscription(
    resolver: Callable[..., Any],
    description: str,
    *,
    permission: Permission,
    yields: Any,
    arguments: Mapping[str, str] | None = None,
) -> Any:
    declared = list(inspect.signature(resolver, eval_str=True).parameters.values())
    can_go_on = any(parameter.name == "after" for parameter in declared)

    async def subscribe(root: Any, info: strawberry.Info, **given: Any) -> Any:  # noqa: ARG001
        context = info.context
        del info  # holds what was made for the request, as long as the stream goes on
        _require(permission, Scope.READ, context)
        if can_go_on and context.stream_cursor is not None:
            given["after"] = context.stream_cursor
        async with aclosing(resolver(context, **given)) as events:
            async for event in events:
                context.stream_cursor = event.cursor if can_go_on else None
                yield event
                del event  # not held until there is another

    _sign(subscribe, _parameters(declared, arguments or {}, {}), yields)
    metadata = {RESOLVER: resolver, PERMISSION: permission, SCOPE: Scope.READ}
    return strawberry.subscription(subscribe, description=description, metadata=metadata)


def _bound(
    field: Callable[..., Any],
    resolver: Callable[..., Awaitable[Any]],
    description: str,
    descriptions: Mapping[str, str],
    types: Mapping[str, Any],
    metadata: dict[str, Any],
) -> Any:
    declared = list(inspect.signature(resolver, eval_str=True).parameters.values())
    is_setwise = declared[0].name == "parents"
    is_paged = any(parameter.name == PAGE for parameter in declared)
    permission, scope = metadata.get(PERMISSION, Permission.ANYONE), metadata.get(SCOPE)

    def prepared(context: Any, given: dict[str, Any]) -> dict[str, Any]:
        _require(permission, scope, context)
        if not is_paged:
            return given
        page = PageArgs(**{name: given.pop(name, None) for name in PAGE_ARGUMENTS})
        return {**given, PAGE: page}

    async def resolve(root: Any, info: strawberry.Info, **given: Any) -> Any:
        arguments = prepared(info.context, given)
        if is_setwise:
            return await info.context.setwise.value(resolver, root, info.context, arguments)
        return await resolver(info.context, **arguments)

    async def resolve_all(parents: list[Any], context: Any, **given: Any) -> Any:
        arguments = prepared(context, given)
        if is_setwise:
            return await resolver(parents, context, **arguments)
        return [await resolver(context, **arguments)] * len(parents)

    _sign(resolve, _parameters(declared, descriptions, types), None)
    return field(resolver=resolve, description=description, metadata={**metadata, SETWISE: resolve_all})


def _parameters(
    declared: list[inspect.Parameter], descriptions: Mapping[str, str], types: Mapping[str, Any]
) -> list[inspect.Parameter]:
    """Strawberry's own two, and a resolver's keyword-only ones as the arguments that a client gives."""
    parameters = [_parameter("root", Any), _parameter("info", strawberry.Info)]
    for parameter in _with_page_arguments(declared):
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            described = strawberry.argument(
                description=descriptions.get(parameter.name, DESCRIPTIONS.get(parameter.name))
            )
            declared_type: Any = types.get(parameter.name, parameter.annotation)
            annotation: Any = Annotated[_IDS.get(declared_type, declared_type), described]
            default = strawberry.UNSET if parameter.default is None else parameter.default
            parameters.append(parameter.replace(annotation=annotation, default=default))
    return parameters


def _with_page_arguments(declared: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Where a resolver takes a page, a client gives its four arguments."""
    expanded = []
    for parameter in declared:
        if parameter.name == PAGE:
            expanded += [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
                for name, annotation in PAGE_ARGUMENTS.items()
            ]
        else:
            expanded.append(parameter)
    return expanded


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)


def _sign(resolve: Any, parameters: list[inspect.Parameter], returns: Any) -> None:
    annotation = inspect.Signature.empty if returns is None else returns
    resolve.__signature__ = inspect.Signature(parameters, return_annotation=annotation)


def _require(permission: Permission, scope: Scope | None, context: Any) -> None:
    if permission is Permission.ANYONE:
        return
    viewer = context.required_viewer()
    if viewer.role not in ROLES_FOR[permission]:
        raise Forbidden(f"Only a {permission.lower()} may do this.")
    assert scope is not None
    viewer.check_scope(scope)
