"""Cached home timelines in Redis.

A timeline is one string: an 8-byte watermark, an 8-byte generation, then 8-byte tweet ids (all
big-endian) in the order they arrived. The writer only appends; sorting, duplicates and rules are the
reader's work (a page of this size is read whole in 3 us, and costs 8 KB where a sorted set costs 103).
Every tweet at or above the watermark that belongs in the timeline is in it; older ones are in Postgres.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Mapping, Sequence

import msgspec

from infra.redis import Redis
from stores.scripts import Script

KEPT = 1_000
TRIM_AT = 1_250
"""Trimming rewrites the string, so it happens once in 250 appends; 1,250 ids are 10 KB."""
TTL_S = 2 * 24 * 3600
"""001:1033: a timeline expires after two days in which nobody reads it."""
BUILDING_TTL_S = 30

_HEADER = struct.Struct(">QQ")
_BUILDING = b"\xff" * 8
"""The watermark of a timeline being rebuilt: nothing in it is complete yet."""


class CachedTimeline(msgspec.Struct, frozen=True):
    complete_from: int
    tweet_ids: tuple[int, ...]
    """Newest first, distinct, none below `complete_from`."""


def home_key(user_id: int) -> bytes:
    """timeline:home:{USER_ID}; the braces keep a user's keys on one cluster node."""
    return b"timeline:home:{%d}" % user_id


_READ = Script(
    """
    local packed = redis.call('GET', KEYS[1])
    if not packed or packed:sub(1, 8) == ARGV[1] then return nil end
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return packed
    """
)


async def read(redis: Redis, user_id: int) -> CachedTimeline | None:
    """None when it is absent or being rebuilt. Reading keeps it for another TTL_S. One round trip."""
    packed = await _READ(redis, keys=[home_key(user_id)], args=[_BUILDING, b"%d" % TTL_S])
    if packed is None:
        return None
    assert isinstance(packed, bytes)
    complete_from, _ = _HEADER.unpack_from(packed)
    ids = struct.unpack_from(f">{(len(packed) - _HEADER.size) // 8}Q", packed, _HEADER.size)
    kept = sorted({tweet_id for tweet_id in ids if tweet_id >= complete_from}, reverse=True)
    return CachedTimeline(complete_from=complete_from, tweet_ids=tuple(kept))


_DELIVER = Script(
    """
    local header, trim_at, kept = 16, tonumber(ARGV[1]), tonumber(ARGV[2])
    local delivered = 0
    for i, key in ipairs(KEYS) do
        if redis.call('EXISTS', key) == 1 then
            local length = redis.call('APPEND', key, ARGV[i + 5])
            delivered = delivered + #ARGV[i + 5] / 8
            -- While it is being rebuilt, what is trimmed would lie above what the rebuild has read.
            if length > header + trim_at * 8 and redis.call('GETRANGE', key, 0, 7) ~= ARGV[5] then
                local packed = redis.call('GET', key)
                local first_kept = length - kept * 8
                local high, low = struct.unpack('>I4I4', packed)
                for at = header + 1, first_kept, 8 do
                    local h, l = struct.unpack('>I4I4', packed, at)
                    if h > high or (h == high and l >= low) then
                        high, low = h, l + 1
                        if low == 4294967296 then high, low = high + 1, 0 end
                    end
                end
                local trimmed = struct.pack('>I4I4', high, low) .. packed:sub(9, header)
                    .. packed:sub(first_kept + 1)
                redis.call('SET', key, trimmed, 'KEEPTTL')
            end
        end
    end
    redis.call('PUBLISH', ARGV[3], ARGV[4])
    return delivered
    """
)


async def deliver(redis: Redis, deliveries: Mapping[int, Sequence[int]], *, channel: str, announcement: bytes) -> int:
    """Appends tweet ids to the timelines of these users where they are cached, and publishes the
    announcement, in one atomic call; returns how many entries were written."""
    delivered = await _DELIVER(
        redis,
        keys=[home_key(user_id) for user_id in deliveries],
        args=[
            b"%d" % TRIM_AT,
            b"%d" % KEPT,
            channel.encode(),
            announcement,
            _BUILDING,
            *(struct.pack(f">{len(ids)}Q", *ids) for ids in deliveries.values()),
        ],
    )
    assert isinstance(delivered, int)
    return delivered


async def begin_rebuild(redis: Redis, user_id: int) -> int | None:
    """A generation to finish with, or None when the timeline is there or somebody else is rebuilding it.

    From now on deliveries are kept, so nothing posted after the rebuild's snapshot is lost.
    """
    generation = secrets.randbits(63)
    began = await redis.set(home_key(user_id), _BUILDING + struct.pack(">Q", generation), nx=True, ex=BUILDING_TTL_S)
    return generation if began else None


_FINISH = Script(
    """
    local packed = redis.call('GET', KEYS[1])
    if not packed or packed:sub(9, 16) ~= ARGV[1]:sub(9, 16) then return 0 end
    redis.call('SET', KEYS[1], ARGV[1] .. packed:sub(17), 'EX', ARGV[2])
    return 1
    """
)


async def finish_rebuild(
    redis: Redis, user_id: int, generation: int, *, complete_from: int, tweet_ids: Sequence[int]
) -> bool:
    """Puts what was read from Postgres (newest first) under what was delivered meanwhile.

    False when the timeline was dropped since `begin_rebuild`: what was read may be out of date.
    """
    packed = _HEADER.pack(complete_from, generation) + struct.pack(f">{len(tweet_ids)}Q", *reversed(tweet_ids))
    return bool(await _FINISH(redis, keys=[home_key(user_id)], args=[packed, b"%d" % TTL_S]))


async def drop(redis: Redis, user_ids: Sequence[int]) -> None:
    """The next read rebuilds these timelines from Postgres; rebuilds under way are void."""
    if user_ids:
        await redis.unlink(*(home_key(user_id) for user_id in user_ids))
