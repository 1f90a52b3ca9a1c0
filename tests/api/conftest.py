"""What the tests of operations compare: all that is stored, and all that is sent to Redis."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from models import metadata
from services.runtime import Runtime
from tests.client import Person

Stored = Callable[[], Awaitable[dict[str, list[str]]]]
SetStatus = Callable[[Person, str], Awaitable[None]]


@pytest.fixture
def stored(runtime: Runtime) -> Stored:
    """Reads every row of every table as text; equal before and after means that nothing was written."""

    async def rows() -> dict[str, list[str]]:
        found = {}
        async with runtime.database.read() as session:
            for table in metadata.sorted_tables:
                # Leases are renewed by the clock, whatever a request does.
                if table.name != "id_leases":
                    lines = await session.execute(text(f"SELECT CAST(row AS text) FROM {table.name} AS row"))
                    found[table.name] = sorted(lines.scalars())
        return found

    return rows


@pytest.fixture
def set_status(runtime: Runtime) -> SetStatus:
    """Closes an account as moderators or its owner will."""

    async def update(person: Person, status: str) -> None:
        async with runtime.database.write() as session:
            statement = text("UPDATE users SET status = :status WHERE id = :id")
            await session.execute(statement, {"status": status, "id": person.raw_id})

    return update
