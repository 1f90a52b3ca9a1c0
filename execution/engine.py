"""From a document's text to results: parsed, limited and validated once, then executed by graphql-core."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, TypeVar

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    specified_rules,
    subscribe,
    validate,
)

from execution.cost import cost_of
from execution.limits import LimitExceeded, Limits, exceeded

CACHED_DOCUMENTS = 1_000
CACHED_DOCUMENT_CHARACTERS = 8_000
"""Longer documents are not kept: a thousand of them, padded by a stranger, would fill the memory."""
MAX_VALIDATION_ERRORS = 20


Started = TypeVar("Started")


class RequestError(Exception):
    """The request cannot be executed at all; nothing was."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Operation:
    document: DocumentNode
    definition: OperationDefinitionNode
    name: str | None

    @property
    def type(self) -> OperationType:
        return self.definition.operation


class Engine:
    def __init__(self, schema: strawberry.Schema, limits: Limits, *, introspection: bool) -> None:
        self.limits = limits
        self._rules = (*specified_rules, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))
        self._schema: GraphQLSchema = schema._schema
        self._executor_class = schema.execution_context_class
        self._documents: OrderedDict[str, DocumentNode] = OrderedDict()

    def prepared(self, source: str, operation_name: str | None) -> Operation:
        """The operation to run; raises RequestError when the document or the choice of operation is bad."""
        document = self._document(source)
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        chosen = [node for node in operations if operation_name in (None, node.name and node.name.value)]
        if len(chosen) != 1:
            raise RequestError([GraphQLError(_choice_problem(operation_name, found=len(operations)))])
        return Operation(document=document, definition=chosen[0], name=operation_name)

    async def execute(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: object
    ) -> ExecutionResult:
        """Raises RequestError when the operation costs too much."""
        result = self._begun(execute, operation, variables, context)
        return await result if isawaitable(result) else result

    async def subscribe(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncGenerator[ExecutionResult, None]:
        """The results of a subscription; raises RequestError when it could not be started."""
        stream = self._begun(subscribe, operation, variables, context)
        started = await stream if isawaitable(stream) else stream
        if isinstance(started, ExecutionResult):
            raise RequestError(started.errors or [])
        assert isinstance(started, AsyncGenerator)
        return started

    def _begun(
        self,
        run: Callable[..., Started],
        operation: Operation,
        variables: Mapping[str, Any] | None,
        context: object,
    ) -> Started:
        cost = cost_of(self._schema, operation.document, operation.definition, variables or {})
        if cost > self.limits.cost:
            raise RequestError([LimitExceeded("cost", limit=self.limits.cost, actual=cost)])
        return run(
            self._schema,
            operation.document,
            context_value=context,
            variable_values=dict(variables or {}),
            operation_name=operation.name,
            executor_class=self._executor_class,
        )

    def _document(self, source: str) -> DocumentNode:
        cached = self._documents.get(source)
        if cached is not None:
            self._documents.move_to_end(source)
            return cached
        try:
            document = parse(source, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            raise RequestError([error]) from error
        except RecursionError as error:
            raise RequestError([GraphQLError("The document is nested too deeply.")]) from error
        errors = exceeded(document, self.limits) or validate(
            self._schema, document, self._rules, max_errors=MAX_VALIDATION_ERRORS
        )
        if errors:
            raise RequestError(list(errors))
        if len(source) <= CACHED_DOCUMENT_CHARACTERS:
            self._documents[source] = document
        if len(self._documents) > CACHED_DOCUMENTS:
            self._documents.popitem(last=False)
        return document


def _choice_problem(operation_name: str | None, *, found: int) -> str:
    if operation_name is not None:
        return f"The document has no operation named '{operation_name}'."
    if found == 0:
        return "The document has no operation."
    return "The document has several operations: say which to run in 'operationName'."
