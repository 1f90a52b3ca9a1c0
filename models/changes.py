"""The log of what has happened to what people watch, kept for a day (domain/changes.py)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.base import metadata, timestamp_now

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("made_in", BigInteger, nullable=False, server_default=func.txid_current()),
    timestamp_now("made_at"),
    Column("kind", SmallInteger, nullable=False),
    # The author of the tweet, or the user it is about; no foreign keys: the log outlives what it tells of.
    Column("user_id", BigInteger, nullable=False),
    Column("tweet_id", BigInteger),
    Column("conversation_id", BigInteger),
    # What has become something else to the user; of a retweet, what it retweets.
    Column("subject_id", BigInteger),
    # The hashtags of the tweet, with those that it has just lost; null where there are none.
    Column("tags", ARRAY(Text)),
)
Index("ix_changes_made_in", changes.c.made_in)
Index("ix_changes_user_id_made_in", changes.c.user_id, changes.c.made_in)
Index("ix_changes_made_at", changes.c.made_at)
# What a stream of a day ago looks for; the numbers are those of domain.changes.ChangeKind.
Index("ix_changes_made_in_not_posted", changes.c.made_in, postgresql_where=text("kind IN (2, 3, 4, 12)"))
Index(
    "ix_changes_conversation_id_made_in",
    changes.c.conversation_id,
    changes.c.made_in,
    postgresql_where=text("kind IN (1, 2, 3, 4, 5, 6)"),
)
Index("ix_changes_subject_id_made_in", changes.c.subject_id, changes.c.made_in, postgresql_where=text("kind = 13"))
Index("ix_changes_tags", changes.c.tags, postgresql_using="gin", postgresql_where=text("tags IS NOT NULL"))

# The newest transaction whose changes were forgotten: one row.
forgotten_changes = Table(
    "forgotten_changes",
    metadata,
    Column("is_the_row", Boolean, primary_key=True, server_default=true()),
    Column("through", BigInteger, nullable=False),
    CheckConstraint("is_the_row", name="one_row"),
)
