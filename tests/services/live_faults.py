"""What goes wrong at chosen points: processes that die, connections that are lost, transactions that take long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ParamSpec, TypeVar

import pytest

from infra.database import Database, WriteSession
from resolvers import stream_events, streams, timeline_streams
from stores import changed_entries, changes
from tests.services.home_world import Killed

P = ParamSpec("P")
T = TypeVar("T")
_POINTS = (
    (changes, "since"),
    (changes, "is_whole_since"),
    (changed_entries, "since"),
    (changed_entries, "concerned"),
    (streams, "_home_items"),
    (timeline_streams, "_list_items"),
    (stream_events, "never_seen"),
)
"""Before and after each of these a process can be killed, or its connection lost."""


class Fate:
    """Strikes at one of the points."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self._left = 0
        self._error: type[BaseException] = Killed
        self._doomed: asyncio.Task[Any] | None = None
        for module, name in _POINTS:
            patched.setattr(module, name, self._fated(getattr(module, name)))

    @contextmanager
    def after(self, points: int, error: type[BaseException] = Killed) -> Iterator[None]:
        self._left, self._error, self._doomed = points, error, asyncio.current_task()
        try:
            yield
        finally:
            self._doomed = None

    def _reached(self) -> None:
        """Whatever else runs, as the API of the tests does, lives on."""
        if asyncio.current_task() is not self._doomed:
            return
        self._left -= 1
        if self._left < 0:
            self._doomed = None
            raise self._error

    def _fated(self, function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        async def fated(*args: P.args, **options: P.kwargs) -> T:
            self._reached()
            result = await function(*args, **options)
            self._reached()
            return result

        return fated


class SlowDatabase(Database):
    """In which the transaction of one task can take long to commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.slow: asyncio.Task[str] | None = None
        self.is_about_to_commit = asyncio.Event()
        self.may_commit = asyncio.Event()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        async with super().write() as session:
            yield session
            if asyncio.current_task() is self.slow:
                self.is_about_to_commit.set()
                await self.may_commit.wait()
