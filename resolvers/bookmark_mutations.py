"""Bookmarking tweets, and folders for bookmarks."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import NotFound
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome, refused
from resolvers.tweet_mutations import TweetInput
from services import bookmarks


class BookmarkTweetInput(TweetInput, Protocol):
    folder_id: str | None


class CreateFolderInput(MutationInput, Protocol):
    name: str


class RenameFolderInput(MutationInput, Protocol):
    folder_id: str
    name: str


class DeleteFolderInput(MutationInput, Protocol):
    folder_id: str


async def bookmark(context: Context, *, input: BookmarkTweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")
    folder_id = None if input.folder_id is None else ids.raw_id(input.folder_id, "BookmarkFolder")
    if input.folder_id is not None and folder_id is None:
        return refused(NotFound("bookmark folder", field="folderId"), input, subject_id=tweet_id)

    async def use_case(session: WriteSession) -> int:
        bookmark_id = context.runtime.snowflakes.next()
        return await bookmarks.bookmark(
            session, tweet_id, bookmark_id=bookmark_id, user_id=viewer_id, folder_id=folder_id
        )

    return await outcome(context, use_case, input, mutation="bookmarkTweet", subject_if_refused=tweet_id)


async def unbookmark(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return await bookmarks.unbookmark(session, tweet_id, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="unbookmarkTweet", subject_if_refused=tweet_id)


async def create_folder(context: Context, *, input: CreateFolderInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        folder_id = context.runtime.snowflakes.next()
        return await bookmarks.create_folder(session, input.name, folder_id=folder_id, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="createBookmarkFolder")


async def rename_folder(context: Context, *, input: RenameFolderInput) -> Outcome:
    viewer_id, folder_id = context.required_viewer().user.id, ids.raw_id(input.folder_id, "BookmarkFolder")

    async def use_case(session: WriteSession) -> int:
        return await bookmarks.rename_folder(session, folder_id, input.name, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="renameBookmarkFolder", subject_if_refused=folder_id)


async def delete_folder(context: Context, *, input: DeleteFolderInput) -> Outcome:
    viewer_id, folder_id = context.required_viewer().user.id, ids.raw_id(input.folder_id, "BookmarkFolder")

    async def use_case(session: WriteSession) -> int:
        return await bookmarks.delete_folder(session, folder_id, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="deleteBookmarkFolder")
