"""Keeping tweets privately, in folders or in none."""

from __future__ import annotations

from domain import ids
from domain.changes import ChangeKind
from domain.errors import AlreadyBookmarked, BookmarkFolderNameTaken, NotFound, TooManyBookmarkFolders
from domain.labels import checked_label
from domain.records import TweetCounts
from infra.database import WriteSession
from services.tweets import visible_original
from stores import bookmarks, changes, counts
from stores.changes import NewChange

MAX_FOLDERS = 100


async def bookmark(
    session: WriteSession, tweet_id: int | None, *, bookmark_id: int, user_id: int, folder_id: int | None
) -> int:
    """Afterwards the tweet lies in this folder, or with None in none; an earlier bookmark is moved there.

    A bookmark of a retweet is one of what it retweets, whose id is returned. Raises NotFound or AlreadyBookmarked.
    """
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    if folder_id is not None and not await bookmarks.keep_folder(session, folder_id, user_id=user_id):
        raise NotFound("bookmark folder", field="folderId")
    if await bookmarks.insert(
        session, bookmark_id=bookmark_id, user_id=user_id, tweet_id=tweet.id, folder_id=folder_id
    ):
        await counts.add_to_tweets(session, {tweet.id: TweetCounts(bookmarks=1)})
    elif not await bookmarks.move(session, user_id=user_id, tweet_id=tweet.id, folder_id=folder_id):
        raise AlreadyBookmarked(existing=ids.global_id("Tweet", tweet.id))
    await _record(session, user_id, ChangeKind.BOOKMARK_CHANGED, tweet.id)
    return tweet.id


async def unbookmark(session: WriteSession, tweet_id: int | None, *, user_id: int) -> int:
    """Afterwards the user has no bookmark of it, whether or not they had. Raises NotFound."""
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    if await bookmarks.delete(session, user_id=user_id, tweet_id=tweet.id):
        await counts.add_to_tweets(session, {tweet.id: TweetCounts(bookmarks=-1)})
        await _record(session, user_id, ChangeKind.BOOKMARK_CHANGED, tweet.id)
    return tweet.id


async def create_folder(session: WriteSession, written: str, *, folder_id: int, user_id: int) -> int:
    """Raises ValidationFailed, TooManyBookmarkFolders or BookmarkFolderNameTaken."""
    name = checked_label(written, "name")
    if await bookmarks.locked_folder_count(session, user_id) >= MAX_FOLDERS:
        raise TooManyBookmarkFolders(limit=MAX_FOLDERS)
    if not await bookmarks.insert_folder(session, folder_id, user_id=user_id, name=name):
        raise BookmarkFolderNameTaken(name)
    await _record(session, user_id, ChangeKind.BOOKMARK_FOLDER_CHANGED, folder_id)
    return folder_id


async def rename_folder(session: WriteSession, folder_id: int | None, written: str, *, user_id: int) -> int:
    """Raises ValidationFailed, NotFound or BookmarkFolderNameTaken."""
    name = checked_label(written, "name")
    await bookmarks.locked_folder_count(session, user_id)
    if folder_id is None or not await bookmarks.keep_folder(session, folder_id, user_id=user_id):
        raise NotFound("bookmark folder", field="folderId")
    if not await bookmarks.rename_folder(session, folder_id, user_id=user_id, name=name):
        raise BookmarkFolderNameTaken(name)
    await _record(session, user_id, ChangeKind.BOOKMARK_FOLDER_CHANGED, folder_id)
    return folder_id


async def delete_folder(session: WriteSession, folder_id: int | None, *, user_id: int) -> int:
    """Its bookmarks stay, without a folder. Raises NotFound."""
    if folder_id is None or not await bookmarks.delete_folder(session, folder_id, user_id=user_id):
        raise NotFound("bookmark folder", field="folderId")
    await _record(session, user_id, ChangeKind.BOOKMARK_FOLDER_CHANGED, folder_id)
    return folder_id


async def _record(session: WriteSession, user_id: int, kind: ChangeKind, subject_id: int) -> None:
    await changes.record(session, [NewChange(kind, user_id, subject_id=subject_id)])
