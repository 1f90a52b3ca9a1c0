"""The floor of `./chirp bench post`, a process: one statement, a transaction by itself, writes the rows without which a
post would be lost or stay unseen: the tweet, its counts, the author's, that it is not delivered, and its event. The
worker delivers it as it does any other. No rule is checked, and streams are not told."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

from bench.floors import Pool, serve
from domain.events import TweetPosted, encoded
from domain.ids import MAX_WORKER, global_id, snowflake

_ids = count(snowflake(ms=time.time_ns() // 1_000_000, worker=MAX_WORKER, sequence=0))

_POST = """
    WITH posted AS (
        INSERT INTO tweets (id, author_id, text, searchable, entities, weighted_length, created_at, conversation_id)
        VALUES ($1, $2, $3, $3, '[]', 20, now(), $1)
    ), counted AS (
        INSERT INTO tweet_counts (tweet_id) VALUES ($1)
    ), counted_of_author AS (
        INSERT INTO user_count_deltas (user_id, tweets) VALUES ($2, 1)
    ), begun AS (
        INSERT INTO undelivered_tweets (tweet_id, author_id) VALUES ($1, $2)
    )
    INSERT INTO outbox (event) VALUES ($4)
"""


async def post(pool: Pool, path: list[str]) -> Any:
    tweet_id = next(_ids)
    await pool.execute(_POST, tweet_id, int(path[0]), path[1], encoded(TweetPosted(tweet_id)))
    return {"data": {"postTweet": {"tweet": {"id": global_id("Tweet", tweet_id)}, "userErrors": []}}}


if __name__ == "__main__":
    serve(post)
