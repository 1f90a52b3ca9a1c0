"""Streams of absolute values: each look has everything, so that what was between two of them is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from domain.errors import BadArgument
from resolvers.context import Context
from services import looks

Value = TypeVar("Value")


class Snapshot(msgspec.Struct, Generic[Value], frozen=True):
    value: Value
    is_last: bool


async def snapshots(
    context: Context, look: Callable[[], Awaitable[Snapshot[Value] | None]], *, refusal: BadArgument
) -> AsyncIterator[Value]:
    """What is there now, and then whenever it has changed; ends after the last, or when there is nothing to see any
    more. Raises `refusal` where there is nothing to see at first."""
    found = await look()
    if found is None:
        raise refusal
    sent = None
    while found is not None:
        if found != sent:
            sent = found
            yield found.value
        if found.is_last:
            return
        await asyncio.sleep(looks.LOOK_EVERY_S)
        context.renew()
        found = await look()
