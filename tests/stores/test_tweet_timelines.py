"""What a page of mentions or of a hashtag reads."""

from __future__ import annotations

import re
from typing import Any

import pytest

from infra.database import WriteSession
from stores import keyset
from stores.hashtag_timelines import TAGGED
from stores.keyset import Listing
from stores.mention_timelines import MENTIONS
from tests.stores.plans import PEOPLE, TWEETS, filled_with, plan_of

REST = (
    "INSERT INTO tweet_mentions (user_id, tweet_id) SELECT 500, n FROM generate_series(2, 20000, 2) AS n",
    "INSERT INTO tweet_mentions (user_id, tweet_id) SELECT 1 + n % 400, n FROM generate_series(1, 20000, 2) AS n",
    "INSERT INTO tweet_hashtags (tag, tweet_id) SELECT 'tea', n FROM generate_series(2, 20000, 2) AS n",
    "INSERT INTO tweet_hashtags (tag, tweet_id) SELECT 'tag' || n % 400, n FROM generate_series(1, 20000, 2) AS n",
    "ANALYZE users, tweets, tweet_mentions, tweet_hashtags",
)
READ = re.compile(r"Index (?:Only )?Scan.* using \w+ on tweet\w* .*rows=([\d.]+) loops=(\d+)")


@filled_with(PEOPLE, TWEETS, *REST)
@pytest.mark.parametrize(("listing", "parent"), [(MENTIONS, 500), (TAGGED, "tea")], ids=["mentions", "hashtag"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_a_page_reads_its_own_entries(
    filled: WriteSession, listing: Listing, parent: Any, direction: Any
) -> None:
    """In the middle of 10,000 entries; of each its row of the index and its tweet."""
    asked = {"parent_ids": [parent], "viewer_id": 7, "low": 4_000, "high": 16_000, "limit": 6}
    plan = await plan_of(filled, keyset._statement(listing, direction), asked)
    assert "Seq Scan on tweet" not in plan, plan
    # A page of an index may bring one entry more: the reader's own, or the first behind the page.
    assert 12 <= sum(float(rows) * int(loops) for rows, loops in READ.findall(plan)) <= 14, plan
