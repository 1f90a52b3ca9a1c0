"""Rows of `lists`, `list_members` and `list_follows`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import text

from domain.lists import ListChanges
from domain.records import UserList, UserListCounts, UserListViewerState
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing
from stores.visibility import NOBODY, listed_user, visible_list

_WITH_OWNER = "JOIN users ON users.id = lists.owner_id"
OWNED = Listing(
    source=f"FROM lists {_WITH_OWNER} WHERE lists.owner_id = parent.id AND {visible_list()}",
    key="lists.id",
    value="lists.id",
    newest_first=True,
)
MEMBERSHIPS = Listing(
    source=f"FROM list_members JOIN lists ON lists.id = list_members.list_id {_WITH_OWNER} "
    f"WHERE list_members.user_id = parent.id AND {visible_list()}",
    key="list_members.id",
    value="list_members.list_id",
    newest_first=True,
)
FOLLOWED = Listing(
    source=f"FROM list_follows JOIN lists ON lists.id = list_follows.list_id {_WITH_OWNER} "
    f"WHERE list_follows.user_id = parent.id AND {visible_list()}",
    key="list_follows.id",
    value="list_follows.list_id",
    newest_first=True,
)
MEMBERS = Listing(
    source="FROM list_members JOIN users ON users.id = list_members.user_id "
    f"WHERE list_members.list_id = parent.id AND {listed_user()}",
    key="list_members.id",
    value="list_members.user_id",
    newest_first=True,
)
FOLLOWERS = Listing(
    source="FROM list_follows JOIN users ON users.id = list_follows.user_id "
    f"WHERE list_follows.list_id = parent.id AND {listed_user()}",
    key="list_follows.id",
    value="list_follows.user_id",
    newest_first=True,
)

BY_ID = text(
    "SELECT lists.id, lists.owner_id, lists.name, lists.description, lists.is_private, lists.created_at, "  # noqa: S608
    f"lists.version FROM lists {_WITH_OWNER} WHERE lists.id = ANY(CAST(:ids AS bigint[])) AND {visible_list()}"
)


async def by_id(session: ReadSession, list_ids: Sequence[int], *, viewer_id: int | None) -> dict[int, UserList]:
    """Those that the viewer may see."""
    rows = await session.execute(BY_ID, {"ids": list_ids, "viewer_id": viewer_id or NOBODY})
    return {
        row.id: UserList(
            id=row.id,
            owner_id=row.owner_id,
            name=row.name,
            description=row.description,
            is_private=row.is_private,
            created_at=row.created_at,
            version=row.version,
        )
        for row in rows
    }


_COUNTS = text(
    """
    SELECT parent.id, (SELECT count(*) FROM list_members WHERE list_id = parent.id) AS members,
        (SELECT count(*) FROM list_follows WHERE list_id = parent.id) AS followers
    FROM unnest(CAST(:ids AS bigint[])) AS parent (id)
    """
)


async def counts(session: ReadSession, list_ids: Sequence[int]) -> dict[int, UserListCounts]:
    rows = await session.execute(_COUNTS, {"ids": list_ids})
    return {row.id: UserListCounts(members=row.members, followers=row.followers) for row in rows}


_VIEWER_STATES = text(
    """
    SELECT lists.id, lists.owner_id = :viewer_id AS is_owner,
        EXISTS (SELECT FROM list_members WHERE list_id = lists.id AND user_id = :viewer_id) AS is_member,
        EXISTS (SELECT FROM list_follows WHERE list_id = lists.id AND user_id = :viewer_id) AS is_following
    FROM lists WHERE lists.id = ANY(CAST(:ids AS bigint[]))
    """
)


async def viewer_states(
    session: ReadSession, list_ids: Sequence[int], *, viewer_id: int
) -> dict[int, UserListViewerState]:
    """A list that was deleted meanwhile is missing."""
    rows = await session.execute(_VIEWER_STATES, {"ids": list_ids, "viewer_id": viewer_id})
    return {
        row.id: UserListViewerState(is_owner=row.is_owner, is_member=row.is_member, is_following=row.is_following)
        for row in rows
    }


_LOCK_OWNER = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 0))")
_COUNT_OWNED = text("SELECT count(*) FROM lists WHERE owner_id = :owner_id")


async def locked_count(session: WriteSession, owner_id: int) -> int:
    """How many lists the user has; nobody else adds one until the transaction ends."""
    await session.execute(_LOCK_OWNER, {"owner": f"lists {owner_id}"})
    return int((await session.execute(_COUNT_OWNED, {"owner_id": owner_id})).scalar_one())


_INSERT = text(
    "INSERT INTO lists (id, owner_id, name, description, is_private, created_at) "
    "VALUES (:id, :owner_id, :name, :description, :is_private, :created_at)"
)


async def insert(session: WriteSession, new: UserList) -> None:
    values = msgspec.structs.asdict(new)
    del values["version"]
    await session.execute(_INSERT, values)


_LOCK = text("SELECT FROM lists WHERE id = :id FOR NO KEY UPDATE")
_KEEP = text("SELECT FROM lists WHERE id = :id FOR SHARE")


async def lock(session: WriteSession, list_id: int) -> None:
    """Until the transaction ends nobody else changes the list or who is in it."""
    await session.execute(_LOCK, {"id": list_id})


async def keep(session: WriteSession, list_id: int) -> None:
    """Until the transaction ends the list is neither changed nor deleted."""
    await session.execute(_KEEP, {"id": list_id})


_UPDATE = text(
    """
    UPDATE lists SET name = coalesce(CAST(:name AS text), name),
        description = coalesce(CAST(:description AS text), description),
        is_private = coalesce(CAST(:is_private AS boolean), is_private), version = version + 1
    WHERE id = :id
    """
)


async def update(session: WriteSession, list_id: int, changes: ListChanges) -> None:
    await session.execute(_UPDATE, {"id": list_id, **msgspec.structs.asdict(changes)})


_DELETE_MEMBERS = text("DELETE FROM list_members WHERE list_id = :id")
_DELETE = text("DELETE FROM lists WHERE id = :id")


async def delete(session: WriteSession, list_id: int) -> None:
    """Who was in it and who followed it goes with it."""
    # Members before followers, as in `blocks.cut_lists`: the other way round, which is the cascade's, the two could
    # wait for each other.
    await session.execute(_DELETE_MEMBERS, {"id": list_id})
    await session.execute(_DELETE, {"id": list_id})


_INSERT_MEMBER = text(
    "INSERT INTO list_members (id, list_id, user_id) VALUES (:id, :list_id, :user_id) ON CONFLICT DO NOTHING"
)


async def insert_member(session: WriteSession, *, membership_id: int, list_id: int, user_id: int) -> bool:
    """False when the user is in the list already."""
    result = await session.execute(_INSERT_MEMBER, {"id": membership_id, "list_id": list_id, "user_id": user_id})
    return result.rowcount == 1


_COUNT_MEMBERS = text("SELECT count(*) FROM list_members WHERE list_id = :list_id")


async def member_count(session: WriteSession, list_id: int) -> int:
    return int((await session.execute(_COUNT_MEMBERS, {"list_id": list_id})).scalar_one())


_DELETE_MEMBER = text("DELETE FROM list_members WHERE list_id = :list_id AND user_id = :user_id")


async def delete_member(session: WriteSession, *, list_id: int, user_id: int) -> bool:
    """False when the user was not in the list."""
    result = await session.execute(_DELETE_MEMBER, {"list_id": list_id, "user_id": user_id})
    return result.rowcount == 1


_INSERT_FOLLOW = text(
    "INSERT INTO list_follows (id, list_id, user_id) VALUES (:id, :list_id, :user_id) ON CONFLICT DO NOTHING"
)


async def insert_follow(session: WriteSession, *, follow_id: int, list_id: int, user_id: int) -> bool:
    """False when the user follows the list already."""
    result = await session.execute(_INSERT_FOLLOW, {"id": follow_id, "list_id": list_id, "user_id": user_id})
    return result.rowcount == 1


_DELETE_FOLLOW = text("DELETE FROM list_follows WHERE list_id = :list_id AND user_id = :user_id")


async def delete_follow(session: WriteSession, *, list_id: int, user_id: int) -> None:
    await session.execute(_DELETE_FOLLOW, {"list_id": list_id, "user_id": user_id})


_DELETE_FOLLOWS = text("DELETE FROM list_follows WHERE list_id = :list_id")


async def delete_follows(session: WriteSession, list_id: int) -> None:
    await session.execute(_DELETE_FOLLOWS, {"list_id": list_id})
