"""What cached timelines do not hold, or not yet, and what became of each delivery."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, func

from models.base import metadata, timestamp

# Tweets whose fan-out has not finished. A row is written with its tweet and deleted when the last timeline has it.
undelivered_tweets = Table(
    "undelivered_tweets",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    Column("author_id", BigInteger, nullable=False),
    # The transaction that posted or restored it: a fan-out finishes what it has seen begin, and nothing later.
    Column("begun_in", BigInteger, nullable=False, server_default=func.txid_current()),
)

# Authors of whom some tweets are pulled: a row is never deleted, so that those tweets are found for ever.
large_authors = Table(
    "large_authors",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
)

fan_outs = Table(
    "fan_outs",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    Column("targeted", Integer, nullable=False),
    Column("delivered", Integer, nullable=False),
    Column("skipped_inactive", Integer, nullable=False),
    Column("lag_p50_ms", Integer),
    Column("lag_p99_ms", Integer),
    timestamp("started_at"),
    timestamp("completed_at", nullable=True),
    # An interrupted fan-out goes on behind this follow, those up to it counted, unless the tweet was away meanwhile.
    Column("reached_follow_id", BigInteger, nullable=False, server_default="0"),
    # As in undelivered_tweets; null when what was delivered had been delivered before.
    Column("begun_in", BigInteger),
)
