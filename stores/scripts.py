"""Lua scripts, each one atomic step on Redis."""

from __future__ import annotations

import hashlib

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
