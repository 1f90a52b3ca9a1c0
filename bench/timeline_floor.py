"""The floor of `./chirp bench timeline`, a process: one SQL statement, orjson, and nothing between them and the socket.

It knows no viewer but the one in its path, checks nothing, and answers the bytes that the API answers.
"""

from __future__ import annotations

import os
from typing import Any

import asyncpg
import orjson
import uvicorn

from domain.ids import cursor, global_id

POOL = 10
PAGE = 50

_PAGE = """
    WITH author AS (
        SELECT followee_id AS id FROM follows WHERE follower_id = $1 UNION ALL SELECT $1
    ), skeleton AS (
        SELECT listed.id FROM author CROSS JOIN LATERAL (
            SELECT tweets.id FROM tweets WHERE tweets.author_id = author.id AND tweets.deleted_at IS NULL
            ORDER BY tweets.id DESC LIMIT $2
        ) AS listed
        ORDER BY listed.id DESC LIMIT $2
    )
    SELECT tweets.id, tweets.text, tweets.created_at, tweets.author_id, users.username, users.display_name,
        counts.likes, counts.retweets, counts.replies, likes.id IS NOT NULL AS liked,
        bookmarks.id IS NOT NULL AS bookmarked
    FROM skeleton JOIN tweets ON tweets.id = skeleton.id JOIN users ON users.id = tweets.author_id
    JOIN tweet_counts AS counts ON counts.tweet_id = tweets.id
    LEFT JOIN likes ON likes.tweet_id = tweets.id AND likes.user_id = $1
    LEFT JOIN bookmarks ON bookmarks.tweet_id = tweets.id AND bookmarks.user_id = $1
    ORDER BY tweets.id DESC
"""


class Floor:
    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._pool: asyncpg.Pool[asyncpg.Record]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self._pool = await asyncpg.create_pool(self._database_url, min_size=POOL, max_size=POOL)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        viewer_id = int(scope["path"][1:])
        rows = await self._pool.fetch(_PAGE, viewer_id, PAGE + 1)
        body = orjson.dumps(_answer(rows, viewer_id))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _answer(rows: list[asyncpg.Record], viewer_id: int) -> dict[str, Any]:
    shown = rows[:PAGE]
    edges = [
        {
            "cursor": cursor("home", row["id"]),
            "node": {
                "tweet": {
                    "id": global_id("Tweet", row["id"]),
                    "text": row["text"],
                    "createdAt": row["created_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    "author": {
                        "id": global_id("User", row["author_id"]),
                        "username": row["username"],
                        "displayName": row["display_name"],
                    },
                    "likeCount": {"value": row["likes"]},
                    "retweetCount": {"value": row["retweets"]},
                    "replyCount": {"value": row["replies"]},
                    "viewerState": {"liked": row["liked"], "bookmarked": row["bookmarked"]},
                },
                "reason": {"code": "SELF" if row["author_id"] == viewer_id else "FOLLOWED"},
            },
        }
        for row in shown
    ]
    page = {"hasNextPage": len(rows) > PAGE, "endCursor": edges[-1]["cursor"]}
    return {"data": {"viewer": {"homeTimeline": {"edges": edges, "pageInfo": page}}}}


if __name__ == "__main__":
    uvicorn.run(
        Floor(os.environ["CHIRP_DATABASE_URL"]),
        port=int(os.environ["CHIRP_PORT"]),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
    )
