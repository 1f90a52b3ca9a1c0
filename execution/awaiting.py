"""Groups of awaitables: a group has arrived when all of it has."""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from types import CoroutineType
from typing import Any

Values = Sequence[Any]
Then = Callable[[Values], None]


class Awaited:
    def __init__(self) -> None:
        self._added: list[tuple[Sequence[Awaitable[Any]], Then]] = []
        self._running: set[_Group] = set()
        self._arrived: list[_Group] = []
        self._wake: Future[None] | None = None

    def __bool__(self) -> bool:
        return bool(self._added or self._running)

    def add(self, awaitables: Sequence[Awaitable[Any]], then: Then) -> None:
        """Nothing begins before `next` is awaited, so that all of a sweep begins together."""
        self._added.append((awaitables, then))

    async def next(self) -> list[tuple[Values, Then]]:
        """The groups that arrived, at least one, each with what to do with its values. An exception stands for an
        awaitable that raised it."""
        added, self._added = self._added, []
        if not self._running and len(added) == 1 and len(added[0][0]) == 1:
            (only,), then = added[0]
            return [([await _outcome(only)], then)]
        for awaitables, then in added:
            group = _Group(awaitables, then, self._group_arrived)
            self._running.add(group)
        if not self._arrived:
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        arrived, self._arrived = self._arrived, []
        self._running.difference_update(arrived)
        return [(group.values(), group.then) for group in arrived]

    async def cancel(self) -> None:
        """Ends what was begun, and waits for its end."""
        for awaitables, _then in self._added:
            for awaitable in awaitables:
                if isinstance(awaitable, Coroutine):
                    awaitable.close()
        futures = [future for group in self._running for future in group.futures if not future.done()]
        if futures:
            for future in futures:
                future.cancel()
            await asyncio.gather(*futures, return_exceptions=True)

    def _group_arrived(self, group: _Group) -> None:
        self._arrived.append(group)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class _Group:
    def __init__(self, awaitables: Sequence[Awaitable[Any]], then: Then, arrived: Callable[[_Group], None]) -> None:
        self.then = then
        loop = asyncio.get_running_loop()
        self.futures: list[Future[Any]] = [
            awaitable
            if isinstance(awaitable, Future)
            else loop.create_task(awaitable if isinstance(awaitable, CoroutineType) else _result(awaitable))
            for awaitable in awaitables
        ]
        self._missing = len(self.futures)
        self._tell = arrived
        for future in self.futures:
            future.add_done_callback(self._one_arrived)

    def values(self) -> Values:
        """Raises CancelledError where somebody cancelled one of them."""
        return [_value(future) for future in self.futures]

    def _one_arrived(self, _future: Future[Any]) -> None:
        self._missing -= 1
        if not self._missing:
            self._tell(self)


def _value(future: Future[Any]) -> Any:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Exception):
        return error
    raise error


async def _result(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _outcome(awaitable: Awaitable[Any]) -> Any:
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - the caller's to report
        return error
