"""Which type of the schema an object is: what an interface or union holds, whether an object is what its field says."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import GraphQLAbstractType, GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.executor import invalid_return_type_error
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from execution.marks import is_decided_by_class

if TYPE_CHECKING:
    from execution.batches import Batch
    from execution.one_by_one import Place
    from execution.plan import PlannedField, Selection
    from execution.run import Run

    Object: TypeAlias = tuple[Any, Place]

MAX_CLASSES = 100
"""Remembered per field; a program that makes classes as it goes is not to fill the memory."""


class Typed:
    """Objects sorted by what is to be asked of them."""

    def __init__(self) -> None:
        self.errors: list[tuple[Exception, Place]] = []
        self.awaitables: list[Awaitable[Selection]] = []
        """One for each object whose type somebody has to be waited for to tell."""
        self._untold: list[Object] = []
        self._objects: dict[Selection, list[Object]] = {}

    def add(self, value: object, place: Place, selection: Selection | Exception | Awaitable[Selection]) -> None:
        if isinstance(selection, Exception):
            self.errors.append((selection, place))
        elif isawaitable(selection):
            self.awaitables.append(selection)
            self._untold.append((value, place))
        else:
            self._objects.setdefault(selection, []).append((value, place))

    def told(self, selections: Sequence[Selection | Exception]) -> Typed:
        """The objects that were waited for, when the awaitables have given these."""
        typed = Typed()
        for (value, place), selection in zip(self._untold, selections, strict=True):
            typed.add(value, place, selection)
        return typed

    def by_selection(self) -> Iterable[tuple[Selection, list[Object]]]:
        return self._objects.items()


def typed(run: Run, batch: Batch, field: PlannedField, objects: Sequence[Object]) -> Typed:
    found = Typed()
    known = field.selection_of_class
    infos: dict[int, GraphQLResolveInfo[Any]] = {}
    for value, place in objects:
        selection = known.get(type(value))
        if selection is not None:
            found.add(value, place, selection)
            continue
        info = infos.get(place.owner)
        if info is None:
            info = infos[place.owner] = run.info(batch, place.owner, field)
        try:
            told = _Question(run, field, value, info).answer()
        except Exception as error:  # noqa: BLE001 - the field's error
            found.add(value, place, error)
            continue
        found.add(value, place, told)
        if not isawaitable(told) and len(known) < MAX_CLASSES and _is_same_for_class(run, field, type(value)):
            field.met(type(value), told)
    return found


class _Question:
    """As graphql-core asks: `resolve_type` of what is abstract, then `is_type_of` of what the object is said to be."""

    def __init__(self, run: Run, field: PlannedField, value: object, info: GraphQLResolveInfo[Any]) -> None:
        self._run = run
        self._field = field
        self._value = value
        self._info = info

    def answer(self) -> Selection | Awaitable[Selection]:
        abstract = self._field.abstract
        if abstract is None:
            assert self._field.object is not None
            return self._checked(self._field.object)
        resolve_type = abstract.resolve_type or self._run.executor.type_resolver
        name: Any = resolve_type(self._value, self._info, abstract)
        return self._when_named(name, abstract) if isawaitable(name) else self._checked(self._valid(name, abstract))

    async def _when_named(self, name: Awaitable[str | None], abstract: GraphQLAbstractType) -> Selection:
        selection = self._checked(self._valid(await name, abstract))
        return await selection if isawaitable(selection) else selection

    def _valid(self, name: object, abstract: GraphQLAbstractType) -> GraphQLObjectType:
        return self._run.executor.ensure_valid_runtime_type(
            name, abstract, self._field.details, self._info, self._value
        )

    def _checked(self, type_: GraphQLObjectType) -> Selection | Awaitable[Selection]:
        is_so: Any = type_.is_type_of is None or type_.is_type_of(self._value, self._info)
        return self._when_checked(is_so, type_) if isawaitable(is_so) else self._selection(type_, is_so=is_so)

    async def _when_checked(self, is_so: Awaitable[bool], type_: GraphQLObjectType) -> Selection:
        return self._selection(type_, is_so=await is_so)

    def _selection(self, type_: GraphQLObjectType, *, is_so: bool) -> Selection:
        if not is_so:
            raise invalid_return_type_error(type_, self._value, self._field.details)
        return self._field.selection(type_)


def _is_same_for_class(run: Run, field: PlannedField, kind: type) -> bool:
    """Whether all instances of the class are of the type that one of them is.

    Strawberry's own `resolve_type` also looks at what an object was cast to, and at the values of generic types.
    """
    if field.object is not None:
        return field.object.is_type_of is None or is_decided_by_class(field.object.is_type_of)
    assert field.abstract is not None
    return (
        (field.abstract.resolve_type is not None and field.abstract.resolve_type.__module__.startswith("strawberry."))
        and all(is_decided_by_class(type_.is_type_of) for type_ in run.plan.schema.get_possible_types(field.abstract))
        and not kind.__dictoffset__
        and not issubclass(kind, Mapping)
        and not hasattr(kind, TYPE_CAST_ATTRIBUTE)
        and not hasattr(kind, "__strawberry_definition__")
    )
