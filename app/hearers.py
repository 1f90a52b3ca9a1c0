"""Operations of sockets that are told together: what an event is to them is worked out for one of them, and sent to all
for whom it would be the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass
from itertools import zip_longest
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
ASKED_AT_ONCE = 500
"""Of an audience. While they are written to, Postgres says of the next for whom it would be the same."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who asks for what."""

    engine: Engine
    operation: Operation
    variables: Mapping[str, Any]
    send: Callable[[Sequence[bytes]], bool]
    """Sends answers at once, or none of them and says False."""


class OperationHearer(Hearer):
    __slots__ = ("_context", "_subscriber", "_viewer_id", "_worth")

    def __init__(self, subscriber: Subscriber, context: Context, told: Hashable, worth: Worth) -> None:
        self._subscriber = subscriber
        self._context = context
        self._worth = worth
        self._viewer_id = context.viewer_id
        operation, variables = subscriber.operation, subscriber.variables
        asked = {name: variables[name] for name in sorted(operation.event_variables & variables.keys())}
        super().__init__((operation, orjson.dumps(asked).decode(), told, self._viewer_id is None))

    async def tell(
        self, audience: Sequence[OperationHearer], piece: Told
    ) -> AsyncGenerator[Sequence[OperationHearer], None]:
        rest: Sequence[OperationHearer] = audience
        for _ in range(MAX_VERSIONS):
            if len(rest) < 2:
                return
            one, left = rest[0], []
            async with one._reads() as reads:
                context = one._context.at(reads)
                answers = await one._answers(context, piece)
                if answers is None:
                    rest = rest[1:]
                    continue
                async with aclosing(one._compared(context, rest)) as parts:
                    async for part, others in parts:
                        if others is None:
                            return
                        now = asyncio.get_running_loop().time()
                        yield [each for each in part if each._viewer_id not in others and each._hear(answers, now)]
                        left += [each for each in part if each._viewer_id in others]
            rest = left

    def _reads(self) -> AbstractAsyncContextManager[Reads]:
        """Nobody is compared where nobody is signed in, so that it need not be of one moment."""
        database = self._context.runtime.database
        return nullcontext(database) if self._viewer_id is None else database.moment()

    async def _compared(
        self, context: Context, audience: Sequence[OperationHearer]
    ) -> AsyncGenerator[tuple[Sequence[OperationHearer], Collection[int | None] | None], None]:
        """The audience in parts, and whom of each something else is told, None where that cannot be told."""
        parts = [audience[start : start + ASKED_AT_ONCE] for start in range(0, len(audience), ASKED_AT_ONCE)]
        asking = asyncio.create_task(self._others(context, parts[0]))
        try:
            for part, following in zip_longest(parts, parts[1:], fillvalue=()):
                others = await asking
                if following:
                    asking = asyncio.create_task(self._others(context, following))
                    await asyncio.sleep(0)  # It is asked before the part is told.
                yield part, others
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _others(self, context: Context, audience: Sequence[OperationHearer]) -> Collection[int | None] | None:
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

    def _hear(self, answers: Sequence[bytes], now: float) -> bool:
        if self.is_over or not self._subscriber.send(answers):
            return False
        if answers:
            self.spoke_at = now
        return True
