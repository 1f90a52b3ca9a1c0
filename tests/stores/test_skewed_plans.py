"""What is read of large tables, by the one plan that there is for any values."""

from __future__ import annotations

import re

from domain.ids import MAX_ID
from infra.database import WriteSession
from stores import fan_outs, keyset
from stores.follows import KNOWN_FOLLOWERS
from tests.stores.plans import PEOPLE, TWEETS, filled_with, plan_of

ROWS = filled_with(
    """INSERT INTO users (id, username, display_name, email, password_hash, created_at)
    SELECT n, 'user' || n, 'Name', n || '@example.com', '', now() FROM generate_series(1, 5000) AS n""",
    # All follow the first; the second follows a thousand; the others follow ten each.
    """INSERT INTO follows (id, follower_id, followee_id)
    SELECT n, n, 1 FROM generate_series(2, 5000) AS n
    UNION ALL SELECT 5000 + n, 2, n FROM generate_series(3, 1000) AS n
    UNION ALL SELECT 10000 + n, n % 5000 + 1, (n + 7 * (n / 5000 + 1)) % 5000 + 1 FROM generate_series(1, 50000) AS n
    ON CONFLICT DO NOTHING""",
    """INSERT INTO user_counts (user_id, followers, following)
    SELECT id, CASE id WHEN 1 THEN 4999 ELSE 10 END, CASE id WHEN 2 THEN 1000 ELSE 10 END FROM users""",
    "ANALYZE users, follows, user_counts",
)
LOOPS = re.compile(r"loops=(\d+)")


@ROWS
async def test_known_followers_are_looked_for_in_the_shorter_list(filled: WriteSession) -> None:
    for owner, viewer in ((1, 9), (9, 2)):
        asked = {"parent_ids": [owner], "viewer_id": viewer, "low": -1, "high": MAX_ID, "limit": 21}
        found = await plan_of(filled, keyset._statement(KNOWN_FOLLOWERS, "DESC"), asked)
        assert "Seq Scan" not in found, found
        assert max(map(int, LOOPS.findall(found))) <= 50, found


@filled_with(
    PEOPLE,
    TWEETS,
    """INSERT INTO fan_outs (tweet_id, targeted, delivered, skipped_inactive, lag_p50_ms, started_at, completed_at)
    SELECT id, 1, 1, 0, 1, now(), now() FROM tweets""",
    "ANALYZE users, tweets, fan_outs",
)
async def test_of_the_latest_receipts_only_their_own_tweets_are_read(filled: WriteSession) -> None:
    found = await plan_of(filled, fan_outs._RECENT_LAGS, {"latest": 10})
    assert "Seq Scan" not in found, found
