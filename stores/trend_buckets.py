"""What hashtags do right now: buckets in Redis, per region, by minute and by hour.

Every key starts with `{trends}`, so that one script may touch them all on a cluster. Keys by shape:

    {trends}:counted:EVENT            marker of a counted event, 24 h
    {trends}:regions                  set of regions with any activity
    {trends}:REGION:KIND:m:MINUTE     hash tag -> n; KIND is tweets, likes, or authors (new in a quarter hour)
    {trends}:REGION:KIND:h:HOUR       the same by hour
    {trends}:REGION:authors:QUARTER:TAG   HyperLogLog of authors in a quarter of an hour
    {trends}:REGION:top:WINDOW        the published list
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from typing import Literal, TypeAlias, cast

import msgspec

from domain.trends import RankedTrend, TrendWindow
from infra.redis import Redis
from stores.scripts import Script

Kind: TypeAlias = Literal["tweets", "likes", "authors"]

MINUTE_TTL_S = 90 * 60
HOUR_TTL_S = 26 * 3600
TOP_TTL_S = 3600
"""002:293: a list nobody renews disappears after an hour."""


class Counted(msgspec.Struct, frozen=True, array_like=True):
    """One event that adds `by` to each tag in each region in the minute it belongs to."""

    event_id: str
    kind: Kind
    minute: int
    """Unix minutes."""
    by: int
    regions: tuple[str, ...]
    tags: tuple[str, ...]
    author: str
    """Counted among the tag's authors; empty for likes and for removals (a HyperLogLog forgets nobody)."""


_COUNT = Script(
    f"""
    local counted = 0
    for _, event in ipairs(cmsgpack.unpack(ARGV[1])) do
        local id, kind, minute, by, regions, tags, author = unpack(event)
        if redis.call('SET', '{{trends}}:counted:' .. id, 1, 'NX', 'EX', 86400) then
            counted = counted + 1
            for _, region in ipairs(regions) do
                redis.call('SADD', '{{trends}}:regions', region)
                local base = '{{trends}}:' .. region
                local by_minute = base .. ':' .. kind .. ':m:' .. minute
                local by_hour = base .. ':' .. kind .. ':h:' .. math.floor(minute / 60)
                for _, tag in ipairs(tags) do
                    redis.call('HINCRBY', by_minute, tag, by)
                    redis.call('HINCRBY', by_hour, tag, by)
                    if author ~= '' then
                        local authors = base .. ':authors:' .. math.floor(minute / 15) .. ':' .. tag
                        if redis.call('PFADD', authors, author) == 1 then
                            redis.call('EXPIRE', authors, {HOUR_TTL_S})
                            for bucket, ttl in pairs({{['m:' .. minute] = {MINUTE_TTL_S},
                                    ['h:' .. math.floor(minute / 60)] = {HOUR_TTL_S}}}) do
                                redis.call('HINCRBY', base .. ':authors:' .. bucket, tag, 1)
                                redis.call('EXPIRE', base .. ':authors:' .. bucket, ttl)
                            end
                        end
                    end
                end
                redis.call('EXPIRE', by_minute, {MINUTE_TTL_S})
                redis.call('EXPIRE', by_hour, {HOUR_TTL_S})
            end
        end
    end
    return counted
    """
)


async def count(redis: Redis, events: Sequence[Counted]) -> int:
    """Counts each event once, however often it is given; returns how many were new."""
    counted = await _COUNT(redis, keys=[b"{trends}"], args=[msgspec.msgpack.encode(events)])
    assert isinstance(counted, int)
    return counted


async def regions(redis: Redis) -> list[str]:
    members = await cast(Awaitable[set[bytes]], redis.smembers("{trends}:regions"))
    return sorted(region.decode() for region in members)


async def by_minute(redis: Redis, region: str, kind: Kind, minutes: Sequence[int]) -> list[Counter[str]]:
    return await _hashes(redis, [f"{{trends}}:{region}:{kind}:m:{minute}" for minute in minutes])


async def by_hour(redis: Redis, region: str, kind: Kind, hours: Sequence[int]) -> list[Counter[str]]:
    return await _hashes(redis, [f"{{trends}}:{region}:{kind}:h:{hour}" for hour in hours])


async def _hashes(redis: Redis, keys: Sequence[str]) -> list[Counter[str]]:
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.hgetall(key)
        found = await pipeline.execute()
    return [Counter({tag.decode(): int(n) for tag, n in bucket.items()}) for bucket in found]


async def distinct_authors(redis: Redis, region: str, tags: Sequence[str], *, quarters: range) -> dict[str, int]:
    """Estimated distinct authors of each tag over these quarter hours (standard error 0.8 %)."""
    async with redis.pipeline(transaction=False) as pipeline:
        for tag in tags:
            pipeline.pfcount(*(f"{{trends}}:{region}:authors:{quarter}:{tag}" for quarter in quarters))
        found = await pipeline.execute()
    return dict(zip(tags, found, strict=True))


class PublishedTrends(msgspec.Struct, frozen=True):
    as_of_ms: int
    trends: tuple[RankedTrend, ...]


async def publish(redis: Redis, region: str, lists: Mapping[TrendWindow, PublishedTrends]) -> None:
    """Readers see all of the region's new lists or all of its old ones."""
    async with redis.pipeline(transaction=True) as pipeline:
        for window, published in lists.items():
            pipeline.set(_top_key(region, window), msgspec.msgpack.encode(published), ex=TOP_TTL_S)
        await pipeline.execute()


async def published(redis: Redis, region: str, window: TrendWindow) -> PublishedTrends | None:
    """None when the region has no list."""
    return (await all_published(redis, [(region, window)]))[region, window]


async def all_published(
    redis: Redis, wanted: Sequence[tuple[str, TrendWindow]]
) -> dict[tuple[str, TrendWindow], PublishedTrends | None]:
    """The lists of these regions and windows, in one round trip."""
    packed = await redis.mget([_top_key(region, window) for region, window in wanted])
    return {
        key: None if each is None else msgspec.msgpack.decode(each, type=PublishedTrends)
        for key, each in zip(wanted, packed, strict=True)
    }


def _top_key(region: str, window: TrendWindow) -> str:
    return f"{{trends}}:{region}:top:{window.name}"
