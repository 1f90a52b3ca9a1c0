"""From a document's text to results: parsed, limited, validated and planned once, then executed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from inspect import isawaitable
from typing import Any
from weakref import proxy

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.execution import Executor, create_source_event_stream

from execution import names
from execution.breadth_first import BreadthFirst
from execution.cost import OperationCost
from execution.limits import LimitExceeded, Limits, exceeded
from execution.places import Text
from execution.plan import OperationPlans
from execution.validation import rules

CACHED_CHARACTERS = 1_000_000
"""Of all documents that are kept: parsed, one takes 90 bytes for each character, and as much as DOCUMENT_CHARACTERS of
them besides."""
DOCUMENT_CHARACTERS = 100
CACHED_DOCUMENT_CHARACTERS = 8_000
"""Longer documents are not kept, however often they come: a few would take the place of all others."""
MAX_VALIDATION_ERRORS = 20


class RequestError(Exception):
    """The request cannot be executed at all; nothing was."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, eq=False)
class Operation:
    """One per document and name as long as the document is kept, and equal to itself only."""

    document: DocumentNode
    definition: OperationDefinitionNode
    name: str | None
    plans: OperationPlans
    cost: OperationCost

    @property
    def type(self) -> OperationType:
        return self.definition.operation

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of all fields of the document."""
        return names.fields(self.document)

    @cached_property
    def event_variables(self) -> frozenset[str]:
        """Of a subscription, the variables that answers to its events depend on."""
        return names.event_variables(self.document, self.definition)


class Engine:
    def __init__(
        self,
        schema: strawberry.Schema,
        limits: Limits,
        *,
        introspection: bool,
        breadth_first: bool = True,
    ) -> None:
        self.limits = limits
        self._rules = rules(limits, introspection=introspection)
        self._schema: GraphQLSchema = schema._schema
        self._executor_class = schema.execution_context_class
        self._breadth_first = BreadthFirst(schema)
        self._is_breadth_first = breadth_first
        self._documents: OrderedDict[str, _Document] = OrderedDict()
        self._characters = 0

    @property
    def fallbacks(self) -> int:
        """Operations that were left to the stock executor because only it can execute them."""
        return self._breadth_first.fallbacks

    def prepared(self, source: str, operation_name: str | None) -> Operation:
        """The operation to run; raises RequestError when the document or the choice of operation is bad."""
        document = self._document(source)
        operation = document.operations.get(operation_name)
        if operation is None:
            operation = document.operations[operation_name] = self._chosen(document.node, operation_name)
        return operation

    async def execute(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: object, event: object = None
    ) -> ExecutionResult:
        """Of a subscription, the result for one event. Raises RequestError when the operation costs too much."""
        executor = self._executor(operation, variables, context, event)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        result = self._result(operation, executor)
        finished: ExecutionResult = await result if isawaitable(result) else result
        return finished

    async def subscribe(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncGenerator[ExecutionResult, None]:
        """The results of a subscription; raises RequestError when it could not be started."""
        executor = self._executor(operation, variables, context)
        if isinstance(executor, list):
            raise RequestError(executor)
        created = create_source_event_stream(executor)
        events = await created if isawaitable(created) else created
        if isinstance(events, ExecutionResult):
            raise RequestError(events.errors or [])
        return self._answers(operation, variables, context, events)

    async def _answers(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None,
        context: object,
        events: AsyncIterable[object],
    ) -> AsyncGenerator[ExecutionResult, None]:
        """As graphql-core maps events to responses, but that nothing is held between them."""
        try:
            async for event in events:
                yield await self.execute(operation, variables, context, event)
                del event
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    def _executor(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: object, root: object = None
    ) -> Executor[Any] | list[GraphQLError]:
        """graphql-core's executor for this request, or what is wrong with the variables."""
        cost = operation.cost(variables or {})
        if cost > self.limits.cost:
            raise RequestError([LimitExceeded("cost", limit=self.limits.cost, actual=cost)])
        executor = self._executor_class.build(
            self._schema, operation.document, root, context, dict(variables or {}), operation.name
        )
        if isinstance(executor, Executor):
            # Its own hold it, and it them: all that a request has used would be left to the garbage collector.
            gather, track = Executor.gather_async_work, Executor.track_async_work
            weak = proxy(executor)
            executor.async_helpers = GraphQLResolveInfoHelpers(partial(gather, weak), partial(track, weak))
        return executor

    def _result(self, operation: Operation, executor: Executor[Any]) -> Any:
        if self._is_breadth_first:
            return self._breadth_first.run(operation.plans, executor)
        return executor.execute_operation()

    def _chosen(self, document: DocumentNode, name: str | None) -> Operation:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        chosen = [node for node in operations if name in (None, node.name and node.name.value)]
        if len(chosen) != 1:
            raise RequestError([GraphQLError(_choice_problem(name, found=len(operations)))])
        plans, cost = self._breadth_first.plans(document), OperationCost(self._schema, document, chosen[0])
        return Operation(document, chosen[0], name, plans, cost)

    def _document(self, source: str) -> _Document:
        cached = self._documents.get(source)
        if cached is not None:
            self._documents.move_to_end(source)
            return cached
        if len(source) > self.limits.characters:
            raise RequestError(
                [LimitExceeded("number of characters", limit=self.limits.characters, actual=len(source))]
            )
        try:
            node = parse(Text(source), max_tokens=self.limits.tokens)
        except GraphQLError as error:
            raise RequestError([error]) from error
        except RecursionError as error:
            raise RequestError([GraphQLError("The document is nested too deeply.")]) from error
        errors = exceeded(node, self.limits) or validate(
            self._schema, node, self._rules, max_errors=MAX_VALIDATION_ERRORS
        )
        if errors:
            raise RequestError(list(errors))
        document = _Document(node, {})
        if len(source) <= CACHED_DOCUMENT_CHARACTERS:
            self._keep(source, document)
        return document

    def _keep(self, source: str, document: _Document) -> None:
        self._documents[source] = document
        self._characters += len(source) + DOCUMENT_CHARACTERS
        while self._characters > CACHED_CHARACTERS:
            oldest, _ = self._documents.popitem(last=False)
            self._characters -= len(oldest) + DOCUMENT_CHARACTERS


@dataclass(frozen=True, slots=True)
class _Document:
    """A valid document, and its operations, with their plans, as they were asked for by name."""

    node: DocumentNode
    operations: dict[str | None, Operation]


def _choice_problem(operation_name: str | None, *, found: int) -> str:
    if operation_name is not None:
        return f"The document has no operation named '{operation_name}'."
    if found == 0:
        return "The document has no operation."
    return "The document has several operations: say which to run in 'operationName'."
