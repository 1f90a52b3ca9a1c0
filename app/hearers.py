"""Operations of sockets that are told together: what an event is to them is worked out for one of them, and sent to all
for whom it would be the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import orjson

from app.graphql_http import answer
from domain.changes import Told
from execution.engine import Engine, Operation
from infra.database import Reads
from resolvers import agreement
from resolvers.context import Context, Worth
from services.watches import Hearer

MAX_VERSIONS = 4
"""Of what an audience is told; those who would be told still others are told by their streams."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who asks for what."""

    engine: Engine
    context: Context
    operation: Operation
    variables: Mapping[str, Any]
    send: Callable[[Sequence[bytes]], bool]
    """Sends answers at once, or none of them and says False."""

    def hearer_for(self, told: Hashable, worth: Worth) -> Hearer:
        return OperationHearer(self, told, worth)


class OperationHearer(Hearer):
    __slots__ = ("_subscriber", "_viewer_id", "_worth")

    def __init__(self, subscriber: Subscriber, told: Hashable, worth: Worth) -> None:
        self._subscriber = subscriber
        self._worth = worth
        self._viewer_id = subscriber.context.viewer_id
        operation, variables = subscriber.operation, subscriber.variables
        asked = {name: variables[name] for name in sorted(operation.event_variables & variables.keys())}
        super().__init__((operation, orjson.dumps(asked).decode(), told, self._viewer_id is None))

    async def tell(
        self, audience: Sequence[OperationHearer], piece: Told
    ) -> AsyncGenerator[Sequence[OperationHearer], None]:
        rest: Sequence[OperationHearer] = audience
        for _ in range(MAX_VERSIONS):
            if len(rest) < 2:
                break
            async with rest[0]._reads() as reads:
                context = rest[0]._subscriber.context.at(reads)
                answers = await rest[0]._answers(context, piece)
                others = None if answers is None else await rest[0]._others(context, rest)
            if answers is None:
                rest = rest[1:]
                continue
            if others is None:
                break
            yield [hearer for hearer in rest if hearer._viewer_id not in others and hearer._hear(answers)]
            rest = [hearer for hearer in rest if hearer._viewer_id in others] if others else []

    def _reads(self) -> AbstractAsyncContextManager[Reads]:
        """Nobody is compared where nobody is signed in, so that it need not be of one moment."""
        database = self._subscriber.context.runtime.database
        return nullcontext(database) if self._viewer_id is None else database.moment()

    async def _others(self, context: Context, audience: Sequence[OperationHearer]) -> Collection[int | None] | None:
        """Whom of the audience something else is told, None where that cannot be told."""
        if self._viewer_id is None:
            return ()
        viewer_ids = {hearer._viewer_id for hearer in audience if hearer._viewer_id is not None}
        return await agreement.others(context, viewer_ids, than=self._viewer_id)

    async def _answers(self, context: Context, piece: Told) -> Sequence[bytes] | None:
        """None where only the stream can say it."""
        events = await self._worth(context, piece)
        if events is None:
            return None
        answers = []
        for event in events:
            result = await self._subscriber.engine.execute(
                self._subscriber.operation, self._subscriber.variables, context, event
            )
            if result.errors or context.is_degraded:
                return None
            answers.append(orjson.dumps(answer(result, context)))
        return answers

    def _hear(self, answers: Sequence[bytes]) -> bool:
        if self.is_over or not self._subscriber.send(answers):
            return False
        if answers:
            self.spoke_at = asyncio.get_running_loop().time()
        return True
