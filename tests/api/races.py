"""Operations that wait for each other, in an order the test decides."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import TextClause, text

from services.runtime import Runtime
from stores import pairs
from tests.client import Person
from tests.waiting import until

_WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
_BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def queued(
    runtime: Runtime, one: Person, other: Person, *operations: Coroutine[Any, Any, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The answers of operations on the same two people, each begun while those before it wait for the pair."""
    tasks = []
    async with runtime.database.write() as session:
        await pairs.lock(session, one.raw_id, other.raw_id)
        for number, operation in enumerate(operations, start=1):
            tasks.append(asyncio.create_task(operation))
            await until(partial(_so_many_wait, runtime, number))
    return await asyncio.gather(*tasks)


async def _so_many_wait(runtime: Runtime, number: int) -> bool:
    async with runtime.database.read() as session:
        return bool((await session.execute(_WAITING)).scalar_one() == number)


async def behind(
    runtime: Runtime,
    lock: TextClause,
    parameters: Mapping[str, object],
    *operations: Coroutine[Any, Any, dict[str, Any]],
) -> list[dict[str, Any]]:
    """The answers of operations that all wait for what the statement locks, and go on at once when it lets go."""
    tasks = []
    with suppress(_LetGo):
        async with runtime.database.write() as session:
            await session.execute(lock, parameters)
            for number, operation in enumerate(operations, start=1):
                tasks.append(asyncio.create_task(operation))
                await until(partial(are_blocked, runtime, number))
            raise _LetGo
    return await asyncio.gather(*tasks)


class _LetGo(Exception):
    """Rolls back what the lock has written."""


async def are_blocked(runtime: Runtime, number: int) -> bool:
    async with runtime.database.read() as session:
        return bool((await session.execute(_BLOCKED)).scalar_one() == number)
