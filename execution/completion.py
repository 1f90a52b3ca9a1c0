"""Completing values: from what resolvers gave to what the response says.

A column is the values of one field for the objects of a batch. Its classes decide: where they show that nothing
special can be among the values, the column is completed as a whole. Otherwise each value is taken on its own, exactly
as graphql-core does it: `completion` is the fast way, `OneByOne` the one that defines the result.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, repeat
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from execution.batches import Batch, Indices
from execution.one_by_one import OneByOne

if TYPE_CHECKING:
    from execution.plan import PlannedField, Selection
    from execution.run import Run

Results = Sequence[dict[str, Any]]
LISTS = frozenset({list, tuple})


class _Places(NamedTuple):
    """Of objects that a field gave, worked out where somebody is to know."""

    owners: Sequence[int]
    """For each value of the field, which object of the batch it is of."""
    sizes: Sequence[int] | None
    """Of the lists that the values are."""

    def of(self, mine: Sequence[int] | None) -> tuple[Sequence[int], Sequence[Indices] | None]:
        """Owners and indices, as a Batch has them, of these objects, or of all."""
        owners = self.owners
        indices: Sequence[Indices] | None = None
        if self.sizes is not None:
            owners = list(chain.from_iterable(map(repeat, owners, self.sizes)))
            indices = list(chain.from_iterable(zip(range(size)) for size in self.sizes))
        if mine is None:
            return owners, indices
        return [owners[number] for number in mine], indices and [indices[number] for number in mine]


def complete(
    run: Run,
    batch: Batch,
    field: PlannedField,
    values: Sequence[Any],
    owners: Sequence[int] | None,
    *,
    was_awaited: bool,
) -> None:
    results: Results = batch.results if owners is None else [batch.results[owner] for owner in owners]
    if owners is None:
        owners = range(len(values))
    if field.depth == 0:
        done = _scalars(field, values, results) if field.leaf else _objects(run, batch, field, values, results, owners)
    else:
        done = field.depth == 1 and _lists(run, batch, field, values, results, owners)
    if not done:
        OneByOne(run, batch, field, was_awaited=was_awaited).complete(values, owners, results)


def _scalars(field: PlannedField, values: Sequence[Any], results: Results) -> bool:
    assert field.leaf is not None
    column = field.leaf.at_once(values, set(map(type, values)), nullable=field.nullable[0])
    if column is None:
        return False
    key = field.key
    for result, value in zip(results, column, strict=True):
        result[key] = value
    return True


def _objects(
    run: Run, batch: Batch, field: PlannedField, values: Sequence[Any], results: Results, owners: Sequence[int]
) -> bool:
    column = _executed(run, batch, field, values, _Places(owners, None))
    if column is None:
        return False
    key = field.key
    for result, part in zip(results, column, strict=True):
        result[key] = part
    return True


def _lists(
    run: Run, batch: Batch, field: PlannedField, values: Sequence[Any], results: Results, owners: Sequence[int]
) -> bool:
    if not set(map(type, values)) <= LISTS:
        return False
    entries = list(chain.from_iterable(values))
    sizes = [len(value) for value in values]
    if field.leaf is not None:
        column = field.leaf.at_once(entries, set(map(type, entries)), nullable=field.nullable[1])
    else:
        column = _executed(run, batch, field, entries, _Places(owners, sizes))
    if column is None:
        return False
    start, key = 0, field.key
    for result, size in zip(results, sizes, strict=True):
        result[key] = list(column[start : start + size])
        start += size
    return True


def _executed(
    run: Run,
    batch: Batch,
    field: PlannedField,
    objects: Sequence[Any],
    places: _Places,
) -> Sequence[dict[str, Any] | None] | None:
    """The responses of objects, which are executed as a batch for each type; None where a type has to be found out."""
    kinds = set(map(type, objects))
    known = field.selection_of_class
    if NoneType not in kinds:
        selections = {known.get(kind) for kind in kinds}
    elif field.nullable[-1]:
        selections = {known.get(kind) for kind in kinds - {NoneType}}
    else:
        return None
    if None in selections:
        return None
    if len(selections) == 1 and NoneType not in kinds:
        return _begun(run, batch, field, selections.pop(), kinds, objects, places)
    column: list[dict[str, Any] | None] = [None] * len(objects)
    for selection in selections:
        mine = [number for number, each in enumerate(objects) if known.get(type(each)) is selection]
        kinds_of_mine = {kind for kind in kinds if known.get(kind) is selection}
        objects_of_mine = [objects[number] for number in mine]
        parts = _begun(run, batch, field, selection, kinds_of_mine, objects_of_mine, places, mine)
        for number, part in zip(mine, parts, strict=True):
            column[number] = part
    return column


def _begun(
    run: Run,
    batch: Batch,
    field: PlannedField,
    selection: Selection | None,
    kinds: Collection[type],
    objects: Sequence[Any],
    places: _Places,
    mine: Sequence[int] | None = None,
) -> list[dict[str, Any]]:
    assert selection is not None
    parts, fields = selection.begun(objects, kinds)
    if fields:
        owners, indices = places.of(mine)
        run.execute(Batch(selection, objects, parts, fields, field=field, above=batch, owners=owners, indices=indices))
    return parts
