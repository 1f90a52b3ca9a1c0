"""What a stream reads of a full log of changes: those that concern it, and those of the few kinds that may."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import TextClause

from infra.database import WriteSession
from stores import changes, hashtag_changes, home_changes, list_changes, thread_changes, user_changes
from stores.arrays import array
from tests.stores.plans import PEOPLE, TWEETS, filled_with, plan_of, planned_for_values

LOG = 100_000
# Of 20 changes one is a tweet's with a hashtag, of 100 one a deletion, of 1,000 one an account's.
ROWS = filled_with(
    PEOPLE,
    TWEETS,
    """INSERT INTO tweets (id, author_id, text, entities, weighted_length, conversation_id, created_at, retweet_of_id)
    SELECT 20000 + n, 1 + n % 500, '', '[]', 0, 20000 + n, now(), n FROM generate_series(1, 4000) AS n""",
    "INSERT INTO tweet_hashtags (tag, tweet_id) SELECT 'tag' || n % 50, n FROM generate_series(1, 20000, 10) AS n",
    """INSERT INTO follows (id, follower_id, followee_id)
    SELECT follower * 1000 + n, follower, 1 + (follower + n * 7) % 500
    FROM generate_series(1, 500) AS follower, generate_series(1, 60) AS n WHERE (n * 7) % 500 <> 499""",
    """INSERT INTO lists (id, owner_id, name, description, is_private, created_at)
    SELECT n, n, 'l', '', false, now() FROM generate_series(1, 500) AS n""",
    """INSERT INTO list_members (id, list_id, user_id)
    SELECT n * 1000 + m, n, 1 + (n + m * 3) % 500 FROM generate_series(1, 500) AS n, generate_series(1, 40) AS m""",
    f"""INSERT INTO changes (made_in, kind, user_id, tweet_id, conversation_id, tags)
    SELECT n, CASE WHEN n % 1000 = 0 THEN 12 WHEN n % 100 = 0 THEN 3 WHEN n % 3 = 0 THEN 20 ELSE 1 END, 1 + n % 25000,
        CASE WHEN n % 1000 <> 0 THEN 1 + n % 20000 END, CASE WHEN n % 1000 <> 0 THEN 1 + n % 20000 END,
        CASE WHEN n % 20 = 1 THEN ARRAY['tag' || n % 50] END
    FROM generate_series(1, {LOG}) AS n""",
    "ANALYZE users, tweets, follows, tweet_hashtags, lists, list_members, changes",
)
SINCE: dict[str, Any] = {"low": 1, "seen": "1:1:", "limit": 1_001, "viewer_id": 7}
READ = re.compile(r"Scan.* on (?:changes|ix_changes_\w+).*rows=([\d.]+) loops=(\d+)")


@ROWS
async def test_a_stream_that_comes_back_reads_little_of_the_log(filled: WriteSession) -> None:
    statements: list[tuple[TextClause, dict[str, Any], int]] = [
        (home_changes.SINCE, {}, 3_000),
        (user_changes.SINCE, {"user_id": 9}, 2_000),
        (list_changes.SINCE, {"list_id": 9}, 3_000),
        (hashtag_changes.SINCE, {"tag": "tag1"}, 5_000),
        (thread_changes.SINCE, {"conversation_id": 9}, 100),
    ]
    for statement, asked, at_most in statements:
        async with planned_for_values(filled):
            found = await plan_of(filled, statement, SINCE | asked)
        assert "Seq Scan on changes" not in found, found
        read = sum(float(rows) * int(loops) for rows, loops in READ.findall(found))
        assert 0 < read <= at_most, f"{read}\n{found}"


@ROWS
async def test_what_is_new_is_told_without_reading_what_is_known(filled: WriteSession) -> None:
    low = LOG - 10
    found = await plan_of(filled, changes._SINCE, {"low": low, "seen": f"{low}:{low}:"})
    assert sum(float(rows) * int(loops) for rows, loops in READ.findall(found)) == 10 + 1, found


@ROWS
async def test_whom_a_hundred_tweets_concern_is_not_asked_of_everybody_who_watches(filled: WriteSession) -> None:
    asked = {"change_ids": list(range(1, 101)), "timeline_ids": array(list(range(1, 501))), "once_within": 1}
    found = await plan_of(filled, home_changes.CONCERNED, asked)
    assert max(map(int, re.findall(r"loops=(\d+)", found))) <= 1_000, found


@ROWS
async def test_whose_thread_an_account_has_written_in_is_not_asked_of_all_tweets(filled: WriteSession) -> None:
    asked = {"change_ids": list(range(1_000, 4_000, 1_000)), "timeline_ids": array(list(range(1, 51)))}
    found = await plan_of(filled, thread_changes.CONCERNED, asked)
    assert "Seq Scan on tweets" not in found, found
