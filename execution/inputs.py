"""What Strawberry makes of the values of input types, planned once: it finds types and names anew for each value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any, NamedTuple, TypeAlias

from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    StrawberryType,
    get_object_definition,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.scalar import ScalarDefinition, ScalarWrapper
from strawberry.types.unset import UNSET

Convert: TypeAlias = Callable[[Any], Any]
Scalars: TypeAlias = Mapping[object, ScalarWrapper | ScalarDefinition]


class Unplanned(Exception):
    """Of a type that only Strawberry can convert."""


class Inputs:
    """Conversions of types; of one schema."""

    def __init__(self, config: StrawberryConfig, scalars: Scalars) -> None:
        self._config = config
        self._scalars = scalars
        self._objects: dict[object, _Object] = {}

    def conversion(self, type_: StrawberryType | type) -> Convert:
        """Raises Unplanned."""
        if isinstance(type_, StrawberryMaybe) or type_ is GlobalID:
            raise Unplanned
        if isinstance(type_, StrawberryOptional):
            return self.conversion(type_.of_type)
        if isinstance(type_, StrawberryList):
            return _List(self.conversion(type_.of_type))
        if is_scalar(type_, self._scalars) or isinstance(type_, StrawberryEnumDefinition):
            return _as_it_is
        if isinstance(type_, LazyType):
            return self.conversion(type_.resolve_type())
        if has_enum_definition(type_):
            return _as_it_is
        if not has_object_definition(type_):
            raise Unplanned
        return self._object(type_)

    def _object(self, type_: Any) -> Convert:
        known = self._objects.get(type_)
        if known is None:
            definition = get_object_definition(type_, strict=True)
            if definition.from_input is not None or not definition.is_input:
                raise Unplanned
            known = self._objects[type_] = _Object(type_)  # before its fields, which may be of this type
            try:
                known.fields = [*self._fields(definition)]
            except Unplanned:
                del self._objects[type_]
                raise
        return known

    def _fields(self, definition: StrawberryObjectDefinition) -> Sequence[_Field]:
        return [
            _Field(
                self._config.name_converter.from_field(field),
                field.python_name,
                self.conversion(field.resolve_type(type_definition=definition)),
                is_required=field.default_value is MISSING and field.default_factory is MISSING,
            )
            for field in definition.fields
        ]


class _Field(NamedTuple):
    name: str
    python_name: str
    convert: Convert
    is_required: bool
    """By Python; null where GraphQL lets it be left out."""


class _Object:
    def __init__(self, type_: Callable[..., Any]) -> None:
        self._type = type_
        self.fields: Sequence[_Field] = ()

    def __call__(self, value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        given: dict[str, Any] = {}
        for name, python_name, convert, is_required in self.fields:
            if name in value:
                given[python_name] = convert(value[name])
            elif is_required:
                given[python_name] = None
        return self._type(**given)


class _List:
    def __init__(self, convert: Convert) -> None:
        self._convert = convert

    def __call__(self, value: Any) -> Any:
        """A copy also of what needs no conversion: a default is the same for all requests."""
        return value if value is None or value is UNSET else [*map(self._convert, value)]


def _as_it_is(value: Any) -> Any:
    return value
