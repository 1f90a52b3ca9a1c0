"""What a page of an author's tweets reads, whatever else the author has written."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from domain.ids import MAX_ID
from infra.database import WriteSession
from stores import keyset
from stores.keyset import Listing
from stores.tweets import BY_AUTHOR, WITHOUT_REPLIES
from tests.stores.plans import filled_with, plan_of

AUTHOR, REPLIES = 7, 20_000
ROWS = (
    """INSERT INTO users (id, username, display_name, email, password_hash, created_at)
    SELECT n, 'user' || n, 'Name', n || '@example.com', '', now() FROM generate_series(1, 5000) AS n""",
    f"""INSERT INTO tweets (id, author_id, text, entities, weighted_length, conversation_id, created_at,
        in_reply_to_user_id)
    SELECT n, {AUTHOR}, '', '[]', 0, n, now(), 8 FROM generate_series(1, {REPLIES}) AS n""",
    f"""INSERT INTO tweets (id, author_id, text, entities, weighted_length, conversation_id, created_at,
        in_reply_to_user_id)
    SELECT {REPLIES} + n, 10 + n % 4000, '', '[]', 0, n, now(), CASE WHEN n % 2 = 0 THEN 8 END
    FROM generate_series(1, {REPLIES}) AS n""",
    # Of the author's few tweets one goes on with a thread, and one is a retweet.
    f"UPDATE tweets SET in_reply_to_user_id = CASE WHEN id = 9000 THEN {AUTHOR} END WHERE id IN (9000, 10000, 11000)",
    f"UPDATE tweets SET retweet_of_id = {REPLIES} + 1 WHERE id = 11000",
    "ANALYZE users, tweets",
)
READ = re.compile(r"Scan.* on tweets.*rows=([\d.]+) loops=(\d+)")
REMOVED = re.compile(r"Rows Removed by (?:Index Recheck|Filter): (\d+)")


@filled_with(*ROWS)
@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        pytest.param(BY_AUTHOR, 6, id="with replies"),
        pytest.param(WITHOUT_REPLIES, 4, id="three without, and what one of them retweets"),
    ],
)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_a_page_reads_its_own_entries(
    filled: WriteSession, listing: Listing, expected: int, direction: Literal["ASC", "DESC"]
) -> None:
    asked = {"parent_ids": [AUTHOR], "viewer_id": 9, "low": -1, "high": MAX_ID, "limit": 6}
    plan = await plan_of(filled, keyset._statement(listing, direction), asked)
    assert "Seq Scan on tweets" not in plan, plan
    assert sum(float(rows) * int(loops) for rows, loops in READ.findall(plan)) == expected, plan
    assert sum(int(rows) for rows in REMOVED.findall(plan)) == 0, plan
