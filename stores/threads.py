"""How tweets hang together: what one answers, the thread it is part of, who quotes it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import text

from infra.database import ReadSession, WriteSession
from stores.keyset import Listing
from stores.tweets import REPLIES
from stores.visibility import listed_tweet, visible_tweet

MAX_ANCESTORS = 200
"""How far up a tree of replies one listing goes; whoever wants more asks the topmost for its ancestors."""
_WITH_AUTHOR = "FROM tweets JOIN users ON users.id = tweets.author_id"

NEWEST_REPLIES = msgspec.structs.replace(REPLIES, newest_first=True)
QUOTES = Listing(
    source=f"{_WITH_AUTHOR} WHERE tweets.quoted_id = parent.id AND {listed_tweet()}",
    key="tweets.id",
    value="tweets.id",
    newest_first=True,
)
THREAD = Listing(
    source=f"{_WITH_AUTHOR} WHERE tweets.thread_id = parent.id AND {visible_tweet()}",
    key="tweets.thread_index",
    value="tweets.id",
    newest_first=False,
)
# Ordered by the distance, which never changes: 1 is what the tweet answers itself. Nothing is left out, so that what
# stands in between and cannot be shown has its place.
ANCESTORS = Listing(
    source=f"""FROM (
        WITH RECURSIVE chain AS (
            SELECT tweets.in_reply_to_id AS id, 1 AS distance FROM tweets WHERE tweets.id = parent.id
            UNION ALL
            SELECT tweets.in_reply_to_id, chain.distance + 1 FROM chain JOIN tweets ON tweets.id = chain.id
            WHERE chain.distance < {MAX_ANCESTORS}
        )
        SELECT id, distance FROM chain WHERE id IS NOT NULL
    ) AS ancestor WHERE true""",  # noqa: S608
    key="ancestor.distance",
    value="ancestor.id",
    newest_first=True,
)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:thread AS text), 0))")
# One that is deleted while this waits for it gives way to the one before.
_LOCK_LAST = text(
    "SELECT id FROM tweets WHERE thread_id = :thread_id AND deleted_at IS NULL "
    "ORDER BY thread_index DESC LIMIT 1 FOR SHARE"
)
_LAST_INDEX = text("SELECT max(thread_index) FROM tweets WHERE thread_id = :thread_id")


class ThreadEnd(msgspec.Struct, frozen=True):
    index: int
    """The highest that was ever given."""
    tweet_id: int | None
    """The last tweet that is not deleted."""


async def locked_end(session: WriteSession, thread_id: int) -> ThreadEnd:
    """Of an existing thread; until the transaction ends nobody else adds to it, nor is the last tweet deleted."""
    await session.execute(_LOCK, {"thread": f"thread {thread_id}"})
    last_id = (await session.execute(_LOCK_LAST, {"thread_id": thread_id})).scalar_one_or_none()
    last_index = (await session.execute(_LAST_INDEX, {"thread_id": thread_id})).scalar_one()
    return ThreadEnd(index=last_index, tweet_id=last_id)


_SIZES = text(
    "SELECT thread_id, max(thread_index) + 1 AS size FROM tweets "
    "WHERE thread_id = ANY(CAST(:ids AS bigint[])) GROUP BY thread_id"
)


async def sizes(session: ReadSession, thread_ids: Sequence[int]) -> dict[int, int]:
    """How many tweets each thread was given, deleted ones included."""
    rows = await session.execute(_SIZES, {"ids": thread_ids})
    return {row.thread_id: row.size for row in rows}
