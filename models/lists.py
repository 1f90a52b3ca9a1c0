"""Lists of people, who is in them and who follows them. `id` of a membership orders it by its moment."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, false

from models.base import metadata, snowflake_key, timestamp

lists = Table(
    "lists",
    metadata,
    snowflake_key(),
    Column("owner_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(25), nullable=False),
    Column("description", String(100), nullable=False, server_default=""),
    Column("is_private", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default="1"),
    timestamp("created_at"),
)
Index("ix_lists_owner_id_id", lists.c.owner_id, lists.c.id)

list_members = Table(
    "list_members",
    metadata,
    Column("list_id", BigInteger, ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, nullable=False),
)
Index("ix_list_members_list_id_id", list_members.c.list_id, list_members.c.id)
Index("ix_list_members_user_id_id", list_members.c.user_id, list_members.c.id)

list_follows = Table(
    "list_follows",
    metadata,
    Column("list_id", BigInteger, ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, nullable=False),
)
Index("ix_list_follows_list_id_id", list_follows.c.list_id, list_follows.c.id)
Index("ix_list_follows_user_id_id", list_follows.c.user_id, list_follows.c.id)
