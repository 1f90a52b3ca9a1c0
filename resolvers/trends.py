"""What is trending."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

import msgspec

from domain.accounts import is_region
from domain.errors import BadArgument
from domain.records import Count, CountPrecision
from domain.trends import MAX_TRENDS, RankedTrend, TrendExplanation, TrendWindow
from resolvers.context import Context
from services.trends import GLOBAL
from stores import trend_buckets
from stores.trend_buckets import PublishedTrends


class Trend(msgspec.Struct, frozen=True):
    topic: str
    rank: int
    tweet_count: Count
    authors: Count
    explanation: TrendExplanation


class TrendList(msgspec.Struct, frozen=True):
    region: str
    window: TrendWindow
    as_of: datetime | None
    trends: tuple[Trend, ...]


async def trends(
    context: Context, *, region: str = GLOBAL, window: TrendWindow = TrendWindow.HOUR, first: int = 20
) -> TrendList:
    _check(region, first)
    found = await trend_buckets.published(context.runtime.redis, region, window)
    return _list(region, window, found, first)


async def published(
    context: Context, *, region: str = GLOBAL, window: TrendWindow = TrendWindow.HOUR, first: int = 20
) -> AsyncIterator[TrendList]:
    _check(region, first)
    async with aclosing(context.runtime.trend_looks.stream(region, window)) as lists:
        async for each in lists:
            yield _list(region, window, each, first)


def _check(region: str, first: int) -> None:
    """Raises BadArgument."""
    if not 1 <= first <= MAX_TRENDS:
        raise BadArgument(f"'first' is {first}; it must be between 1 and {MAX_TRENDS}.")
    if region != GLOBAL and not is_region(region):
        raise BadArgument(f"'region' is a two-letter country code or {GLOBAL}.")


def _list(region: str, window: TrendWindow, published: PublishedTrends | None, first: int) -> TrendList:
    if published is None:
        return TrendList(region=region, window=window, as_of=None, trends=())
    as_of = datetime.fromtimestamp(published.as_of_ms / 1000, UTC)
    return TrendList(
        region=region,
        window=window,
        as_of=as_of,
        trends=tuple(_trend(trend, as_of) for trend in published.trends[:first]),
    )


def _trend(ranked: RankedTrend, as_of: datetime) -> Trend:
    return Trend(
        topic=f"#{ranked.tag}",
        rank=ranked.rank,
        tweet_count=Count(ranked.tweets, CountPrecision.EXACT, as_of),
        authors=Count(ranked.authors, CountPrecision.ESTIMATE, as_of),
        explanation=ranked.explanation,
    )
