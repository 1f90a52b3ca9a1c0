"""One execution of a plan: batches that are due, calls that are awaited.

A sweep executes every batch that is due, and those that come of it, until all that is left has to be awaited. What was
awaited and is there together is swept together, so that the loads that follow meet in one batch again. All of it is
done by the caller's own task; other tasks only run what has to be awaited.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from graphql import ExecutionResult, GraphQLResolveInfo, OperationType
from graphql.execution import Executor
from graphql.pyutils import Path

from execution import completion
from execution.awaiting import Awaited, Values
from execution.batches import Batch, Indices
from execution.failures import Failure, reaches_the_root, settled
from execution.marks import SetwiseResolver
from execution.plan import PlannedField, PlannedOperation, Selection


class Run:
    def __init__(self, plan: PlannedOperation, executor: Executor[Any]) -> None:
        self.plan = plan
        self.executor = executor
        """The stock executor that was made for this request: its variables, its `info`."""
        self._failures: list[Failure] = []
        self._due: deque[Batch] = deque()
        self._setwise: list[_SetwiseCall] = []
        self._awaited = Awaited()
        self._moment = 0

    def result(self) -> ExecutionResult | Awaitable[ExecutionResult]:
        """The result, or an awaitable of it where something has to be awaited."""
        root = self.plan.root
        data = root.template.copy()
        if self.executor.operation.operation is OperationType.MUTATION:
            return self._serially(root, data)
        self._due.append(Batch(root, [self.executor.root_value], [data], root.fields))
        self._sweep()
        return self._finished(data) if self._awaited else self._settled(data)

    async def _serially(self, root: Selection, data: dict[str, Any]) -> ExecutionResult:
        """Each mutation to its full depth before the next begins; none after one without which there is no data."""
        batch = Batch(root, [self.executor.root_value], [data], root.fields)
        for field in root.fields:
            field.source(self, batch, field)
            self._sweep()
            await self._all_awaited()
            if reaches_the_root(self._failures):
                break
        return self._settled(data)

    async def _finished(self, data: dict[str, Any]) -> ExecutionResult:
        await self._all_awaited()
        return self._settled(data)

    def _settled(self, data: dict[str, Any]) -> ExecutionResult:
        if not self._failures:
            return ExecutionResult(data, None)
        return ExecutionResult(*settled(self._failures, data))

    async def _all_awaited(self) -> None:
        try:
            while self._awaited:
                arrived = await self._awaited.next()
                self._moment += 1
                for values, then in arrived:
                    then(values)
                self._sweep()
        finally:
            await self._awaited.cancel()

    def _sweep(self) -> None:
        due = self._due
        while due:
            batch = due.popleft()
            for field in batch.fields:
                field.source(self, batch, field)
        if self._setwise:
            calls, self._setwise = self._setwise, []
            for call in _merged(calls):
                call.begin(self)

    def complete(
        self,
        batch: Batch,
        field: PlannedField,
        values: Values,
        *,
        owners: Sequence[int] | None = None,
        was_awaited: bool = False,
    ) -> None:
        """`owners` says of which objects of the batch the values are, where they are not those of all in turn."""
        completion.complete(self, batch, field, values, owners, was_awaited=was_awaited)

    def execute(self, batch: Batch) -> None:
        self._due.append(batch)

    def call_setwise(
        self, resolver: SetwiseResolver, arguments: Mapping[str, Any], batch: Batch, field: PlannedField
    ) -> None:
        self._setwise.append(_SetwiseCall(resolver, arguments, [(batch, field)]))

    def wait_for(self, awaitables: Sequence[Awaitable[Any]], then: Callable[[Values], None]) -> None:
        """Calls `then`, in a later sweep, with what the awaitables gave; an exception stands for one that failed."""
        self._awaited.add(awaitables, then)

    def fail(
        self,
        error: Exception,
        batch: Batch,
        number: int,
        field: PlannedField,
        indices: Indices = (),
        *,
        is_after_entries: bool = False,
    ) -> None:
        self._failures.append(Failure(error, batch, number, field, indices, self._moment, is_after_entries))

    def info(self, batch: Batch, number: int, field: PlannedField) -> GraphQLResolveInfo[Any]:
        path = Path(batch.paths()[number], field.key, field.parent_type.name)
        return self.executor.build_resolve_info(field.definition, field.nodes, field.parent_type, path)


class _SetwiseCall:
    """One call of a set-wise resolver, for the parents of one or more places."""

    def __init__(
        self, resolver: SetwiseResolver, arguments: Mapping[str, Any], places: list[tuple[Batch, PlannedField]]
    ) -> None:
        self.resolver = resolver
        self.arguments = arguments
        self.places = places

    def begin(self, run: Run) -> None:
        parents = list(chain.from_iterable(batch.parents for batch, _field in self.places))

        def arrived(outcome: Values) -> None:
            values = _one_per_parent(outcome[0], len(parents))
            if len(self.places) == 1:
                run.complete(*self.places[0], values)
                return
            start = 0
            for batch, field in self.places:
                end = start + len(batch.parents)
                run.complete(batch, field, values[start:end])
                start = end

        try:
            awaitable = self.resolver(parents, run.executor.context_value, **self.arguments)
        except Exception as error:  # noqa: BLE001 - the error of every parent
            arrived([error])
        else:
            run.wait_for([awaitable], arrived)


def _merged(calls: list[_SetwiseCall]) -> list[_SetwiseCall]:
    """Places of one level that ask the same of the same resolver share a call."""
    if len(calls) == 1:
        return calls
    distinct: dict[Any, _SetwiseCall] = {}
    for call in calls:
        what: Any = (call.resolver, *sorted(call.arguments.items())) if call.arguments else call.resolver
        try:
            known = distinct.setdefault(what, call)
        except TypeError:  # an argument that cannot be hashed, such as an input object
            known = distinct.setdefault(id(call), call)
        if known is not call:
            known.places += call.places
    return list(distinct.values())


def _one_per_parent(outcome: Any, parents: int) -> Values:
    if isinstance(outcome, Exception):
        return [outcome] * parents
    try:
        values = list(outcome)
    except Exception as error:  # noqa: BLE001 - the error of every parent
        return [error] * parents
    if len(values) == parents:
        return values
    wrong = TypeError(f"A set-wise resolver was given {parents} parents and returned {len(values)} values.")
    return [wrong] * parents
