"""Finding people by prefixes takes the indexes, whatever is looked for."""

from __future__ import annotations

import pytest
from sqlalchemy import TextClause

from domain.ids import MAX_ID
from infra.database import WriteSession
from stores import people_search
from tests.stores.plans import filled_with, plan_of

PEOPLE = """
INSERT INTO users (id, username, display_name, email, password_hash, created_at)
SELECT n, 'user' || n, 'Name ' || n, n || '@example.com', '', now() FROM generate_series(1, 20000) AS n
"""
REST = (
    "INSERT INTO user_counts (user_id) SELECT id FROM users",
    "INSERT INTO user_name_words (user_id, word) SELECT id, 'word' || id FROM users",
    "ANALYZE users, user_name_words, user_counts",
)
PAGE = {"username": "", "low": -1, "high": MAX_ID, "limit": 21}
BEST = {"limit": 8, "candidates": people_search.MAX_CANDIDATES}


@filled_with(PEOPLE, *REST)
@pytest.mark.parametrize(
    ("statement", "parameters"),
    [(people_search._SEARCH[False], PAGE), (people_search._SEARCH[True], PAGE), (people_search._BEST, BEST)],
    ids=["first", "last", "best"],
)
async def test_names_are_looked_up_in_their_indexes(
    filled: WriteSession, statement: TextClause, parameters: dict[str, object]
) -> None:
    asked = {**people_search._parameters(["user1"], None), **parameters}
    plan = await plan_of(filled, statement, asked)
    assert "ix_users_username_lower_pattern" in plan, plan
    assert "ix_user_name_words_word_user_id" in plan, plan
    assert "Seq Scan on user" not in plan, plan
