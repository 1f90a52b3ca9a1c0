"""PostgreSQL connections: short read sessions and one write transaction per mutation or job.

A "session" here is a SQLAlchemy connection taken from the pool: no identity map, no ORM rows.
The two types keep a reader from being handed to a function that writes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NewType

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

STATEMENT_TIMEOUT_MS = 9_500
"""Just under the API's limit for a query: what nobody waits for any longer does not keep its connection."""

ReadSession = NewType("ReadSession", AsyncConnection)
WriteSession = NewType("WriteSession", ReadSession)


class Database:
    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine = engine_for(url, pool_size=pool_size)
        # One statement needs no BEGIN and ROLLBACK round trips around it.
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A session for one caller and one await at a time; each statement sees its own snapshot."""
        async with self._reading.connect() as connection:
            yield ReadSession(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self.engine.begin() as connection:
            yield WriteSession(ReadSession(connection))

    async def close(self) -> None:
        await self.engine.dispose()


def engine_for(url: str, *, pool_size: int) -> AsyncEngine:
    """`url` is a plain postgresql:// URL, as operators write it."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        # Errors are logged and kept, and these may be addresses or hashes of passwords.
        hide_parameters=True,
        connect_args={
            "server_settings": {
                "statement_timeout": f"{STATEMENT_TIMEOUT_MS}",
                "idle_in_transaction_session_timeout": f"{STATEMENT_TIMEOUT_MS}",
            }
        },
    )
