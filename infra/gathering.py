"""Work that takes hardly longer for many than for one, done for all who ask meanwhile."""

from __future__ import annotations

from asyncio import Future, create_task, get_running_loop
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextvars import Context
from itertools import chain
from typing import Generic, TypeAlias, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
_Answer: TypeAlias = "Future[Value | None]"


class Gathering(Generic[Key, Value]):
    """The work for a key begins after it was asked for: what it finds is never older than the question. It is done by
    one at a time, so that it has to end; who asks while it is under way is answered by the next, together with all who
    did, or fails with it where it took too long. (A loader gathers for a tick of the event loop, and knows for good
    what it has loaded.)"""

    def __init__(
        self, work: Callable[[Sequence[Key]], AsyncIterator[tuple[Key, Value]]], *, too_long: type[Exception]
    ) -> None:
        """`work` tells what it finds as it finds it, and raises `too_long` when it takes too long."""
        self._work = work
        self._too_long = too_long
        self._is_under_way = False
        self._waiting: list[tuple[Key, _Answer[Value]]] = []

    async def ask(self, key: Key) -> Value | None:
        """None where the work finds nothing; raises what it raises."""
        if self._is_under_way:
            answer: _Answer[Value] = get_running_loop().create_future()
            self._waiting.append((key, answer))
            return await answer
        # Whoever is alone needs no task, and is the only one whose work ends where they are cancelled.
        self._is_under_way = True
        found = None
        try:
            async for _, value in self._work([key]):
                found = value
        except self._too_long as error:
            self._tell_who_waits(error)
            raise
        finally:
            self._go_on()
        return found

    def _go_on(self) -> None:
        asked: defaultdict[Key, list[_Answer[Value]]] = defaultdict(list)
        for key, answer in self._waiting:
            if not answer.done():  # by its being cancelled
                asked[key].append(answer)
        self._waiting.clear()
        self._is_under_way = bool(asked)
        if asked:
            # In a context of its own: it is not the last one's request.
            self._task = create_task(self._answer(asked), context=Context())

    async def _answer(self, asked: defaultdict[Key, list[_Answer[Value]]]) -> None:
        try:
            async for key, value in self._work(list(asked)):
                for answer in _open(asked.pop(key)):
                    answer.set_result(value)
            for answer in _open(chain.from_iterable(asked.values())):
                answer.set_result(None)
        except BaseException as error:  # noqa: BLE001 - raised to everybody who asked
            for answer in _open(chain.from_iterable(asked.values())):
                answer.set_exception(error)
            if isinstance(error, self._too_long):
                self._tell_who_waits(error)
        finally:
            self._go_on()

    def _tell_who_waits(self, error: BaseException) -> None:
        for answer in _open(answer for _, answer in self._waiting):
            answer.set_exception(error)


def _open(answers: Iterable[_Answer[Value]]) -> list[_Answer[Value]]:
    return [answer for answer in answers if not answer.done()]
