"""Alembic's entry: runs migrations on the connection given by infra.migrations, or on CHIRP_DATABASE_URL."""

from __future__ import annotations

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from infra.engine import engine_for
from models import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


async def run_on_own_connection() -> None:
    engine = engine_for(os.environ["CHIRP_DATABASE_URL"], pool_size=1)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is None:
    asyncio.run(run_on_own_connection())
else:
    run(given)
