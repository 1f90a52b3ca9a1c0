"""Rows of `follows`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import msgspec
from sqlalchemy import text

from infra.database import Database, ReadSession, WriteSession
from stores.keyset import Listing
from stores.visibility import listed_user, shows_activity

FOLLOWERS = Listing(
    source="FROM follows JOIN users ON users.id = follows.follower_id "
    f"WHERE follows.followee_id = parent.id AND {listed_user()} AND {shows_activity('parent')}",
    key="follows.id",
    value="follows.follower_id",
    newest_first=True,
)
FOLLOWING = Listing(
    source="FROM follows JOIN users ON users.id = follows.followee_id "
    f"WHERE follows.follower_id = parent.id AND {listed_user()} AND {shows_activity('parent')}",
    key="follows.id",
    value="follows.followee_id",
    newest_first=True,
)
_HAS_FEW_FOLLOWERS = """(
    (SELECT followers FROM user_counts WHERE user_id = parent.id)
    <= (SELECT following FROM user_counts WHERE user_id = :viewer_id)
)"""
# One plan is for all, whoever has a million followers or follows thousands. With OFFSET 0 the shorter of the two lists
# is gone through, and for each in it one row of the other looked up.
KNOWN_FOLLOWERS = Listing(
    source=f"""
        FROM (
            SELECT id, follower_id FROM follows
            WHERE followee_id = parent.id AND {_HAS_FEW_FOLLOWERS} IS TRUE AND EXISTS (
                SELECT FROM follows AS known
                WHERE known.follower_id = :viewer_id AND known.followee_id = follows.follower_id OFFSET 0
            )
            UNION ALL
            SELECT follows.id, follows.follower_id
            FROM follows AS known CROSS JOIN LATERAL (
                SELECT id, follower_id FROM follows
                WHERE followee_id = parent.id AND follower_id = known.followee_id OFFSET 0
            ) AS follows
            WHERE known.follower_id = :viewer_id AND {_HAS_FEW_FOLLOWERS} IS NOT TRUE
        ) AS follows JOIN users ON users.id = follows.follower_id
        WHERE {listed_user()} AND {shows_activity("parent")}
    """,  # noqa: S608
    key="follows.id",
    value="follows.follower_id",
    newest_first=True,
)

_INSERT = text(
    """
    INSERT INTO follows (id, follower_id, followee_id)
    SELECT * FROM unnest(
        CAST(:ids AS bigint[]), CAST(:follower_ids AS bigint[]), CAST(:followee_ids AS bigint[])
    )
    ON CONFLICT DO NOTHING
    RETURNING follower_id, followee_id
    """
)


async def insert(session: WriteSession, follows: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """(id, follower id, followee id) triples; returns the (follower, followee) pairs that are new."""
    rows = await session.execute(
        _INSERT,
        {
            "ids": [follow_id for follow_id, _, _ in follows],
            "follower_ids": [follower_id for _, follower_id, _ in follows],
            "followee_ids": [followee_id for _, _, followee_id in follows],
        },
    )
    return [(follower_id, followee_id) for follower_id, followee_id in rows]


_DELETE = text("DELETE FROM follows WHERE follower_id = :follower_id AND followee_id = :followee_id")


async def delete(session: WriteSession, *, follower_id: int, followee_id: int) -> bool:
    """False when there was no such follow."""
    result = await session.execute(_DELETE, {"follower_id": follower_id, "followee_id": followee_id})
    return result.rowcount == 1


_SET_SHOWS_RETWEETS = text(
    "UPDATE follows SET shows_retweets = :shows_retweets FROM follows AS before "
    "WHERE follows.follower_id = :follower_id AND follows.followee_id = :followee_id "
    "AND before.follower_id = follows.follower_id AND before.followee_id = follows.followee_id "
    "RETURNING before.shows_retweets"
)


async def set_shows_retweets(
    session: WriteSession, *, follower_id: int, followee_id: int, shows_retweets: bool
) -> bool | None:
    """What it was before; None when there is no such follow."""
    found = await session.execute(
        _SET_SHOWS_RETWEETS,
        {"follower_id": follower_id, "followee_id": followee_id, "shows_retweets": shows_retweets},
    )
    before: bool | None = found.scalar_one_or_none()
    return before


_FOLLOWERS_AMONG = text(
    "SELECT follower_id FROM follows WHERE followee_id = :author_id AND follower_id = ANY(CAST(:user_ids AS bigint[]))"
)


async def followers_among(session: ReadSession, author_id: int, user_ids: Sequence[int]) -> set[int]:
    """Those of these people who follow the author."""
    rows = await session.execute(_FOLLOWERS_AMONG, {"author_id": author_id, "user_ids": user_ids})
    return set(rows.scalars())


# The author whose followers were begun has a branch of its own: for a row comparison beside ANY, PostgreSQL 18 reads
# the index from that author's start, so that each chunk would cost more than the one before. An array costs a third of
# what as many rows do.
_FOLLOWERS_CHUNK = text(
    """
    SELECT followee_id, array_agg(follower_id ORDER BY id) AS follower_ids, max(id) AS last_follow_id
    FROM (
        (
            SELECT followee_id, id, follower_id FROM follows
            WHERE followee_id = :author_id AND id > :after_id ORDER BY id LIMIT :size
        )
        UNION ALL (
            SELECT followee_id, id, follower_id FROM follows
            WHERE followee_id = ANY(CAST(:later_author_ids AS bigint[])) ORDER BY followee_id, id LIMIT :size
        )
        ORDER BY followee_id, id LIMIT :size
    ) AS chunk
    GROUP BY followee_id ORDER BY followee_id
    """
)


class Followers(msgspec.Struct, frozen=True):
    """Some followers of one author, in the order of their follows."""

    author_id: int
    user_ids: Sequence[int]
    last_follow_id: int


async def follower_chunks(
    database: Database, author_ids: Sequence[int], *, size: int, after_follow_id: int = 0
) -> AsyncGenerator[list[Followers], None]:
    """Followers of all these authors in chunks of this size, author by author and follow by follow; the least author's
    from behind a follow on. The next chunk is read, in a session of its own, while the caller works on this one."""

    async def read(author_id: int, after_id: int) -> list[Followers]:
        values = {
            "author_id": author_id,
            "after_id": after_id,
            "later_author_ids": [later_id for later_id in author_ids if later_id > author_id],
            "size": size,
        }
        async with database.read() as session:
            return [Followers(*row) for row in await session.execute(_FOLLOWERS_CHUNK, values)]

    chunk = await read(min(author_ids), after_follow_id)
    while sum(len(followers.user_ids) for followers in chunk) == size:
        reading = asyncio.create_task(read(chunk[-1].author_id, chunk[-1].last_follow_id))
        try:
            yield chunk
            chunk = await reading
        finally:
            reading.cancel()  # for a caller who stops early
            await asyncio.gather(reading, return_exceptions=True)
    if chunk:
        yield chunk
