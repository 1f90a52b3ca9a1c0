"""Cached home timelines in Redis.

A timeline is one string: an 8-byte watermark, an 8-byte generation, the 8-byte moment of the last reading (Unix
milliseconds of Redis' clock), then 8-byte tweet ids (all big-endian) in the order they arrived. The writer only
appends; sorting, duplicates and rules are the reader's work (a page of this size is read whole in 3 us, and costs 8 KB
where a sorted set costs 103). Every pushed tweet at or above the watermark that belongs in the timeline is in it; older
ones are in Postgres.
"""

from __future__ import annotations

import secrets
import struct
from collections import defaultdict
from collections.abc import Sequence
from itertools import count

import msgspec
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from domain.delivery import Batch
from domain.ids import MAX_ID
from infra.redis import Redis, by_slot
from stores.packed_ids import newest_first, none_is_above, packed_ids
from stores.scripts import Script

KEPT = 1_000
TRIM_AT = 1_250
"""Trimming rewrites the string, so it happens once in 250 appends; 1,250 ids are 10 KB."""
TTL_S = 2 * 24 * 3600
"""001:1033: a timeline expires after two days in which nobody reads it."""
BUILDING_TTL_S = 30
ACTIVE_FOR_S = 24 * 3600
"""002:229: who opened the app within 24 hours is active. A timeline that nobody has read for longer may lack tweets
that were pushed to active followers only, so its next reading begins by forgetting it."""

TAGS = 61
"""Hash tags of timelines: so few that the followers of a chunk share calls (one costs what six followers do), so many
that a dozen nodes have an even share; a prime, because ids are alike in their low bits."""

_LATE = 50
"""The newest are looked for among so many more, because some come after newer ones."""

_HEADER = struct.Struct(">QQQ")
NEVER_STALE_MS = 1 << 52
"""The last reading of a timeline being rebuilt: whatever comes is kept for its reader."""
_BUILDING = b"\xff" * 8
"""The watermark of a timeline being rebuilt: nothing in it is complete yet."""


class CachedTimeline(msgspec.Struct, frozen=True):
    complete_from: int
    version: bytes
    """Other after each delivery and each rebuild."""
    arrived: bytes
    """8-byte ids, the last ones last."""

    @property
    def tweet_ids(self) -> tuple[int, ...]:
        """Newest first, distinct, none below `complete_from`."""
        return tuple(newest_first(self.arrived, self.complete_from, MAX_ID + 1))

    def newest(self, count: int, *, low: int, high: int) -> list[int]:
        """Up to `count` of the ids from `low`, which is not below `complete_from`, to below `high`; newest first."""
        # From the top they are mostly among the last that came, and a number is not made of each of the others.
        middle = max(0, len(self.arrived) - (count + _LATE) * 8) if high == MAX_ID else 0
        found = newest_first(self.arrived[middle:], low, high)[:count]
        if middle == 0 or (len(found) == count and none_is_above(found[-1], self.arrived[:middle])):
            return found
        return newest_first(self.arrived, low, high)[:count]


def _tag(stretch: int) -> int:
    """The least number with its slot in that one of TAGS equal stretches of all slots: nodes hold stretches, too."""
    return next(number for number in count() if key_slot(b"%d" % number) * TAGS // REDIS_CLUSTER_HASH_SLOTS == stretch)


_TAGS = [_tag(stretch) for stretch in range(TAGS)]


def home_key(user_id: int) -> bytes:
    """timeline:home:{TAG}:USER_ID; timelines with one tag are in one slot of a cluster, where one script appends to
    all."""
    return b"timeline:home:{%d}:%d" % (_TAGS[user_id % TAGS], user_id)


_NOW = """
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
"""
_READ = Script(
    f"""
    local packed = redis.call('GET', KEYS[1])
    if not packed or packed:sub(1, 8) == ARGV[1] then return nil end
    {_NOW}
    if now - struct.unpack('>I8', packed, 17) >= tonumber(ARGV[3]) then
        redis.call('UNLINK', KEYS[1])
        return nil
    end
    redis.call('SETRANGE', KEYS[1], 16, struct.pack('>I8', now))
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return packed
    """
)


async def read(redis: Redis, user_id: int) -> CachedTimeline | None:
    """None when it is absent, being rebuilt, or was not read for ACTIVE_FOR_S. Reading keeps it for another TTL_S. One
    round trip."""
    packed = await _READ(
        redis, keys=[home_key(user_id)], args=[_BUILDING, b"%d" % TTL_S, b"%d" % (ACTIVE_FOR_S * 1000)]
    )
    if packed is None:
        return None
    assert isinstance(packed, bytes)
    return _cached(packed)


def _cached(packed: bytes) -> CachedTimeline:
    return CachedTimeline(
        complete_from=int.from_bytes(packed[:8]),
        version=packed[:16] + len(packed).to_bytes(8),
        arrived=packed[_HEADER.size :],
    )


_IS_UNCHANGED = Script(
    """
    if redis.call('STRLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 0 end
    return redis.call('GETRANGE', KEYS[1], 0, 15) == ARGV[1] and 1 or 0
    """
)


async def is_unchanged(redis: Redis, user_id: int, cached: CachedTimeline) -> bool:
    """Whether nothing was delivered, trimmed, dropped or rebuilt since it was read. One round trip."""
    length = b"%d" % int.from_bytes(cached.version[16:])
    return bool(await _IS_UNCHANGED(redis, keys=[home_key(user_id)], args=[cached.version[:16], length]))


# Redis doubles the room of a string when it grows: one that grows at its half has room for TRIM_AT ids and no more,
# where a timeline set whole would take twice its 8 KB from the next append on.
_PUT = """
    local function put(key, packed, half, ...)
        redis.call('SET', key, packed:sub(1, 24), ...)
        redis.call('APPEND', key, packed:sub(25, half))
        redis.call('APPEND', key, packed:sub(half + 1))
    end
"""

# One call says whether all of a group are cached: then no key is asked for alone.
_DELIVER = Script(
    f"""
    {_PUT}
    local header, trim_at, kept = 24, tonumber(ARGV[1]), tonumber(ARGV[2])
    local active_since = 0
    if ARGV[4] ~= '0' then
        {_NOW}
        active_since = now - tonumber(ARGV[4])
    end

    local function trim(key, length)
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
        local trimmed = struct.pack('>I4I4', high, low) .. packed:sub(9, header) .. packed:sub(first_kept + 1)
        put(key, trimmed, (header + trim_at * 8) / 2, 'KEEPTTL')
    end

    local answer, first = {{}}, 1
    for group = 5, #ARGV, 2 do
        local packed, last = ARGV[group], first + ARGV[group + 1] - 1
        local cached = redis.call('EXISTS', unpack(KEYS, first, last))
        local all_cached = cached == last - first + 1
        local skipped = 0
        for i = cached > 0 and first or last + 1, last do
            local key = KEYS[i]
            if all_cached or redis.call('EXISTS', key) == 1 then
                if active_since > 0
                    and struct.unpack('>I8', redis.call('GETRANGE', key, 16, 23)) <= active_since
                then
                    skipped = skipped + 1
                else
                    local length = redis.call('APPEND', key, packed)
                    -- While it is being rebuilt, what is trimmed would lie above what the rebuild has read.
                    if length > header + trim_at * 8 and redis.call('GETRANGE', key, 0, 7) ~= ARGV[3] then
                        trim(key, length)
                    end
                end
            end
        end
        answer[#answer + 1] = cached - skipped
        answer[#answer + 1] = skipped
        first = last + 1
    end
    return answer
    """
)


class Reached(msgspec.Struct, frozen=True):
    entered: int
    """Timelines that got the tweets."""
    skipped: int = 0
    """Timelines that are cached, but were not read for ACTIVE_FOR_S."""


async def deliver(redis: Redis, batches: Sequence[Batch], *, only_active: bool = False) -> list[Reached]:
    """Appends tweet ids to the timelines of these users where they are cached: on one server in one atomic call, on a
    cluster in one for each slot. Returns what became of each batch.

    Lua's stack holds some 7,000 users of one batch.
    """
    keys: defaultdict[int, list[bytes]] = defaultdict(list)
    groups: defaultdict[int, list[bytes]] = defaultdict(list)
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for number, (user_ids, tweet_ids) in enumerate(batches):
        packed = packed_ids(tweet_ids)
        for slot, of_slot in by_slot(redis, [home_key(user_id) for user_id in user_ids]).items():
            keys[slot] += of_slot
            groups[slot] += (packed, b"%d" % len(of_slot))
            numbers[slot].append(number)
    common = [
        b"%d" % TRIM_AT,
        b"%d" % KEPT,
        _BUILDING,
        b"%d" % (ACTIVE_FOR_S * 1000 if only_active else 0),
    ]
    answers = await _DELIVER.each(redis, [(keys[slot], [*common, *groups[slot]]) for slot in keys])
    entered, skipped = [0] * len(batches), [0] * len(batches)
    for slot, answer in zip(keys, answers, strict=True):
        assert isinstance(answer, list)
        for number, got, passed in zip(numbers[slot], answer[::2], answer[1::2], strict=True):
            entered[number] += got
            skipped[number] += passed
    return [Reached(*pair) for pair in zip(entered, skipped, strict=True)]


async def begin_rebuild(redis: Redis, user_id: int) -> int | None:
    """A generation to finish with, or None when the timeline is there or somebody else is rebuilding it.

    From now on deliveries are kept, so nothing posted after the rebuild's snapshot is lost.
    """
    generation = secrets.randbits(63)
    building = _BUILDING + struct.pack(">QQ", generation, NEVER_STALE_MS)
    began = await redis.set(home_key(user_id), building, nx=True, ex=BUILDING_TTL_S)
    return generation if began else None


_FINISH = Script(
    f"""
    {_PUT}
    local packed = redis.call('GET', KEYS[1])
    if not packed or packed:sub(9, 16) ~= ARGV[1]:sub(9, 16) then return nil end
    {_NOW}
    local finished = ARGV[1]:sub(1, 16) .. struct.pack('>I8', now) .. ARGV[1]:sub(25) .. packed:sub(25)
    put(KEYS[1], finished, tonumber(ARGV[3]), 'EX', ARGV[2])
    return packed:sub(25)
    """
)


async def finish_rebuild(
    redis: Redis, user_id: int, generation: int, *, complete_from: int, packed: bytes
) -> CachedTimeline | None:
    """Puts what was read from Postgres (the newest last) under what was delivered meanwhile.

    None when the timeline was dropped since `begin_rebuild`: what was read may be out of date.
    """
    header = _HEADER.pack(complete_from, generation, 0)
    half = (_HEADER.size + TRIM_AT * 8) // 2
    delivered = await _FINISH(redis, keys=[home_key(user_id)], args=[header + packed, b"%d" % TTL_S, b"%d" % half])
    if delivered is None:
        return None
    assert isinstance(delivered, bytes)
    return _cached(header + packed + delivered)


async def drop(redis: Redis, user_ids: Sequence[int]) -> None:
    """The next read rebuilds these timelines from Postgres; rebuilds under way are void."""
    async with redis.pipeline(transaction=False) as pipeline:
        for user_id in user_ids:
            pipeline.unlink(home_key(user_id))
        await pipeline.execute()
