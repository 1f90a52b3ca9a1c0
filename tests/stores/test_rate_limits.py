"""The sliding log: exact in any stretch of time, also when many come at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from domain.rate_limits import RateLimitedAction, Window
from services.runtime import Runtime
from stores import rate_limits
from stores.rate_limits import Exceeded

KEY = rate_limits.log_key(RateLimitedAction.TWEET, "1")
HOUR, DAY = Window(3, timedelta(hours=1)), Window(5, timedelta(days=1))
START = datetime(2026, 1, 1, tzinfo=UTC)


async def taken(runtime: Runtime, *, at_min: int, name: str = "", times: int = 1) -> Exceeded | None:
    return await rate_limits.take(
        runtime.redis,
        KEY,
        [HOUR, DAY],
        times=times,
        member=name or str(at_min),
        now=START + timedelta(minutes=at_min),
    )


async def test_a_full_window_says_when_it_has_room_again(runtime: Runtime) -> None:
    assert [await taken(runtime, at_min=minute) for minute in (0, 20, 40)] == [None] * 3
    assert await taken(runtime, at_min=50) == Exceeded(HOUR, START + timedelta(minutes=60))
    assert await taken(runtime, at_min=59) == Exceeded(HOUR, START + timedelta(minutes=60))
    assert await taken(runtime, at_min=60) is None
    assert await taken(runtime, at_min=61) == Exceeded(HOUR, START + timedelta(minutes=80))
    assert await taken(runtime, at_min=200) is None
    assert await taken(runtime, at_min=210) == Exceeded(DAY, START + timedelta(days=1))


async def test_what_is_refused_is_not_logged_and_several_are_all_or_none(runtime: Runtime) -> None:
    assert await taken(runtime, at_min=0, times=2) is None
    assert await taken(runtime, at_min=1, times=2) == Exceeded(HOUR, START + timedelta(minutes=60))
    assert await taken(runtime, at_min=2) is None
    assert await taken(runtime, at_min=3, times=9) == Exceeded(DAY, START + timedelta(days=1, minutes=3))


async def test_what_is_given_back_can_be_taken_again(runtime: Runtime) -> None:
    assert await taken(runtime, at_min=0, times=3, name="thread") is None
    await rate_limits.give_back(runtime.redis, KEY, times=3, member="thread")
    assert await taken(runtime, at_min=1, times=3) is None


async def test_as_many_pass_at_once_as_fit(runtime: Runtime) -> None:
    answers = await asyncio.gather(*(taken(runtime, at_min=0, name=str(n)) for n in range(20)))
    assert sum(answer is None for answer in answers) == HOUR.limit


async def test_the_log_is_bounded_and_ends(runtime: Runtime) -> None:
    for minute in range(0, 3000, 300):
        await taken(runtime, at_min=minute)
    assert await runtime.redis.zcard(KEY) <= DAY.limit
    assert 0 < await runtime.redis.pttl(KEY) <= 24 * 3600 * 1000
