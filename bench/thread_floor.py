"""The floor of `./chirp bench thread`, a process: one SQL statement walks up from the tweet, takes its first replies
and reads both with the tweet itself, their authors, counts and what the viewer did to them."""

from __future__ import annotations

from typing import Any

from bench.floors import TWEET_COLUMNS, TWEET_JOINS, Pool, serve, tweet
from domain.ids import cursor

ABOVE = 10
BELOW = 30

_THREAD = f"""
    WITH RECURSIVE above AS (
        SELECT id, in_reply_to_id FROM tweets WHERE id = $2
        UNION ALL
        SELECT tweets.id, tweets.in_reply_to_id FROM above JOIN tweets ON tweets.id = above.in_reply_to_id
    ), shown AS (
        SELECT id FROM above
        UNION ALL
        (SELECT id FROM tweets WHERE in_reply_to_id = $2 AND deleted_at IS NULL AND hidden_at IS NULL
        ORDER BY id LIMIT $3)
    )
    SELECT {TWEET_COLUMNS}
    FROM shown JOIN tweets ON tweets.id = shown.id {TWEET_JOINS}
    ORDER BY tweets.id
"""  # noqa: S608


async def thread(pool: Pool, path: list[str]) -> Any:
    viewer_id, tweet_id = map(int, path)
    rows = await pool.fetch(_THREAD, viewer_id, tweet_id, BELOW + 1)
    above = [tweet(row) for row in rows if row["id"] < tweet_id]
    (itself,) = (tweet(row) for row in rows if row["id"] == tweet_id)
    below = [row for row in rows if row["id"] > tweet_id]
    edges = [{"cursor": cursor("replies", row["id"]), "node": tweet(row)} for row in below[:BELOW]]
    answer = itself | {
        "ancestors": {"nodes": above, "pageInfo": {"hasNextPage": False}},
        "replies": {
            "edges": edges,
            "pageInfo": {"hasNextPage": len(below) > BELOW, "endCursor": edges[-1]["cursor"]},
        },
    }
    return {"data": {"tweet": answer}}


if __name__ == "__main__":
    serve(thread)
