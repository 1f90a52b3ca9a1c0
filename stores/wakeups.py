"""Hearing that the outbox or the log of changes has something new. A lost wake-up costs latency, never an event."""

from __future__ import annotations

import asyncio
import logging

import asyncpg

log = logging.getLogger(__name__)

RECONNECT_AFTER_S = 1.0


async def listen_forever(database_url: str, channel: str, wake: asyncio.Event) -> None:
    """Sets `wake` for every notification, over a connection of its own, made again whenever it breaks."""
    while True:
        try:
            await _listen(database_url, channel, wake)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("cannot listen to '%s' (%s); polling until it works", channel, error)
            await asyncio.sleep(RECONNECT_AFTER_S)


async def _listen(database_url: str, channel: str, wake: asyncio.Event) -> None:
    """Returns when the connection is lost."""
    connection = await asyncpg.connect(database_url)
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    try:
        await connection.add_listener(channel, lambda *_: wake.set())
        wake.set()  # what came while nobody listened
        await lost.wait()
    finally:
        # Politeness would wait for an answer that a broken connection cannot give.
        connection.terminate()
