"""Where the values of a field come from: one strategy per field of the schema, chosen once.

Strategies give the values in the order of the parents. A value that is an exception is that parent's error, whether a
resolver raised it or returned it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

import strawberry
from graphql import GraphQLField, GraphQLLeafType
from strawberry.types.field import StrawberryField

from execution.arguments import Conversion
from execution.inputs import Inputs
from execution.leaves import Leaf
from execution.marks import BROUGHT_BY, OF_PARENT, SETWISE, SetwiseResolver

if TYPE_CHECKING:
    from execution.batches import Batch
    from execution.plan import PlannedField
    from execution.run import Run

DEFINITION = "strawberry-definition"


class Source(Protocol):
    def __call__(self, run: Run, batch: Batch, field: PlannedField) -> None:
        """Gives the values to the run, now or when they are there."""


class Attributes:
    """A field without a resolver is the attribute of its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._get = attrgetter(name)

    def __call__(self, run: Run, batch: Batch, field: PlannedField) -> None:
        values: Sequence[Any]
        try:
            values = list(map(self._get, batch.parents))
        except Exception:  # noqa: BLE001 - found again, for the parent that has it
            values = [_caught(self._get, parent) for parent in batch.parents]
        run.complete(batch, field, values)


class OfParents:
    """A function that is given the parent and nothing else."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, run: Run, batch: Batch, field: PlannedField) -> None:
        function = self.function
        run.complete(batch, field, [_caught(function, parent) for parent in batch.parents])


class Setwise:
    """One call for all parents, where they do not bring their values along."""

    def __init__(
        self, resolver: SetwiseResolver, conversion: Conversion, brought_by: Mapping[type, Callable[[Any], Any]]
    ) -> None:
        self._resolver = resolver
        self._conversion = conversion
        self.brought_by = brought_by

    def __call__(self, run: Run, batch: Batch, field: PlannedField) -> None:
        brought_by = self.brought_by
        if brought_by and set(map(type, batch.parents)) <= brought_by.keys():
            run.complete(batch, field, [_caught(brought_by[type(parent)], parent) for parent in batch.parents])
            return
        try:
            arguments = self._conversion(field.arguments.of(run.executor))
        except Exception as error:  # noqa: BLE001 - the field's error
            run.complete(batch, field, [error] * len(batch.parents))
        else:
            run.call_setwise(self._resolver, arguments, batch, field)


class Resolver:
    """A resolver as the stock executor calls it, once per parent; what it leaves to be awaited is awaited together."""

    def __init__(self, resolve: Callable[..., Any] | None) -> None:
        self._resolve = resolve

    def __call__(self, run: Run, batch: Batch, field: PlannedField) -> None:
        resolve = self._resolve or run.executor.field_resolver
        try:
            arguments = field.arguments.of(run.executor)
        except Exception as error:  # noqa: BLE001 - the field's error
            run.complete(batch, field, [error] * len(batch.parents))
            return
        values: list[Any] = []
        for number, parent in enumerate(batch.parents):
            try:
                values.append(resolve(parent, run.info(batch, number, field), **arguments))
            except Exception as error:  # noqa: BLE001 - the field's error
                values.append(error)
        run.complete(batch, field, values)


class Sources:
    """The strategy of each field of a schema, and its leaf types."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._schema = schema
        self._inputs = Inputs(schema.config, schema.schema_converter.scalar_registry)
        self._known: dict[int, tuple[GraphQLField, Source]] = {}
        self._leaves: dict[str, Leaf] = {}

    def of(self, definition: GraphQLField) -> Source:
        known = self._known.get(id(definition))
        if known is None:
            known = self._known[id(definition)] = (definition, self._chosen(definition))
        return known[1]

    def leaf(self, leaf_type: GraphQLLeafType) -> Leaf:
        known = self._leaves.get(leaf_type.name)
        if known is None:
            known = self._leaves[leaf_type.name] = Leaf(leaf_type)
        return known

    def _chosen(self, definition: GraphQLField) -> Source:
        field = definition.extensions.get(DEFINITION)
        if not isinstance(field, StrawberryField) or not self._is_plain(field):
            return Resolver(definition.resolve)
        if SETWISE in field.metadata:
            converter = self._schema.schema_converter
            conversion = Conversion(field, self._schema.config, converter.scalar_registry, self._inputs)
            return Setwise(field.metadata[SETWISE], conversion, field.metadata.get(BROUGHT_BY, {}))
        if OF_PARENT in field.metadata:
            return OfParents(field.metadata[OF_PARENT])
        if field.base_resolver is None and self._schema.config.default_resolver is getattr:
            return Attributes(field.python_name)
        return Resolver(definition.resolve)

    def _is_plain(self, field: StrawberryField) -> bool:
        """Nothing stands between the field and its resolver: no permission class or extension, no handler of
        exceptions, no other idea of what a field's result is."""
        handlers = self._schema.schema_converter._get_field_exception_handlers(field)
        return not field.extensions and not handlers and type(field).get_result is StrawberryField.get_result


def _caught(function: Callable[[Any], Any], parent: Any) -> Any:
    try:
        return function(parent)
    except Exception as error:  # noqa: BLE001 - the field's error
        return error
