"""Who follows whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table

from models.base import metadata

# `id` is a snowflake: it orders both lists by the moment of following.
follows = Table(
    "follows",
    metadata,
    Column("follower_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("followee_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, nullable=False),
    CheckConstraint("follower_id <> followee_id", name="not_self"),
)
Index(
    "ix_follows_followee_id_id",
    follows.c.followee_id,
    follows.c.id,
    postgresql_include=["follower_id"],
)
Index(
    "ix_follows_follower_id_id",
    follows.c.follower_id,
    follows.c.id,
    postgresql_include=["followee_id"],
)
