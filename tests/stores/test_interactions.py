"""What counting a viewer's interactions reads."""

from __future__ import annotations

import pytest

from infra.database import WriteSession
from stores import interactions
from tests.stores.plans import PEOPLE, TWEETS, filled_with, plan_of

REST = (
    "INSERT INTO likes (user_id, tweet_id, id) SELECT 1 + n % 300, n, n FROM generate_series(1, 20000) AS n",
    "UPDATE tweets SET in_reply_to_user_id = 1 + id % 299 WHERE id % 3 = 0",
    "ANALYZE users, tweets, likes",
)


@filled_with(PEOPLE, TWEETS, *REST)
async def test_only_the_viewers_own_rows_are_read(filled: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "MAX_LIKES", 5)
    asked = {"viewer_id": 7, "since": 5_000, "likes": 5, "tweets": 5}
    plan = await plan_of(filled, interactions._WITH_AUTHORS, asked)
    found = await interactions.with_authors(filled, 7, since=5_000)
    assert "Seq Scan" not in plan, plan
    assert sum(found.values()) == 4 + 10, "of the latest 5 likes those that are not of an own tweet, and the 10 replies"
