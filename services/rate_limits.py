"""Counting what people do, before they do it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from redis.exceptions import RedisError

from domain.errors import RateLimited
from domain.rate_limits import SCOPES, RateLimitedAction
from services.runtime import Runtime
from stores import rate_limits

log = logging.getLogger(__name__)


class Counted(msgspec.Struct, frozen=True):
    action: RateLimitedAction
    times: int = 1
    every_try: bool = False
    """Whether also one that fails counts: what it is worth to guess."""


class Attempt:
    """An action that was counted; what turns out not to be done is given back."""

    def __init__(self, *, was_done: bool) -> None:
        self.was_done = was_done


@asynccontextmanager
async def attempt(runtime: Runtime, counted: Counted | None, whose: object) -> AsyncIterator[Attempt]:
    """Raises RateLimited. Set `was_done` inside the block, else it does not count, unless every try does.

    While Redis is down nothing is limited: better a few actions too many than none at all.
    """
    attempted = Attempt(was_done=counted is not None and counted.every_try)
    windows = None if counted is None else runtime.rate_limits.get(counted.action)
    if counted is None or windows is None:
        yield attempted
        return
    key, member = rate_limits.log_key(counted.action, str(whose)), secrets.token_hex(8)
    try:
        exceeded = await rate_limits.take(
            runtime.redis, key, windows, times=counted.times, member=member, now=runtime.now()
        )
    except (RedisError, OSError) as error:
        log.warning("%s of %s is not counted: %s", counted.action, whose, error)
        yield attempted
        return
    if exceeded is not None:
        raise RateLimited(
            action=counted.action,
            scope=SCOPES[counted.action],
            limit=exceeded.window.limit,
            window=exceeded.window.span,
            retry_at=exceeded.retry_at,
        )
    try:
        yield attempted
    finally:
        if not attempted.was_done:
            await _give_back_best_effort(runtime, key, times=counted.times, member=member)


async def _give_back_best_effort(runtime: Runtime, key: bytes, *, times: int, member: str) -> None:
    try:
        await rate_limits.give_back(runtime.redis, key, times=times, member=member)
    except (RedisError, OSError) as error:
        log.warning("an action that was not done stays counted: %s", error)
