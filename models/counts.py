"""Counts as a folded total plus the deltas not yet folded in.

A like inserts a delta row and locks nothing that another like needs; readers add the pending deltas,
so a count is exact at every moment; a job folds deltas into totals. Deltas have no foreign key: they
live for seconds, and folding drops those whose tweet is gone.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Integer, Table

from models.base import metadata


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


tweet_counts = Table(
    "tweet_counts",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    _count("likes"),
    _count("replies"),
)

tweet_count_deltas = Table(
    "tweet_count_deltas",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tweet_id", BigInteger, nullable=False, index=True),
    _count("likes"),
    _count("replies"),
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
