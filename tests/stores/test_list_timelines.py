"""What a page of a list's timeline reads."""

from __future__ import annotations

import re

import pytest

from infra.database import WriteSession
from stores import list_timelines
from tests.stores.plans import PEOPLE, TWEETS, filled_with, plan_of

REST = (
    "INSERT INTO lists (id, owner_id, name, created_at) VALUES (1, 1, 'tea', now())",
    "INSERT INTO list_members (list_id, user_id, id) SELECT 1, id, id FROM users WHERE id <= 400",
    "ANALYZE users, tweets, list_members",
)
READ = re.compile(r"Index Scan.* using \w+ on tweets\w* .*rows=([\d.]+) loops=(\d+)")


@filled_with(PEOPLE, TWEETS, *REST)
@pytest.mark.parametrize("backward", [False, True])
async def test_a_page_reads_one_tweet_of_each_member_and_a_page_of_each_on_it(
    filled: WriteSession, backward: bool
) -> None:
    """Deep in the timeline as at its ends, whatever was written before and after."""
    asked = {"list_ids": [1], "viewer_id": 7, "lows": [9_000], "highs": [11_000], "limit": 6, "once_within_ms": 0}
    plan = await plan_of(filled, list_timelines._PAGES[backward], asked)
    assert "Seq Scan on tweets" not in plan, plan
    read = sum(float(rows) * int(loops) for rows, loops in READ.findall(plan))
    # A member has 4 tweets between the two keys.
    assert read == 400 + 6 * 4 + 6, plan
