"""Field errors: noted where they happen, put in their place when everything has run.

Execution writes values and goes on, as if every field were nullable. Afterwards the failures are gone through in the
order in which the stock executor would have met them. Each makes null the nearest position above it that may be null,
unless that is inside something that an earlier failure made null already: then nobody would have heard of it. So
nothing of null propagation is in the way of fields that do not fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from graphql import GraphQLError, located_error

from execution.batches import Batch, Indices, Order
from execution.plan import PlannedField


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    error: Exception
    batch: Batch
    number: int
    """Which object of the batch."""
    field: PlannedField
    indices: Indices
    """Which entry, where the field is a list and not all of it failed."""
    moment: int
    """How often execution had waited before."""
    is_after_entries: bool
    """A list that broke off when it had given some entries: what failed in those failed before."""

    def when(self) -> tuple[int, Order]:
        order = (*self.batch.order(self.number), self.field.position, *self.indices)
        return self.moment, (*order, inf) if self.is_after_entries else order

    def path(self) -> list[str | int]:
        path = self.batch.paths()[self.number]
        return [*(path.as_list() if path else ()), self.field.key, *self.indices]

    def levels_to_nullable(self) -> int | None:
        """How many steps up the path is the nearest position that may be null: 0 is the failed one. None where not
        even the whole response may be kept."""
        levels, batch, number = 0, self.batch, self.number
        field: PlannedField | None = self.field
        depth = len(self.indices)
        while field is not None:
            for nullable in reversed(field.nullable[: depth + 1]):
                if nullable:
                    return levels
                levels += 1
            depth, field = len(batch.indices_of(number)), batch.field
            if batch.above is not None:
                number, batch = batch.owners[number], batch.above
        return None


def reaches_the_root(failures: Sequence[Failure]) -> bool:
    return any(failure.levels_to_nullable() is None for failure in failures)


def _located(failure: Failure, path: list[str | int], alike: dict[PlannedField, GraphQLError]) -> GraphQLError:
    """`alike` has an error of each field: its nodes are looked for in the document once, not for each failure."""
    if isinstance(failure.error, GraphQLError):
        return located_error(failure.error, failure.field.nodes, path)
    first = alike.get(failure.field)
    if first is None:
        first = alike[failure.field] = located_error(failure.error, failure.field.nodes, path)
        return first
    error = located_error(failure.error, None, path)
    error.nodes, error.source, error.positions = first.nodes, first.source, first.positions
    error.locations = first.locations
    return error


def settled(failures: Sequence[Failure], data: dict[str, Any]) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The data with nulls where they belong (it is changed), and the errors that are told."""
    errors: list[GraphQLError] = []
    nulled: set[tuple[str | int, ...]] = set()
    alike: dict[PlannedField, GraphQLError] = {}
    for failure in sorted(failures, key=Failure.when):
        path = failure.path()
        levels = failure.levels_to_nullable()
        position = () if levels is None else tuple(path[: len(path) - levels])
        if any(position[:length] in nulled for length in range(1, len(position) + 1)):
            continue
        nulled.add(position)
        errors.append(_located(failure, path, alike))
        if levels is None:
            return None, errors
        _make_null(data, position)
    return data, errors


def _make_null(data: Any, position: tuple[str | int, ...]) -> None:
    *way, last = position
    for key in way:
        data = data[key]
    data[last] = None
