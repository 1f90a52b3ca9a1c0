"""Waiting for a state that another task or process brings about."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

DEADLINE_S = 60


async def until(reached: Callable[[], bool | Awaitable[bool]]) -> None:
    """Returns as soon as the state is reached; one that is not reached in time fails the test."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            state = reached()
            if await state if inspect.isawaitable(state) else state:
                return
            await asyncio.sleep(0.005)
