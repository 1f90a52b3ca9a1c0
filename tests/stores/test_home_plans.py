"""What reading a home timeline reads: rows by their keys, whatever else the tables hold."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import TextClause

from domain.ids import MAX_ID
from infra.database import WriteSession
from stores import followed_retweets, home_timelines
from stores.arrays import array
from tests.stores.plans import filled_with, plan_of

VIEWER, FOLLOWED, AUTHORS, TWEETS = 7, 60, 500, 20_000
# Of the viewer's followees every tenth is pulled; who blocks and mutes whom makes the rules ask for each row.
ROWS = (
    f"""INSERT INTO users (id, username, display_name, email, password_hash, created_at)
    SELECT n, 'user' || n, 'Name', n || '@example.com', '', now() FROM generate_series(1, {10 * AUTHORS}) AS n""",
    f"""INSERT INTO tweets (id, author_id, text, searchable, entities, weighted_length, conversation_id, created_at,
        in_reply_to_id, in_reply_to_user_id, delivery)
    SELECT n, 1 + n % {AUTHORS}, 'tea', 'tea', '[]', 3, n, now(), CASE WHEN n % 3 = 0 THEN n - 1 END,
        CASE WHEN n % 3 = 0 THEN 1 + (n - 1) % {AUTHORS} END, CASE WHEN n % 10 = 9 THEN 'PULL' ELSE 'PUSH_ALL' END
    FROM generate_series(1, {TWEETS}) AS n""",
    f"""INSERT INTO tweets (id, author_id, text, entities, weighted_length, conversation_id, created_at, retweet_of_id)
    SELECT {TWEETS} + n, 1 + n % {AUTHORS}, '', '[]', 0, {TWEETS} + n, now(), n FROM generate_series(1, 4000) AS n""",
    f"""INSERT INTO follows (id, follower_id, followee_id)
    SELECT follower * 1000 + n, follower, 1 + (follower + n * 7) % {AUTHORS}
    FROM generate_series(1, {AUTHORS}) AS follower, generate_series(1, {FOLLOWED}) AS n
    WHERE 1 + (follower + n * 7) % {AUTHORS} <> follower""",
    f"""INSERT INTO blocks (id, blocker_id, blocked_id)
    SELECT n, 1 + n % {AUTHORS}, 1 + n * 3 % {AUTHORS} FROM generate_series(1, 3000) AS n
    WHERE n % {AUTHORS} <> n * 3 % {AUTHORS} ON CONFLICT DO NOTHING""",
    f"""INSERT INTO mutes (id, muter_id, muted_id)
    SELECT n, 1 + n % {AUTHORS}, 1 + n * 9 % {AUTHORS} FROM generate_series(1, 3000) AS n
    WHERE n % {AUTHORS} <> n * 9 % {AUTHORS} ON CONFLICT DO NOTHING""",
    f"INSERT INTO large_authors (user_id) SELECT n FROM generate_series(10, {AUTHORS}, 10) AS n",
    "INSERT INTO undelivered_tweets (tweet_id, author_id) SELECT id, author_id FROM tweets WHERE id > 23900",
    f"""INSERT INTO muted_words (id, user_id, phrase, needle)
    SELECT n, 1 + n % {AUTHORS}, 'word', 'word' || n FROM generate_series(1, 3000) AS n""",
    f"""INSERT INTO muted_threads (id, user_id, conversation_id)
    SELECT n, 1 + n % {AUTHORS}, n FROM generate_series(1, 3000) AS n""",
    "ANALYZE users, tweets, follows, blocks, mutes, muted_words, muted_threads, large_authors, undelivered_tweets",
)
FIRST_50 = array([*range(1, 51)])
KNOWN = {f"known_{which}{table}": FIRST_50 for which in ("", "versions_of_") for table in ("tweets", "users")}
TOP: dict[str, Any] = {"viewer_id": VIEWER, "low": -1, "high": MAX_ID, "limit": 51, "once_within_ms": 0, **KNOWN}
DEEP = {**TOP, "high": TWEETS // 2}
CACHED = {**TOP, "ids": array([*range(23_000, 23_051)]), "low": 23_000}
READ = re.compile(r"Scan.* on tweets\b.*rows=([\d.]+) loops=(\d+)")


@filled_with(*ROWS)
@pytest.mark.parametrize(
    ("statement", "asked", "at_most"),
    [
        pytest.param(home_timelines._WINDOWS[False], CACHED, 1_000, id="window"),
        pytest.param(home_timelines._WINDOWS[True], CACHED, 2_000, id="hydrated window"),
        pytest.param(home_timelines._PAGES[False, False], TOP, 3_000, id="first page"),
        pytest.param(home_timelines._PAGES[False, True], TOP, 4_000, id="hydrated first page"),
        pytest.param(home_timelines._PAGES[False, False], DEEP, 3_000, id="deep page"),
        pytest.param(home_timelines._PAGES[True, False], DEEP, 3_000, id="backward page"),
        pytest.param(home_timelines._BELONGING, {**TOP, "ids": list(range(23_000, 23_051))}, 1_000, id="belonging"),
        pytest.param(followed_retweets._RETWEETERS, {**TOP, "ids": list(range(3_000, 3_051))}, 500, id="retweeters"),
        pytest.param(home_timelines._IDS, {**TOP, "limit": 1_000}, 10_000, id="rebuild"),
    ],
)
async def test_a_home_timeline_is_read_through_indexes_only(
    filled: WriteSession, statement: TextClause, asked: dict[str, Any], at_most: int
) -> None:
    found = await plan_of(filled, statement, asked)
    scanned = set(re.findall(r"Seq Scan on (\w+)", found))
    assert scanned <= {"large_authors", "undelivered_tweets"}, found
    assert statement is home_timelines._IDS or "uq_tweets_author_id_retweet_of_id" in found, found
    read = sum(float(rows) * int(loops) for rows, loops in READ.findall(found))
    assert 0 < read <= at_most, found
