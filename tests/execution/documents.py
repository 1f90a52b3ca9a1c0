"""Valid documents over any schema, made from a random source: fragments, aliases, conditions, variables, merging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

Scalar = Callable[[Random], tuple[str, Any]]
"""A literal, and the same as a variable's value."""

BUILT_IN: dict[str, Scalar] = {
    "Int": lambda random: (lambda number: (str(number), number))(random.choice([0, 1, 2, 3, 10])),
    "Float": lambda _random: ("1.5", 1.5),
    "Boolean": lambda random: (lambda yes: ("true" if yes else "false", yes))(random.random() < 0.5),
    "String": lambda random: (lambda text: (f'"{text}"', text))(random.choice(["", "a", "b c"])),
    "ID": lambda random: (lambda text: (f'"{text}"', text))(random.choice(["1", "2", "x"])),
}


@dataclass
class Documents:
    schema: GraphQLSchema
    random: Random
    scalars: dict[str, Scalar]
    allowed: Callable[[str], bool] = lambda _name: True
    depth: int = 4
    size: int = 40
    """About how many fields."""
    variables: dict[str, Any] = field(default_factory=dict)
    _variable_types: dict[str, str] = field(default_factory=dict)
    _fragments: list[str] = field(default_factory=list)
    _names: dict[tuple[str, bool], list[str]] = field(default_factory=dict)

    def operation(self, kind: str = "query", *, only: str | None = None) -> str:
        root = getattr(self.schema, f"{kind}_type")
        selection = self._selection(root, self.depth, fields=1 if kind == "subscription" else 3, only=only)
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self._variable_types.items())
        return "\n".join([f"{kind} Op{f'({declared})' if declared else ''} {selection}", *self._fragments])

    def _selection(self, type_: GraphQLNamedType, depth: int, *, fields: int = 4, only: str | None = None) -> str:
        parts: list[str] = []
        for _ in range(self.random.randint(1, fields) if self.size > 0 else 1):
            parts.append(self._part(type_, depth, only))
            if self.random.random() > 0.9:
                parts.append(parts[-1])
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: GraphQLNamedType, depth: int, only: str | None) -> str:
        self.size -= 1
        if self.size < 0:
            depth = 0
        fields: dict[str, GraphQLField] = getattr(type_, "fields", {})
        usable = [only] if only else self._usable(type_, fields, leaves=depth <= 1)
        chance = self.random.random()
        if only is None and chance > 0.75 and depth > 1:
            return self._fragment(type_, depth)
        if not usable or (only is None and chance > 0.68):
            return f"__typename{self._condition()}"
        return self._field(type_, self.random.choice(usable), fields, depth)

    def _field(self, type_: GraphQLNamedType, name: str, fields: dict[str, GraphQLField], depth: int) -> str:
        definition = fields[name]
        arguments = self._arguments(definition)
        named = get_named_type(definition.type)
        selection = f" {self._selection(named, depth - 1)}" if is_composite_type(named) else ""
        # Two selections of one key must agree in type and arguments, and types may disagree about a name.
        key = f"{name}_{type_.name}_{crc32(arguments.encode())}" if arguments else f"{name}_{type_.name}"
        alias = "" if self.random.random() < 0.3 and not arguments else f"{key}: "
        return f"{alias}{name}{arguments}{self._condition()}{selection}"

    def _usable(self, type_: GraphQLNamedType, fields: dict[str, GraphQLField], *, leaves: bool) -> list[str]:
        known = self._names.get((type_.name, leaves))
        if known is None:
            known = self._names[type_.name, leaves] = [
                name
                for name, definition in fields.items()
                if self.allowed(name) and not (leaves and is_composite_type(get_named_type(definition.type)))
            ]
        return known

    def _fragment(self, type_: GraphQLNamedType, depth: int) -> str:
        on = self.random.choice(self._overlapping(type_))
        if self.random.random() < 0.6:
            condition = f" on {on.name}" if on is not type_ or self.random.random() < 0.7 else ""
            return f"...{condition}{self._condition()} {self._selection(on, depth, fields=3)}"
        selection = self._selection(on, depth, fields=3)
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {on.name} {selection}")
        spread = f"...{name}{self._condition()}"
        return f"{spread} ...{name}" if self.random.random() < 0.3 else spread

    def _overlapping(self, type_: GraphQLNamedType) -> list[GraphQLNamedType]:
        possible = self._possible(type_)
        return [
            other
            for other in self.schema.type_map.values()
            if is_composite_type(other) and not other.name.startswith("__") and possible & self._possible(other)
        ]

    def _possible(self, type_: Any) -> set[str]:
        if is_object_type(type_):
            return {type_.name}
        assert is_abstract_type(type_)
        return {possible.name for possible in self.schema.get_possible_types(type_)}

    def _condition(self) -> str:
        if self.random.random() < 0.85:
            return ""
        directive = self.random.choice(["skip", "include"])
        if self.random.random() < 0.5:
            return f" @{directive}(if: {self.random.choice(['true', 'false'])})"
        return f" @{directive}(if: ${self._variable('Boolean!', self.random.random() < 0.5)})"

    def _arguments(self, definition: GraphQLField) -> str:
        given = []
        for name, argument in definition.args.items():
            required = is_non_null_type(argument.type) and argument.default_value is Undefined
            if not required and self.random.random() < 0.6:
                continue
            if self.random.random() < 0.4:
                _literal, value = self._value(argument.type)
                given.append(f"{name}: ${self._variable(str(argument.type), value)}")
            else:
                given.append(f"{name}: {self._value(argument.type)[0]}")
        return f"({', '.join(given)})" if given else ""

    def _variable(self, type_: str, value: object) -> str:
        name = f"v{len(self._variable_types)}"
        chance = self.random.random()
        is_required = type_.endswith("!")
        self._variable_types[name] = type_
        if chance > 0.3 or is_required:
            self.variables[name] = value
        elif chance > 0.15:
            self.variables[name] = None
        return name

    def _value(self, type_: GraphQLInputType) -> tuple[str, Any]:
        if is_non_null_type(type_):
            return self._given(type_.of_type)
        return ("null", None) if self.random.random() < 0.1 else self._given(type_)

    def _given(self, type_: Any) -> tuple[str, Any]:
        if is_list_type(type_):
            entries = [self._value(type_.of_type) for _ in range(self.random.randint(0, 3))]
            return f"[{', '.join(literal for literal, _ in entries)}]", [value for _, value in entries]
        if is_input_object_type(type_):
            return self._input_object(type_)
        if isinstance(type_, GraphQLEnumType):
            name = self.random.choice(list(type_.values))
            return name, name
        return self.scalars[type_.name](self.random)

    def _input_object(self, type_: GraphQLInputObjectType) -> tuple[str, Any]:
        fields = {}
        for name, definition in type_.fields.items():
            required = is_non_null_type(definition.type) and definition.default_value is Undefined
            if required or self.random.random() < 0.5:
                fields[name] = self._value(definition.type)
        literal = ", ".join(f"{name}: {literal}" for name, (literal, _value) in fields.items())
        return f"{{{literal}}}", {name: value for name, (_literal, value) in fields.items()}
