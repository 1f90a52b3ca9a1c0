"""Streams of absolute values that many watch: what they watch is looked at once a second for all of the process."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from msgspec import UNSET, UnsetType

from infra.outages import is_outage

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
Value = TypeVar("Value")


class Watch(Generic[Value]):
    """What one stream has not sent yet: however slow its client is, only the newest."""

    def __init__(self) -> None:
        self._news: Value | UnsetType = UNSET
        self._arrived = asyncio.Event()

    def offer(self, news: Value | UnsetType) -> None:
        """In place of what was not taken; UNSET where there is nothing new any more."""
        self._news = news
        if news is UNSET:
            self._arrived.clear()
        else:
            self._arrived.set()

    async def taken(self) -> Value:
        await self._arrived.wait()
        news = self._news
        assert news is not UNSET
        self.offer(UNSET)
        return news


AnyWatch = TypeVar("AnyWatch", bound=Watch)  # type: ignore[type-arg]


class Looks(ABC, Generic[AnyWatch]):
    """One per process."""

    def __init__(self) -> None:
        self._watches: set[AnyWatch] = set()
        self._looking: asyncio.Task[None] | None = None

    @abstractmethod
    async def look(self, watches: Sequence[AnyWatch]) -> None:
        """Offers each what it has not sent of what is there now."""

    @asynccontextmanager
    async def watched(self, watch: AnyWatch) -> AsyncIterator[None]:
        """Looks once, and then every LOOK_EVERY_S with the others until the block ends."""
        await self.look([watch])
        self._watches.add(watch)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_forever())
        try:
            yield
        finally:
            self._watches.discard(watch)
            if not self._watches and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look_forever(self) -> None:
        while True:
            before = set(self._watches)  # whoever comes meanwhile has just looked
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if due := before & self._watches:
                    await self.look(list(due))
            except Exception as error:
                log.warning("streams wait for the next look: %s", error, exc_info=not is_outage(error))
