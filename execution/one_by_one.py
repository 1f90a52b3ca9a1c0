"""Completing values one at a time, in the order and with the words of graphql-core's executor.

It is `complete_value` of graphql-core without its recursion into objects: these are gathered, and executed as batches.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import GraphQLError, Undefined
from graphql.pyutils import is_iterable

from execution.batches import Batch, Indices
from execution.runtime_types import Typed, typed

if TYPE_CHECKING:
    from execution.plan import PlannedField
    from execution.run import Run


class Place(NamedTuple):
    """Where a value goes: `container[key]`, which is the field of the batch's object `owner`, or an entry of it."""

    owner: int
    indices: Indices
    container: Any
    key: Any


class OneByOne:
    def __init__(self, run: Run, batch: Batch, field: PlannedField, *, was_awaited: bool) -> None:
        self._run = run
        self._batch = batch
        self._field = field
        self._was_awaited = was_awaited
        self._objects: list[tuple[Any, Place]] = []
        self._awaitables: list[tuple[Any, Place]] = []

    def complete(self, values: Sequence[Any], owners: Sequence[int], results: Sequence[dict[str, Any]]) -> None:
        key = self._field.key
        for value, owner, result in zip(values, owners, results, strict=True):
            self._value(value, Place(owner, (), result, key), may_await=not self._was_awaited)
        self._go_on()

    def _go_on(self) -> None:
        if self._objects:
            objects, self._objects = self._objects, []
            self._execute(typed(self._run, self._batch, self._field, objects))
        if self._awaitables:
            waiting, self._awaitables = self._awaitables, []
            places = [place for _awaitable, place in waiting]
            self._run.wait_for(
                [awaitable for awaitable, _place in waiting], lambda values: self._arrived(values, places)
            )

    def _execute(self, found: Typed) -> None:
        """Executes objects whose types are known; those that are still to be told are awaited."""
        for error, place in found.errors:
            self._fail(error, place)
        for selection, objects in found.by_selection():
            values = [value for value, _place in objects]
            parts, fields = selection.begun(values, set(map(type, values)))
            for part, (_value, place) in zip(parts, objects, strict=True):
                place.container[place.key] = part
            if fields:
                self._run.execute(
                    Batch(
                        selection,
                        values,
                        parts,
                        fields,
                        field=self._field,
                        above=self._batch,
                        owners=[place.owner for _value, place in objects],
                        indices=[place.indices for _value, place in objects],
                    )
                )
        if found.awaitables:
            self._run.wait_for(found.awaitables, lambda values: self._execute(found.told(values)))

    def _value(self, value: Any, place: Place, *, may_await: bool = True) -> None:
        if may_await and self._run.executor.is_awaitable(value):
            self._awaitables.append((value, place))
            return
        field, depth = self._field, len(place.indices)
        if isinstance(value, Exception):
            self._fail(value, place)
        elif value is None or value is Undefined:
            place.container[place.key] = None
            if not field.nullable[depth]:
                self._fail(self._not_null(), place)
        elif depth < field.depth:
            self._list(value, place)
        elif field.leaf is not None:
            try:
                place.container[place.key] = self._run.executor.complete_leaf_value(field.leaf.type, value)
            except Exception as error:  # noqa: BLE001 - the field's error
                self._fail(error, place)
        else:
            self._objects.append((value, place))

    def _list(self, value: Any, place: Place) -> None:
        if self._run.executor.is_async_iterable(value):
            self._run.wait_for([_read(value)], lambda outcomes: self._list_read(outcomes[0], place))
            return
        if not is_iterable(value):
            name = f"{self._field.parent_type}.{self._field.nodes[0].name.value}"
            self._fail(GraphQLError(f"Expected Iterable, but did not find one for field '{name}'."), place)
            return
        entries: list[Any] = []
        failure: Exception | None = None
        try:
            entries.extend(value)
        except Exception as error:  # noqa: BLE001 - the field's error
            failure = error
        self._entries(entries, failure, place)

    def _entries(self, entries: list[Any], failure: Exception | None, place: Place) -> None:
        place.container[place.key] = parts = [None] * len(entries)
        for index, entry in enumerate(entries):
            self._value(entry, Place(place.owner, (*place.indices, index), parts, index))
        if failure is not None:
            self._run.fail(
                failure, self._batch, place.owner, self._field, place.indices, is_after_entries=bool(entries)
            )

    def _list_read(self, outcome: tuple[list[Any], Exception | None] | Exception, place: Place) -> None:
        entries, failure = ([], outcome) if isinstance(outcome, Exception) else outcome
        self._entries(entries, failure, place)
        self._go_on()

    def _arrived(self, values: Sequence[Any], places: Sequence[Place]) -> None:
        if all(not place.indices for place in places):
            self._run.complete(
                self._batch, self._field, values, owners=[place.owner for place in places], was_awaited=True
            )
            return
        for value, place in zip(values, places, strict=True):
            self._value(value, place, may_await=False)
        self._go_on()

    def _fail(self, error: Exception, place: Place) -> None:
        self._run.fail(error, self._batch, place.owner, self._field, place.indices)

    def _not_null(self) -> TypeError:
        name = f"{self._field.parent_type}.{self._field.nodes[0].name.value}"
        return TypeError(f"Cannot return null for non-nullable field {name}.")


async def _read(iterable: AsyncIterable[Any]) -> tuple[list[Any], Exception | None]:
    """All entries, and what broke it off."""
    entries: list[Any] = []
    iterator: AsyncIterator[Any] = aiter(iterable)
    try:
        while True:
            entries.append(await anext(iterator))
    except StopAsyncIteration:
        return entries, None
    except Exception as error:  # noqa: BLE001 - the field's error
        close = getattr(iterator, "aclose", None)
        if close is not None:
            with suppress(Exception):
                await close()
        return entries, error
