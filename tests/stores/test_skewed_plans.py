"""What is read of large tables, by the one plan that there is for any values."""

from __future__ import annotations

from infra.database import WriteSession
from stores import fan_outs
from tests.stores.plans import PEOPLE, TWEETS, filled_with, plan_of


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
