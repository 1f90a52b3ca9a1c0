"""One operation, run by the stock executor and by ours: the answers have to be the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from execution.breadth_first import BreadthFirst

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Answer:
    data: Any
    errors: list[GraphQLError]

    @property
    def json(self) -> bytes:
        """Key order counts."""
        return orjson.dumps(self.data)

    @property
    def told(self) -> list[tuple[str, Path, tuple[tuple[int, int], ...]]]:
        return [
            (
                error.message,
                tuple(error.path or ()),
                tuple((location.line, location.column) for location in error.locations or ()),
            )
            for error in self.errors
        ]

    def nulled_by(self) -> dict[Path, set[str]]:
        """What became null, and the messages that say why."""
        reasons: dict[Path, set[str]] = {}
        for error in self.errors:
            reasons.setdefault(self._null_position(tuple(error.path or ())), set()).add(error.message)
        return reasons

    def _null_position(self, path: Path) -> Path:
        value = self.data
        for length, key in enumerate(path):
            if value is None:
                return path[:length]
            value = value[key]
        return path


class Both:
    def __init__(self, schema: strawberry.Schema, context: Callable[[], object] = dict) -> None:
        self.schema = schema
        self.ours = BreadthFirst(schema)
        self._context = context

    async def answers(
        self, source: str, variables: Mapping[str, Any] | None = None, *, root: object = None
    ) -> tuple[Answer, Answer, Answer]:
        """The stock executor's, ours, and ours again, by what the plan learned and wrote the first time."""
        document = parse(source)
        assert validate(self.schema._schema, document) == []
        executor_class, given = self.schema.execution_context_class, dict(variables or {})
        stock = execute(
            self.schema._schema, document, root, self._context(), variable_values=given, executor_class=executor_class
        )
        plans = self.ours.plans(document)

        def ours() -> Any:
            executor = executor_class.build(self.schema._schema, document, root, self._context(), given)
            return ExecutionResult(None, executor) if isinstance(executor, list) else self.ours.run(plans, executor)

        return await _answer(stock), await _answer(ours()), await _answer(ours())

    async def agree(
        self, source: str, variables: Mapping[str, Any] | None = None, *, root: object = None, exactly: bool = True
    ) -> Answer:
        """Asserts that all give the same, and gives it. Where resolvers run at once, which of the errors under one
        null are told is a matter of time: `exactly=False` asks only for the same nulls, each with a reason."""
        fallbacks = self.ours.fallbacks
        stock, *both_of_ours = await self.answers(source, variables, root=root)
        for ours in both_of_ours:
            assert ours.json == stock.json
            if exactly:
                assert sorted(ours.told, key=repr) == sorted(stock.told, key=repr)
            else:
                assert ours.nulled_by().keys() == stock.nulled_by().keys()
        assert self.ours.fallbacks == fallbacks
        return both_of_ours[0]


async def _answer(result: Any) -> Answer:
    awaited = await result if isawaitable(result) else result
    return Answer(awaited.data, awaited.errors or [])
