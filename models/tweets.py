"""Tweets, their hashtags, and likes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, SmallInteger, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.tweets import MAX_INDEXED_TAG
from models.base import metadata, snowflake_key, timestamp

tweets = Table(
    "tweets",
    metadata,
    snowflake_key(),
    Column("author_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("entities", JSONB, nullable=False),
    Column("weighted_length", SmallInteger, nullable=False),
    # No foreign key: a reply outlives its parent's purge.
    Column("in_reply_to_id", BigInteger),
    Column("in_reply_to_user_id", BigInteger),
    timestamp("created_at"),
    timestamp("deleted_at", nullable=True),
)
Index("ix_tweets_author_id_id", tweets.c.author_id, tweets.c.id)
Index(
    "ix_tweets_in_reply_to_id_id",
    tweets.c.in_reply_to_id,
    tweets.c.id,
    postgresql_where=text("deleted_at IS NULL AND in_reply_to_id IS NOT NULL"),
)

tweet_hashtags = Table(
    "tweet_hashtags",
    metadata,
    Column("tag", String(MAX_INDEXED_TAG), primary_key=True),
    Column(
        "tweet_id",
        BigInteger,
        ForeignKey("tweets.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

likes = Table(
    "likes",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True, index=True),
    timestamp("created_at"),
)
