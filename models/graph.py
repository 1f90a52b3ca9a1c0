"""Who follows, has asked to follow, blocks and mutes whom; muted words and threads.

In each table `id` is a snowflake: it orders the lists by the moment the row was made.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, false, true

from models.base import metadata, snowflake_key, timestamp


def _person(name: str) -> Column[int]:
    return Column(name, BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


follows = Table(
    "follows",
    metadata,
    _person("follower_id"),
    _person("followee_id"),
    Column("id", BigInteger, nullable=False),
    Column("shows_retweets", Boolean, nullable=False, server_default=true()),
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

follow_requests = Table(
    "follow_requests",
    metadata,
    _person("follower_id"),
    _person("followee_id"),
    Column("id", BigInteger, nullable=False),
    CheckConstraint("follower_id <> followee_id", name="not_self"),
)
Index("ix_follow_requests_followee_id_id", follow_requests.c.followee_id, follow_requests.c.id)
Index("ix_follow_requests_follower_id_id", follow_requests.c.follower_id, follow_requests.c.id)

blocks = Table(
    "blocks",
    metadata,
    _person("blocker_id"),
    _person("blocked_id"),
    Column("id", BigInteger, nullable=False),
    CheckConstraint("blocker_id <> blocked_id", name="not_self"),
)
Index("ix_blocks_blocker_id_id", blocks.c.blocker_id, blocks.c.id)
Index("ix_blocks_blocked_id", blocks.c.blocked_id)

mutes = Table(
    "mutes",
    metadata,
    _person("muter_id"),
    _person("muted_id"),
    Column("id", BigInteger, nullable=False),
    timestamp("expires_at", nullable=True),
    CheckConstraint("muter_id <> muted_id", name="not_self"),
)
Index("ix_mutes_muter_id_id", mutes.c.muter_id, mutes.c.id)
Index("ix_mutes_muted_id", mutes.c.muted_id)

# A tweet is muted when its `searchable` text contains `needle` (domain/muted_words.py makes both).
muted_words = Table(
    "muted_words",
    metadata,
    snowflake_key(),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("phrase", String(100), nullable=False),
    Column("needle", Text, nullable=False),
    Column("whole_word", Boolean, nullable=False, server_default=false()),
    timestamp("expires_at", nullable=True),
)
Index("uq_muted_words_user_id_needle", muted_words.c.user_id, muted_words.c.needle, unique=True)
Index("ix_muted_words_user_id_id", muted_words.c.user_id, muted_words.c.id)

muted_threads = Table(
    "muted_threads",
    metadata,
    _person("user_id"),
    # No foreign key: the replies outlive the tweet that began the conversation.
    Column("conversation_id", BigInteger, primary_key=True),
    Column("id", BigInteger, nullable=False),
)
Index("ix_muted_threads_user_id_id", muted_threads.c.user_id, muted_threads.c.id)
