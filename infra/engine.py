"""SQLAlchemy's engine and its pool of connections."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ManagesConnection

STATEMENT_TIMEOUT_MS = 9_500
"""Just under the API's limit for a query: what nobody waits for any longer does not keep its connection."""

WAIT_FOR_CONNECTION_S = 10.0


def engine_for(url: str, *, pool_size: int) -> AsyncEngine:
    """`url` is a plain postgresql:// URL, as operators write it."""
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        # The one that was used last: it has the statements prepared, and plans for them.
        pool_use_lifo=True,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION_S,
        # Errors are logged and kept, and these may be addresses or hashes of passwords.
        hide_parameters=True,
        connect_args={
            # A page of a timeline is longer than what the driver keeps prepared by itself, and its plan worth keeping.
            "max_cacheable_statement_size": 0,
            "max_cached_statement_lifetime": 0,
            "server_settings": {
                "statement_timeout": f"{STATEMENT_TIMEOUT_MS}",
                "idle_in_transaction_session_timeout": f"{STATEMENT_TIMEOUT_MS}",
                # Statements are long and run for milliseconds: where PostgreSQL can compile them, that takes longer.
                "jit": "off",
                # For its values a statement is planned five times on each connection, and anew each time where that
                # seems to pay: most take longer to plan than to run (docs/decisions/0024).
                "plan_cache_mode": "force_generic_plan",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", lambda _, entry, __: _refuse_closed(entry))
    return engine


def is_closed(connection: ManagesConnection) -> bool:
    """By us, or by the server as far as it was heard of."""
    driver: Any = connection.driver_connection
    return driver is None or bool(driver.is_closed())


def _refuse_closed(connection: ManagesConnection) -> None:
    """Where a server ended one while nobody used it, all are made anew, and nobody is given it."""
    if is_closed(connection):
        raise InvalidatePoolError
