"""Rows of `blocks`, and what a block cuts."""

from __future__ import annotations

from sqlalchemy import text

from infra.database import WriteSession
from stores.keyset import Listing
from stores.visibility import user_verdict

BLOCKS = Listing(
    source="FROM blocks JOIN users ON users.id = blocks.blocked_id "
    f"WHERE blocks.blocker_id = parent.id AND {user_verdict()} IS NULL",
    key="blocks.id",
    value="blocks.blocked_id",
    newest_first=True,
)

_INSERT = text(
    "INSERT INTO blocks (id, blocker_id, blocked_id) VALUES (:id, :blocker_id, :blocked_id) ON CONFLICT DO NOTHING"
)


async def insert(session: WriteSession, *, block_id: int, blocker_id: int, blocked_id: int) -> bool:
    """False when there is such a block already."""
    result = await session.execute(_INSERT, {"id": block_id, "blocker_id": blocker_id, "blocked_id": blocked_id})
    return result.rowcount == 1


_DELETE = text("DELETE FROM blocks WHERE blocker_id = :blocker_id AND blocked_id = :blocked_id")


async def delete(session: WriteSession, *, blocker_id: int, blocked_id: int) -> bool:
    """False when there was no such block."""
    result = await session.execute(_DELETE, {"blocker_id": blocker_id, "blocked_id": blocked_id})
    return result.rowcount == 1


_CUT_MEMBERS, _CUT_FOLLOWERS = [
    text(
        f"DELETE FROM {table} USING lists WHERE lists.id = {table}.list_id "  # noqa: S608
        f"AND (lists.owner_id, {table}.user_id) IN ((:one_id, :other_id), (:other_id, :one_id)) "
        "RETURNING lists.id, lists.owner_id"
    )
    for table in ("list_members", "list_follows")
]


async def cut_lists(session: WriteSession, *, one_id: int, other_id: int) -> list[tuple[int, int]]:
    """Takes each of the two from the other's lists, as member and as follower; returns the ids of those lists, and of
    their owners, that have lost a member."""
    pair = {"one_id": one_id, "other_id": other_id}
    changed = (await session.execute(_CUT_MEMBERS, pair)).all()
    await session.execute(_CUT_FOLLOWERS, pair)
    return [(row.id, row.owner_id) for row in changed]
