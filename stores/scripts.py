"""Lua scripts, each one atomic step on Redis."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from redis.exceptions import NoScriptError

from infra.redis import Redis


class Script:
    """Redis is sent the script's hash, and its text only when it does not know it yet."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, redis: Redis, *, keys: list[bytes], args: list[bytes]) -> object:
        try:
            return await redis.execute_command("EVALSHA", self._sha, len(keys), *keys, *args)
        except NoScriptError:
            return await redis.execute_command("EVAL", self._source, len(keys), *keys, *args)

    async def each(self, redis: Redis, calls: Sequence[tuple[list[bytes], list[bytes]]]) -> list[object]:
        """Calls with keys and arguments, each one atomic by itself, in one round trip to each server."""
        if len(calls) == 1:
            [(keys, args)] = calls
            return [await self(redis, keys=keys, args=args)]
        async with redis.pipeline(transaction=False) as pipeline:
            for keys, args in calls:
                pipeline.execute_command("EVALSHA", self._sha, len(keys), *keys, *args)
            answers: list[object] = await pipeline.execute(raise_on_error=False)
        for number, (keys, args) in enumerate(calls):
            match answers[number]:
                case NoScriptError():
                    answers[number] = await self(redis, keys=keys, args=args)
                case Exception() as error:
                    raise error
        return answers
