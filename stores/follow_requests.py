"""Rows of `follow_requests`: who has asked a protected account to be let in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from infra.database import ReadSession, WriteSession
from stores.keyset import Listing
from stores.visibility import listed_user

RECEIVED = Listing(
    source="FROM follow_requests JOIN users ON users.id = follow_requests.follower_id "
    f"WHERE follow_requests.followee_id = parent.id AND {listed_user()}",
    key="follow_requests.id",
    value="follow_requests.follower_id",
    newest_first=True,
)
SENT = Listing(
    source="FROM follow_requests JOIN users ON users.id = follow_requests.followee_id "
    f"WHERE follow_requests.follower_id = parent.id AND {listed_user()}",
    key="follow_requests.id",
    value="follow_requests.followee_id",
    newest_first=True,
)

_INSERT = text(
    "INSERT INTO follow_requests (id, follower_id, followee_id) VALUES (:id, :follower_id, :followee_id) "
    "ON CONFLICT DO NOTHING"
)


async def insert(session: WriteSession, *, request_id: int, follower_id: int, followee_id: int) -> bool:
    """False when there is such a request already."""
    result = await session.execute(_INSERT, {"id": request_id, "follower_id": follower_id, "followee_id": followee_id})
    return result.rowcount == 1


_DELETE = text("DELETE FROM follow_requests WHERE follower_id = :follower_id AND followee_id = :followee_id")


async def delete(session: WriteSession, *, follower_id: int, followee_id: int) -> bool:
    """False when there was no such request."""
    result = await session.execute(_DELETE, {"follower_id": follower_id, "followee_id": followee_id})
    return result.rowcount == 1


_DELETE_ALL = text(
    """
    DELETE FROM follow_requests
    WHERE follower_id = ANY(CAST(:follower_ids AS bigint[])) AND followee_id = :followee_id
    RETURNING follower_id
    """
)


async def delete_all(session: WriteSession, follower_ids: Sequence[int], *, followee_id: int) -> list[int]:
    """Whose requests there were."""
    rows = await session.execute(_DELETE_ALL, {"follower_ids": follower_ids, "followee_id": followee_id})
    return list(rows.scalars())


_OLDEST = text("SELECT follower_id FROM follow_requests WHERE followee_id = :followee_id ORDER BY id LIMIT :limit")


async def oldest(session: ReadSession, followee_id: int, *, limit: int) -> list[int]:
    """Who has asked, the first first."""
    return list((await session.execute(_OLDEST, {"followee_id": followee_id, "limit": limit})).scalars())
