"""Work that takes hardly longer for many than for one, done for all who ask meanwhile."""

from __future__ import annotations

from asyncio import Future, create_task, get_running_loop
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextvars import Context
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Gathering(Generic[Key, Value]):
    """The work for a key begins after it was asked for: what it finds is never older than the question. It is done by
    one at a time, so that it has to end; who asks while it is under way is answered by the next, together with all who
    did, or fails with it where it took too long. (A loader gathers for a tick of the event loop, and knows for good
    what it has loaded.)"""

    def __init__(
        self,
        work: Callable[[Sequence[Key]], Coroutine[Any, Any, Mapping[Key, Value]]],
        *,
        too_long: type[Exception],
    ) -> None:
        """`too_long` is what the work raises then."""
        self._work = work
        self._too_long = too_long
        self._is_under_way = False
        self._waiting: list[tuple[Key, Future[Value | None]]] = []

    async def ask(self, key: Key) -> Value | None:
        """None where the work finds nothing; raises what it raises."""
        if self._is_under_way:
            answer: Future[Value | None] = get_running_loop().create_future()
            self._waiting.append((key, answer))
            return await answer
        # Whoever is alone needs no task, and is the only one whose work ends where they are cancelled.
        self._is_under_way = True
        try:
            return (await self._work([key])).get(key)
        except self._too_long as error:
            _tell(self._no_more_waiting(), error)
            raise
        finally:
            self._go_on()

    def _no_more_waiting(self) -> list[tuple[Key, Future[Value | None]]]:
        asked, self._waiting = self._waiting, []
        return asked

    def _go_on(self) -> None:
        asked = self._no_more_waiting()
        self._is_under_way = bool(asked)
        if asked:
            # In a context of its own: it is not the last one's request.
            self._task = create_task(self._answer(asked), context=Context())

    async def _answer(self, asked: Sequence[tuple[Key, Future[Value | None]]]) -> None:
        try:
            found = await self._work(list(dict.fromkeys(key for key, _ in asked)))
        except BaseException as error:  # noqa: BLE001 - raised to everybody who asked
            _tell(asked, error)
            if isinstance(error, self._too_long):
                _tell(self._no_more_waiting(), error)
        else:
            for key, answer in asked:
                if not answer.done():
                    answer.set_result(found.get(key))
        finally:
            self._go_on()


def _tell(asked: Sequence[tuple[Any, Future[Any]]], error: BaseException) -> None:
    for _, answer in asked:
        if not answer.done():
            answer.set_exception(error)
