"""Rows of `bookmarks` and `bookmark_folders`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from domain.records import BookmarkFolder
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing
from stores.visibility import visible_tweet

_BOOKMARKED = (
    "FROM bookmarks JOIN tweets ON tweets.id = bookmarks.tweet_id JOIN users ON users.id = tweets.author_id "
    f"WHERE bookmarks.user_id = :viewer_id AND {visible_tweet()}"
)
BOOKMARKS = Listing(
    source=f"{_BOOKMARKED} AND bookmarks.user_id = parent.id",
    key="bookmarks.id",
    value="bookmarks.tweet_id",
    newest_first=True,
)
IN_FOLDER = Listing(
    source=f"{_BOOKMARKED} AND bookmarks.folder_id = parent.id",
    key="bookmarks.id",
    value="bookmarks.tweet_id",
    newest_first=True,
)
FOLDERS = Listing(
    source="FROM bookmark_folders WHERE bookmark_folders.user_id = parent.id",
    key="bookmark_folders.id",
    value="bookmark_folders.id",
    newest_first=False,
)

_INSERT = text(
    """
    INSERT INTO bookmarks (id, user_id, tweet_id, folder_id) VALUES (:id, :user_id, :tweet_id, :folder_id)
    ON CONFLICT DO NOTHING
    """
)


async def insert(
    session: WriteSession, *, bookmark_id: int, user_id: int, tweet_id: int, folder_id: int | None
) -> bool:
    """False when the user has bookmarked the tweet already."""
    values = {"id": bookmark_id, "user_id": user_id, "tweet_id": tweet_id, "folder_id": folder_id}
    return (await session.execute(_INSERT, values)).rowcount == 1


_MOVE = text(
    "UPDATE bookmarks SET folder_id = :folder_id WHERE user_id = :user_id AND tweet_id = :tweet_id "
    "AND folder_id IS DISTINCT FROM :folder_id"
)


async def move(session: WriteSession, *, user_id: int, tweet_id: int, folder_id: int | None) -> bool:
    """False when it lies there already."""
    values = {"user_id": user_id, "tweet_id": tweet_id, "folder_id": folder_id}
    return (await session.execute(_MOVE, values)).rowcount == 1


_DELETE = text("DELETE FROM bookmarks WHERE user_id = :user_id AND tweet_id = :tweet_id")


async def delete(session: WriteSession, *, user_id: int, tweet_id: int) -> bool:
    """False when there was no such bookmark."""
    return (await session.execute(_DELETE, {"user_id": user_id, "tweet_id": tweet_id})).rowcount == 1


_FOLDERS = text("SELECT id, name FROM bookmark_folders WHERE id = ANY(CAST(:ids AS bigint[])) AND user_id = :user_id")
_KEEP_FOLDER = text(f"{_FOLDERS.text} FOR KEY SHARE")


async def folders_by_id(session: ReadSession, folder_ids: Sequence[int], *, user_id: int) -> dict[int, BookmarkFolder]:
    """Those that are this user's."""
    rows = await session.execute(_FOLDERS, {"ids": folder_ids, "user_id": user_id})
    return {row.id: BookmarkFolder(row.id, row.name) for row in rows}


async def keep_folder(session: WriteSession, folder_id: int, *, user_id: int) -> bool:
    """Whether it is this user's; it is not deleted until the transaction ends."""
    rows = await session.execute(_KEEP_FOLDER, {"ids": [folder_id], "user_id": user_id})
    return rows.one_or_none() is not None


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 0))")
_COUNT_FOLDERS = text("SELECT count(*) FROM bookmark_folders WHERE user_id = :user_id")


async def locked_folder_count(session: WriteSession, user_id: int) -> int:
    """How many folders the user has; nobody else adds one until the transaction ends."""
    await session.execute(_LOCK, {"owner": f"bookmark folders {user_id}"})
    return int((await session.execute(_COUNT_FOLDERS, {"user_id": user_id})).scalar_one())


_INSERT_FOLDER = text(
    "INSERT INTO bookmark_folders (id, user_id, name) VALUES (:id, :user_id, :name) ON CONFLICT DO NOTHING"
)


async def insert_folder(session: WriteSession, folder_id: int, *, user_id: int, name: str) -> bool:
    """False when the user has a folder of this name in any case."""
    result = await session.execute(_INSERT_FOLDER, {"id": folder_id, "user_id": user_id, "name": name})
    return result.rowcount == 1


_IS_TAKEN = text(
    "SELECT EXISTS (SELECT FROM bookmark_folders "
    "WHERE user_id = :user_id AND lower(name) = lower(CAST(:name AS text)) AND id <> :id)"
)
_RENAME = text("UPDATE bookmark_folders SET name = :name WHERE id = :id")


async def rename_folder(session: WriteSession, folder_id: int, *, user_id: int, name: str) -> bool:
    """False when another folder of the user has this name in any case. After `locked_folder_count`."""
    values = {"id": folder_id, "user_id": user_id, "name": name}
    if (await session.execute(_IS_TAKEN, values)).scalar_one():
        return False
    await session.execute(_RENAME, {"id": folder_id, "name": name})
    return True


_DELETE_FOLDER = text("DELETE FROM bookmark_folders WHERE id = :id AND user_id = :user_id")


async def delete_folder(session: WriteSession, folder_id: int, *, user_id: int) -> bool:
    """False when there is no such folder; its bookmarks stay, without a folder."""
    return (await session.execute(_DELETE_FOLDER, {"id": folder_id, "user_id": user_id})).rowcount == 1


_COUNT_IN = text(
    "SELECT folder_id, count(*) AS bookmarks FROM bookmarks "
    "WHERE folder_id = ANY(CAST(:ids AS bigint[])) GROUP BY folder_id"
)


async def count_in(session: ReadSession, folder_ids: Sequence[int]) -> dict[int, int]:
    """How many bookmarks lie in each folder, those of tweets that cannot be shown included; empty ones are missing."""
    return {row.folder_id: row.bookmarks for row in await session.execute(_COUNT_IN, {"ids": folder_ids})}
