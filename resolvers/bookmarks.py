"""The viewer's bookmarks and their folders."""

from __future__ import annotations

from domain import ids
from domain.errors import BadArgument
from domain.pages import Connection, PageArgs, connection
from domain.records import BookmarkFolder, Count, CountPrecision, Tweet, TweetViewerState, Viewer
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE, connected, listed_tweets
from resolvers.mutations import Outcome, subjects_of
from stores import bookmarks
from stores.bookmarks import BOOKMARKS, FOLDERS, IN_FOLDER


async def bookmarked(
    parents: list[Viewer], context: Context, *, folder_id: ids.GlobalId | None = None, page: PageArgs
) -> list[Connection[Tweet]]:
    request = page.requested("bookmarks", default=DEFAULT_PAGE)
    if folder_id is None:
        listed = await listed_tweets([viewer.user for viewer in parents], context, BOOKMARKS, request)
    else:
        raw_id = ids.raw_id(folder_id, "BookmarkFolder")
        folder = None if raw_id is None else (await _folders([raw_id], context)).get(raw_id)
        if folder is None:
            raise BadArgument("'folderId' is no bookmark folder of the viewer's.")
        listed = await listed_tweets([folder] * len(parents), context, IN_FOLDER, request)
    return [connection("bookmarks", request, entries, has_more=has_more) for entries, has_more in listed]


async def folders(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[BookmarkFolder]]:
    return await connected([viewer.user for viewer in parents], context, "bookmarkFolders", FOLDERS, page, _folders)


async def folders_of(parents: list[Outcome], context: Context) -> list[BookmarkFolder | None]:
    """The folder each mutation was about; None when it was refused, or the folder is gone by now."""
    return await subjects_of(parents, context, _folders)


def folder_id(parent: TweetViewerState) -> ids.GlobalId | None:
    raw_id = parent.bookmark_folder_id
    return None if raw_id is None else ids.global_id("BookmarkFolder", raw_id)


def deleted_folder_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("BookmarkFolder", parent.subject_id)


async def counts(parents: list[BookmarkFolder], context: Context) -> list[Count]:
    async with context.runtime.database.read() as session:
        found = await bookmarks.count_in(session, [folder.id for folder in parents])
    as_of = context.runtime.now()
    return [Count(found.get(folder.id, 0), CountPrecision.EXACT, as_of) for folder in parents]


async def _folders(folder_ids: list[int], context: Context) -> dict[int, BookmarkFolder]:
    viewer_id = context.required_viewer().user.id
    async with context.runtime.database.read() as session:
        return await bookmarks.folders_by_id(session, folder_ids, user_id=viewer_id)
