"""Folders of bookmarks."""

from __future__ import annotations

import strawberry

from domain import pages, records
from domain.ids import Cursor
from resolvers import bookmarks
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, PageInfo


@strawberry.type(description="A folder for the viewer's bookmarks; nobody else sees it.")
class BookmarkFolder(Bound):
    record = records.BookmarkFolder
    id: strawberry.ID = derived(lambda folder: folder.global_id, "Unique among all types, opaque, never changes.")
    name: str = plain("1 to 25 characters.")
    bookmark_count: Count = bound(
        bookmarks.counts, "How many bookmarks lie in it, those of tweets that cannot be shown at the moment included."
    )


@strawberry.type(description="A bookmark folder in a list.")
class BookmarkFolderEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: BookmarkFolder = plain("The folder.")


@strawberry.type(description="A page of bookmark folders.")
class BookmarkFolderConnection(Bound):
    record = pages.Connection
    edges: list[BookmarkFolderEdge] = plain("The entries with their cursors.")
    nodes: list[BookmarkFolder] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")
