"""Watching what trends."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from msgspec import UNSET, UnsetType

from domain.trends import TrendWindow
from infra.redis import Redis
from services.looks import Looks, Watch
from stores import trend_buckets
from stores.trend_buckets import PublishedTrends


class TrendWatch(Watch[PublishedTrends | None]):
    def __init__(self, region: str, window: TrendWindow) -> None:
        super().__init__()
        self.wanted = region, window
        self.sent: PublishedTrends | UnsetType | None = UNSET

    async def taken(self) -> PublishedTrends | None:
        self.sent = await super().taken()
        return self.sent


class TrendLooks(Looks[TrendWatch]):
    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis

    async def stream(self, region: str, window: TrendWindow) -> AsyncGenerator[PublishedTrends | None, None]:
        """The list as it is, and then each that is published; None while there is none."""
        watch = TrendWatch(region, window)
        async with self.watched(watch):
            while True:
                yield await watch.taken()

    async def look(self, watches: Sequence[TrendWatch]) -> None:
        """One round trip, however many watch."""
        found = await trend_buckets.all_published(self._redis, sorted({watch.wanted for watch in watches}))
        for watch in watches:
            watch.offer(UNSET if found[watch.wanted] == watch.sent else found[watch.wanted])
