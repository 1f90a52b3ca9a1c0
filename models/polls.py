"""Polls: one belongs to one tweet and has its id. Votes are counted as likes are (models/counts.py)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.base import metadata, timestamp

polls = Table(
    "polls",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    Column("is_multiple", Boolean, nullable=False, server_default=false()),
    Column("voters", Integer, nullable=False, server_default="0"),
    timestamp("ends_at"),
    # Set by the job that tells of the end; whether votes are taken is decided by `ends_at` alone.
    timestamp("closed_at", nullable=True),
)
Index("ix_polls_ends_at", polls.c.ends_at, postgresql_where=text("closed_at IS NULL"))

poll_options = Table(
    "poll_options",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("polls.tweet_id", ondelete="CASCADE"), primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("text", String(25), nullable=False),
    Column("votes", Integer, nullable=False, server_default="0"),
)

# One row for each voter: of two votes of one person at the same moment the second is refused.
poll_votes = Table(
    "poll_votes",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("polls.tweet_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("positions", ARRAY(SmallInteger), nullable=False),
)

# `position` is null in the delta that counts the voter.
poll_vote_deltas = Table(
    "poll_vote_deltas",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tweet_id", BigInteger, nullable=False, index=True),
    Column("position", SmallInteger),
    Column("votes", SmallInteger, nullable=False),
)
