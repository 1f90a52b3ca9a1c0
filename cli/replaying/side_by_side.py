"""Doing many things, so many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def side_by_side(things: Iterable[T], do: Callable[[T], Awaitable[None]], *, at_once: int) -> None:
    """The first failure ends it."""
    remaining = iter(things)

    async def do_some() -> None:
        for thing in remaining:
            await do(thing)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(do_some())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
