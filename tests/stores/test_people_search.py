"""Finding people by prefixes takes the indexes, whatever is looked for."""

from __future__ import annotations

import pytest
from sqlalchemy import TextClause, text

from domain.ids import MAX_ID
from services.runtime import Runtime
from stores import people_search

PEOPLE = """
INSERT INTO users (id, username, display_name, email, password_hash, created_at)
SELECT n, 'user' || n, 'Name ' || n, n || '@example.com', '', now() FROM generate_series(1, 20000) AS n
"""
REST = (
    "INSERT INTO user_counts (user_id) SELECT id FROM users",
    "INSERT INTO user_name_words (user_id, word) SELECT id, 'word' || id FROM users",
    "ANALYZE users, user_name_words, user_counts",
    "SET LOCAL plan_cache_mode = force_generic_plan",
)
PAGE = {"username": "", "low": -1, "high": MAX_ID, "limit": 21}
BEST = {"limit": 8, "candidates": people_search.MAX_CANDIDATES}


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [(people_search._SEARCH[False], PAGE), (people_search._SEARCH[True], PAGE), (people_search._BEST, BEST)],
    ids=["first", "last", "best"],
)
async def test_names_are_looked_up_in_their_indexes(
    runtime: Runtime, statement: TextClause, parameters: dict[str, object]
) -> None:
    asked = {**people_search._parameters(["user1"], None), **parameters}
    async with runtime.database.engine.connect() as connection:
        for line in (PEOPLE, *REST):
            await connection.execute(text(line))
        plan = "\n".join((await connection.execute(text(f"EXPLAIN {statement.text}"), asked)).scalars())
        await connection.rollback()
    assert "ix_users_username_lower_pattern" in plan, plan
    assert "ix_user_name_words_word_user_id" in plan, plan
    assert "Seq Scan on user" not in plan, plan
