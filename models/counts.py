"""Counts as a folded total plus the deltas not yet folded in.

A like inserts a delta row and locks nothing that another like needs; readers add the pending deltas,
so a count is exact at every moment; a job folds deltas into totals. Deltas have no foreign key: they
live for seconds, and folding drops those whose tweet is gone.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, LargeBinary, String, Table

from models.base import metadata, timestamp, timestamp_now


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


tweet_counts = Table(
    "tweet_counts",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    _count("likes"),
    _count("retweets"),
    _count("quotes"),
    _count("replies"),
    _count("bookmarks"),
)

tweet_count_deltas = Table(
    "tweet_count_deltas",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tweet_id", BigInteger, nullable=False, index=True),
    _count("likes"),
    _count("retweets"),
    _count("quotes"),
    _count("replies"),
    _count("bookmarks"),
)

user_counts = Table(
    "user_counts",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    _count("followers"),
    _count("following"),
    _count("tweets"),
)

user_count_deltas = Table(
    "user_count_deltas",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    _count("followers"),
    _count("following"),
    _count("tweets"),
)

# Who has seen a tweet, as a HyperLogLog that Redis made: it holds no ids and cannot be read backwards.
tweet_views = Table(
    "tweet_views",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    Column("sketch", LargeBinary, nullable=False),
    Column("viewers", Integer, nullable=False),
    timestamp("counted_at"),
)

# What the reconciler found: a count that was not the number of its rows, and was mended.
count_drifts = Table(
    "count_drifts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("subject", String(5), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("count", String(10), nullable=False),
    Column("counted", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    timestamp_now("found_at"),
)
Index("ix_count_drifts_found_at", count_drifts.c.found_at)

# How far each endless walk over the counts has come.
reconciler_positions = Table(
    "reconciler_positions",
    metadata,
    Column("subject", String(5), primary_key=True),
    Column("after_id", BigInteger, nullable=False),
    Column("rounds", Integer, nullable=False, server_default="0"),
    timestamp_now("moved_at"),
)
