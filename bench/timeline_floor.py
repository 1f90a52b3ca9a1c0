"""The floor of `./chirp bench timeline`, a process: one SQL statement, orjson, and nothing between them and the socket.

It knows no viewer but the one in its path, checks nothing, and answers the bytes that the API answers.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from bench.floors import TWEET_COLUMNS, TWEET_JOINS, Pool, serve, tweet
from domain.ids import cursor

PAGE = 50

_PAGE = f"""
    WITH author AS (
        SELECT followee_id AS id FROM follows WHERE follower_id = $1 UNION ALL SELECT $1
    ), skeleton AS (
        SELECT listed.id FROM author CROSS JOIN LATERAL (
            SELECT tweets.id FROM tweets WHERE tweets.author_id = author.id AND tweets.deleted_at IS NULL
            ORDER BY tweets.id DESC LIMIT $2
        ) AS listed
        ORDER BY listed.id DESC LIMIT $2
    )
    SELECT {TWEET_COLUMNS}
    FROM skeleton JOIN tweets ON tweets.id = skeleton.id {TWEET_JOINS}
    ORDER BY tweets.id DESC
"""  # noqa: S608


async def page(pool: Pool, path: list[str]) -> Any:
    viewer_id = int(path[0])
    return _answer(await pool.fetch(_PAGE, viewer_id, PAGE + 1), viewer_id)


def _answer(rows: list[asyncpg.Record], viewer_id: int) -> dict[str, Any]:
    edges = [
        {
            "cursor": cursor("home", row["id"]),
            "node": {
                "tweet": tweet(row),
                "reason": {"code": "SELF" if row["author_id"] == viewer_id else "FOLLOWED"},
            },
        }
        for row in rows[:PAGE]
    ]
    page_info = {"hasNextPage": len(rows) > PAGE, "endCursor": edges[-1]["cursor"]}
    return {"data": {"viewer": {"homeTimeline": {"edges": edges, "pageInfo": page_info}}}}


if __name__ == "__main__":
    serve(page)
