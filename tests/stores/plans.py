"""What Postgres reads for a statement when the tables hold thousands of rows."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import TextClause, text

from infra.database import ReadSession

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


async def plan_of(session: ReadSession, statement: TextClause, asked: Mapping[str, object]) -> str:
    explained = text(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {statement.text}")
    return "\n".join((await session.execute(explained, asked)).scalars())
