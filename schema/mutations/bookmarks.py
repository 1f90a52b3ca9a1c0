"""Bookmarks and their folders."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import bookmark_mutations, bookmarks
from resolvers.mutations import Outcome
from schema.binding import Bound, bound, derived, mutation
from schema.bookmarks import BookmarkFolder
from schema.mutations.inputs import MutationInput, TweetInput
from schema.mutations.payload import Payload, TweetPayload

_NAME = "1 to 25 characters, after outer white space is taken off; unique among the viewer's folders in any case."


@strawberry.input(description="Input of `bookmarkTweet`.")
class BookmarkTweetInput(TweetInput):
    folder_id: strawberry.ID | None = strawberry.field(
        default=None, description="The folder of the viewer's to put it in; null or left out for none."
    )


@strawberry.type(description="Payload of `bookmarkTweet`.")
class BookmarkTweetPayload(TweetPayload): ...


@strawberry.input(description="Input of `unbookmarkTweet`.")
class UnbookmarkTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `unbookmarkTweet`.")
class UnbookmarkTweetPayload(TweetPayload): ...


@strawberry.type
class FolderPayload(Bound, Payload):
    record = Outcome
    folder: BookmarkFolder | None = bound(bookmarks.folders_of, "The folder as it is now; null when there is none.")


@strawberry.input(description="Input of `createBookmarkFolder`.")
class CreateBookmarkFolderInput(MutationInput):
    name: str = strawberry.field(description=_NAME)


@strawberry.type(description="Payload of `createBookmarkFolder`.")
class CreateBookmarkFolderPayload(FolderPayload): ...


@strawberry.input(description="Input of `renameBookmarkFolder`.")
class RenameBookmarkFolderInput(MutationInput):
    folder_id: strawberry.ID = strawberry.field(description="The folder.")
    name: str = strawberry.field(description=_NAME)


@strawberry.type(description="Payload of `renameBookmarkFolder`.")
class RenameBookmarkFolderPayload(FolderPayload): ...


@strawberry.input(description="Input of `deleteBookmarkFolder`.")
class DeleteBookmarkFolderInput(MutationInput):
    folder_id: strawberry.ID = strawberry.field(description="The folder.")


@strawberry.type(description="Payload of `deleteBookmarkFolder`.")
class DeleteBookmarkFolderPayload(Bound, Payload):
    record = Outcome
    deleted_folder_id: strawberry.ID | None = derived(
        bookmarks.deleted_folder_id, "The id the folder had; null when refused."
    )


@strawberry.type
class BookmarkMutations:
    bookmark_tweet: BookmarkTweetPayload = mutation(
        bookmark_mutations.bookmark,
        "Keeps a tweet for the viewer alone, in a folder or in none. Bookmarking it again moves it to where is asked; "
        "where it lies there already, it is refused as a duplicate. Of a retweet, what it retweets is kept.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BOOKMARKS,
        input=BookmarkTweetInput,
    )
    unbookmark_tweet: UnbookmarkTweetPayload = mutation(
        bookmark_mutations.unbookmark,
        "Takes a bookmark back; does nothing when there is none.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BOOKMARKS,
        input=UnbookmarkTweetInput,
    )
    create_bookmark_folder: CreateBookmarkFolderPayload = mutation(
        bookmark_mutations.create_folder,
        "Makes a folder for bookmarks; a user can have 100.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BOOKMARKS,
        input=CreateBookmarkFolderInput,
    )
    rename_bookmark_folder: RenameBookmarkFolderPayload = mutation(
        bookmark_mutations.rename_folder,
        "Gives a folder another name.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BOOKMARKS,
        input=RenameBookmarkFolderInput,
    )
    delete_bookmark_folder: DeleteBookmarkFolderPayload = mutation(
        bookmark_mutations.delete_folder,
        "Deletes a folder; its bookmarks stay, without a folder.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BOOKMARKS,
        input=DeleteBookmarkFolderInput,
    )
