"""What Postgres reads for a statement when the tables hold thousands of rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import TextClause, text

from infra.database import ReadSession, WriteSession, _for_the_driver

PEOPLE = """
INSERT INTO users (id, username, display_name, email, password_hash, created_at)
SELECT n, 'user' || n, 'Name', n || '@example.com', '', now() FROM generate_series(1, 500) AS n
"""
TWEETS = """
INSERT INTO tweets (id, author_id, text, searchable, entities, weighted_length, conversation_id, created_at)
SELECT n, 1 + n % 500, 'tea', 'tea', '[]', 3, n, now() FROM generate_series(1, 20000) AS n
"""


def filled_with(*rows: str) -> pytest.MarkDecorator:
    """What the statements write is in the session `filled`."""
    return pytest.mark.parametrize("filled", [rows], ids=["filled"], indirect=True)


@asynccontextmanager
async def planned_for_values(session: WriteSession) -> AsyncIterator[None]:
    await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    yield
    await session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))


async def plan_of(session: ReadSession, statement: TextClause, asked: Mapping[str, object]) -> str:
    """As it is when the statement is sent: with EXPLAIN before it, it would be planned for its values always."""
    sql, names = _for_the_driver(statement)
    values = f"({', '.join(_literal(asked[name]) for name in names)})" if names else ""
    driver: Any = session._pooled.driver_connection
    await driver.execute(f"PREPARE planned AS {sql}")
    try:
        rows = await driver.fetch(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) EXECUTE planned {values}")
    finally:
        await driver.execute("DEALLOCATE planned")
    return "\n".join(line for [line] in rows)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = "{" + ",".join(f'"{each}"' for each in value) + "}"
    return "'" + str(value).replace("'", "''") + "'"
