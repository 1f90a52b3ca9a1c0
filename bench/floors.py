"""What floors have in common: an ASGI endpoint on the server library that Chirp runs on, orjson, a pool of connections
to Postgres, and nothing else. They know no viewer but the one in their path and check nothing."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import orjson
import uvicorn

from domain.ids import global_id

POOL = 10

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Answer: TypeAlias = Callable[[Pool, list[str]], Awaitable[Any]]
"""From the parts of the path to what the JSON is made of."""

TWEET_COLUMNS = """
    tweets.id, tweets.text, tweets.created_at, tweets.author_id, users.username, users.display_name,
    counts.likes, counts.retweets, counts.replies, likes.id IS NOT NULL AS liked,
    bookmarks.id IS NOT NULL AS bookmarked
"""
TWEET_JOINS = """
    JOIN users ON users.id = tweets.author_id
    JOIN tweet_counts AS counts ON counts.tweet_id = tweets.id
    LEFT JOIN likes ON likes.tweet_id = tweets.id AND likes.user_id = $1
    LEFT JOIN bookmarks ON bookmarks.tweet_id = tweets.id AND bookmarks.user_id = $1
"""
"""For the viewer $1."""


def tweet(row: asyncpg.Record) -> dict[str, Any]:
    """As `reads.TWEET` selects it."""
    return {
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
    }


def serve(answer: Answer) -> None:
    """On CHIRP_PORT until the process is stopped."""
    database_url = os.environ["CHIRP_DATABASE_URL"]
    pool: Pool

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal pool
        if scope["type"] == "lifespan":
            await receive()
            pool = await asyncpg.create_pool(database_url, min_size=POOL, max_size=POOL)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = orjson.dumps(await answer(pool, scope["path"][1:].split("/")))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    port = int(os.environ["CHIRP_PORT"])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", log_config=None, access_log=False)
