"""Sliding logs in Redis of what was done when: exact at every moment, one atomic step each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from domain.rate_limits import RateLimitedAction, Window
from infra.redis import Redis
from stores.scripts import Script


def log_key(action: RateLimitedAction, whose: str) -> bytes:
    """limit:{ACTION:WHOSE}: a sorted set with a member for each time it was done, scored by Unix milliseconds."""
    return f"limit:{{{action}:{whose}}}".encode()


class Exceeded(msgspec.Struct, frozen=True):
    window: Window
    retry_at: datetime


# Where a window is full, the entry that has to leave it for `n` more to fit says when to try again.
_TAKE = Script(
    """
    local now, n, member = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
    local longest = 0
    for i = 4, #ARGV, 2 do longest = math.max(longest, tonumber(ARGV[i + 1])) end
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
    local retry_at, window = 0, -1
    for i = 4, #ARGV, 2 do
        local limit, span = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
        local inside = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. (now - span), '+inf', 'WITHSCORES')
        local over = #inside / 2 + n - limit
        if over > 0 then
            local frees_at = now + span
            if over <= #inside / 2 then frees_at = tonumber(inside[over * 2]) + span end
            if frees_at > retry_at then retry_at, window = frees_at, (i - 4) / 2 end
        end
    end
    if window >= 0 then return {window, retry_at} end
    for i = 1, n do redis.call('ZADD', KEYS[1], now, member .. ':' .. i) end
    redis.call('PEXPIRE', KEYS[1], longest)
    return nil
    """
)


async def take(
    redis: Redis, key: bytes, windows: Sequence[Window], *, times: int, member: str, now: datetime
) -> Exceeded | None:
    """Logs the action that many times under a name of its own, or says which window it does not fit and until when."""
    args = [str(_ms(now)), str(times), member]
    for window in windows:
        args += [str(window.limit), str(window.span // timedelta(milliseconds=1))]
    answer = await _TAKE(redis, keys=[key], args=[arg.encode() for arg in args])
    if answer is None:
        return None
    assert isinstance(answer, list)
    window, retry_at_ms = answer
    return Exceeded(window=windows[window], retry_at=datetime.fromtimestamp(retry_at_ms / 1000, UTC))


async def give_back(redis: Redis, key: bytes, *, times: int, member: str) -> None:
    """The action was not done after all."""
    await redis.zrem(key, *(f"{member}:{i}" for i in range(1, times + 1)))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
