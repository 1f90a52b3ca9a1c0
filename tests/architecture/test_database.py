"""The promises of models/ and migrations/."""

from __future__ import annotations

import asyncio

from alembic import command
from sqlalchemy import Table, make_url, text

from infra import migrations
from infra.database import Database
from infra.engine import engine_for
from infra.settings import Settings
from models import metadata


async def with_empty_database(settings: Settings, name: str) -> str:
    database = Database(settings.database_url, pool_size=1)
    async with database.read() as session:
        await session.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        await session.execute(text(f"CREATE DATABASE {name}"))
    await database.close()
    return make_url(settings.database_url).set(database=name).render_as_string(hide_password=False)


def indexed_prefixes(table: Table) -> set[str]:
    """Columns that some index (or the primary key) starts with."""
    prefixes = {next(iter(table.primary_key.columns)).name}
    for index in table.indexes:
        first = next(iter(index.columns), None)
        if first is not None:
            prefixes.add(first.name)
    return prefixes


def test_every_foreign_key_has_an_index() -> None:
    missing = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.foreign_keys and column.name not in indexed_prefixes(table)
    ]
    assert missing == []


async def test_the_migrations_make_the_models_from_nothing_and_go_back(settings: Settings) -> None:
    url = await with_empty_database(settings, "migrations_from_nothing")
    await asyncio.to_thread(migrations.upgrade, url)
    await asyncio.to_thread(migrations.upgrade, url)
    status = await asyncio.to_thread(migrations.status, url)
    assert status.is_current
    await asyncio.to_thread(migrations.check, url)

    engine = engine_for(url, pool_size=1)
    async with engine.connect() as connection:
        await connection.run_sync(lambda sync: command.downgrade(migrations.config_on(sync), "base"))
        await connection.commit()
        tables = await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        assert tables.scalars().all() == ["alembic_version"]
        functions = await connection.execute(text("SELECT proname FROM pg_proc WHERE proname = 'notify_outbox'"))
        assert functions.scalars().all() == []
    await engine.dispose()
