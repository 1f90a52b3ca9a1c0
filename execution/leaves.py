"""Scalars and enums: a column of values at once where their classes tell that nothing can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from math import isfinite
from types import NoneType
from typing import Any, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import UndefinedType
from strawberry.schema.schema_converter import CustomGraphQLEnumType

Column = Sequence[Any]
MAX_INT = 2**31 - 1
MIN_INT = -(2**31)
MAX_CLASSES = 100


class Leaf:
    def __init__(self, leaf_type: GraphQLLeafType) -> None:
        self.type = leaf_type
        self._coerce: Callable[[Any], Any] = leaf_type.coerce_output_value
        self._at_once = _AT_ONCE.get(leaf_type.name) if leaf_type in _BUILT_IN else None
        self._enum: type[Enum] | None = None
        self._names: dict[Any, str | None] = {None: None}
        self._coercible: set[type] = set()
        """Classes of values that were coerced."""
        if isinstance(leaf_type, CustomGraphQLEnumType):
            members = cast("type[Enum]", leaf_type.wrapped_cls)
            self._enum = members
            self._names |= _names(leaf_type, members)

    def at_once(self, values: Column, kinds: set[type], *, nullable: bool) -> Column | None:
        """The coerced values; None where they have to be looked at one by one."""
        given = kinds - {NoneType} if nullable else kinds
        if not given:
            return values
        if self._at_once is not None and given == {self._at_once[0]}:
            is_good = self._at_once[1]
            if is_good is None or is_good(values):
                return values
        if any(kind is NoneType or issubclass(kind, _SPECIAL) or hasattr(kind, "__await__") for kind in given):
            return None
        try:
            if given == {self._enum}:
                return [self._names[value] for value in values]
            column = self._coerced(values)
        except Exception:  # noqa: BLE001 - found again, for the value that has it
            return None
        if len(self._coercible) < MAX_CLASSES:
            self._coercible |= given
        return column

    def check(self, value: str, names: dict[str, Any]) -> list[str]:
        """Python that leaves the coerced value in the variable `value`, or raises; what it uses is put into `names`."""
        if self._at_once is not None:
            return [f"if not ({_CHECKS[self.type.name].format(value)}): raise Unusual"]
        if self._enum is not None:
            names |= {f"class_{value}": self._enum, f"names_{value}": self._names}
            return [f"if type({value}) is not class_{value}: raise Unusual", f"{value} = names_{value}[{value}]"]
        names |= {f"classes_{value}": self._coercible, f"coerce_{value}": self._coerce, "Undefined": Undefined}
        return [
            f"if type({value}) not in classes_{value}: raise Unusual",
            f"{value} = coerce_{value}({value})",
            f"if {value} is None or {value} is Undefined: raise Unusual",
        ]

    def _coerced(self, values: Column) -> Column | None:
        coerce = self._coerce
        column = [None if value is None else coerce(value) for value in values]
        for value, coerced in zip(values, column, strict=True):
            if coerced is Undefined or (coerced is None and value is not None):
                return None
        return column


def _is_int32(values: Column) -> bool:
    numbers = values if None not in values else [value for value in values if value is not None]
    return bool(min(numbers) >= MIN_INT and max(numbers) <= MAX_INT)


def _is_finite(values: Column) -> bool:
    return all(value is None or isfinite(value) for value in values)


_SPECIAL = (Exception, UndefinedType)
_BUILT_IN = {GraphQLString, GraphQLID, GraphQLBoolean, GraphQLInt, GraphQLFloat}
_AT_ONCE: dict[str, tuple[type, Callable[[Column], bool] | None]] = {
    "String": (str, None),
    "ID": (str, None),
    "Boolean": (bool, None),
    "Int": (int, _is_int32),
    "Float": (float, _is_finite),
}
_CHECKS = {
    "String": "type({0}) is str",
    "ID": "type({0}) is str",
    "Boolean": "type({0}) is bool",
    "Int": f"type({{0}}) is int and {MIN_INT} <= {{0}} <= {MAX_INT}",
    "Float": "type({0}) is float and {0} - {0} == 0",
}
"""The same as an expression; what is not finite is no number when it is taken from itself."""


def _names(enum_type: GraphQLEnumType, members: type[Enum]) -> dict[Any, str | None]:
    """Strawberry looks through all values for each; members are few and never change."""
    names: dict[Any, str | None] = {}
    for member in members:
        try:
            names[member] = enum_type.coerce_output_value(member)
        except (TypeError, ValueError):  # unhashable, or not a value of the schema: each is told when it is met
            continue
    return names
