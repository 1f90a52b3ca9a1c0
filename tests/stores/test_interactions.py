"""What counting a viewer's interactions reads."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from stores import interactions
from tests.stores.test_tweet_timelines import EXPLAIN, PEOPLE, TWEETS

REST = (
    "INSERT INTO likes (user_id, tweet_id, id) SELECT 1 + n % 300, n, n FROM generate_series(1, 20000) AS n",
    "UPDATE tweets SET in_reply_to_user_id = 1 + id % 299 WHERE id % 3 = 0",
    "ANALYZE users, tweets, likes",
    "SET LOCAL plan_cache_mode = force_generic_plan",
)


async def test_only_the_viewers_own_rows_are_read(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "MAX_LIKES", 5)
    asked = {"viewer_id": 7, "since": 5_000, "likes": 5, "tweets": 5}
    async with runtime.database.write() as session:
        for line in (PEOPLE, TWEETS, *REST):
            await session.execute(text(line))
        explained = await session.execute(text(f"{EXPLAIN} {interactions._WITH_AUTHORS.text}"), asked)
        plan = "\n".join(explained.scalars())
        found = await interactions.with_authors(session, 7, since=5_000)
        await session.execute(text("DELETE FROM tweets"))
        await session.execute(text("DELETE FROM users"))
    assert "Seq Scan" not in plan, plan
    assert sum(found.values()) == 4 + 10, "of the latest 5 likes those that are not of an own tweet, and the 10 replies"
