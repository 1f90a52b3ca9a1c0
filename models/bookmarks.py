"""Private bookmarks; each lies in one folder or in none."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, func

from models.base import metadata, snowflake_key

bookmark_folders = Table(
    "bookmark_folders",
    metadata,
    snowflake_key(),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(25), nullable=False),
)
Index(
    "uq_bookmark_folders_user_id_name_lower",
    bookmark_folders.c.user_id,
    func.lower(bookmark_folders.c.name),
    unique=True,
)
Index("ix_bookmark_folders_user_id_id", bookmark_folders.c.user_id, bookmark_folders.c.id)

# `id` is a snowflake: it orders bookmarks by the moment of keeping.
bookmarks = Table(
    "bookmarks",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("id", BigInteger, nullable=False),
    Column("folder_id", BigInteger, ForeignKey("bookmark_folders.id", ondelete="SET NULL")),
)
Index("ix_bookmarks_user_id_id", bookmarks.c.user_id, bookmarks.c.id)
Index("ix_bookmarks_folder_id_id", bookmarks.c.folder_id, bookmarks.c.id)
