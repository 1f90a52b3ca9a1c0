"""Tweets with their earlier versions, hashtags and mentions; likes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.tweets import MAX_INDEXED_TAG
from models.base import metadata, snowflake_key, timestamp

# The ids of other tweets are no foreign keys: a reply, a quote or a retweet outlives what it points at.
tweets = Table(
    "tweets",
    metadata,
    snowflake_key(),
    Column("author_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    # The text as muted words are looked for in it (domain/muted_words.py).
    Column("searchable", Text, nullable=False, server_default=""),
    Column("entities", JSONB, nullable=False),
    Column("weighted_length", SmallInteger, nullable=False),
    Column("in_reply_to_id", BigInteger),
    Column("in_reply_to_user_id", BigInteger),
    Column("retweet_of_id", BigInteger),
    Column("quoted_id", BigInteger),
    # The tweet at the root of the tree of replies; its own id where it is the root.
    Column("conversation_id", BigInteger, nullable=False),
    # A thread posted as a whole: the id of its first tweet, and this one's place from 0.
    Column("thread_id", BigInteger),
    Column("thread_index", SmallInteger),
    Column("reply_policy", String(9), nullable=False, server_default="EVERYONE"),
    # Set when the author of the conversation's root has hidden this reply.
    timestamp("hidden_at", nullable=True),
    Column("is_sensitive", Boolean, nullable=False, server_default=false()),
    Column("language", String(35)),
    Column("place", JSONB),
    Column("withheld_in", ARRAY(String(2)), nullable=False, server_default="{}"),
    # Decided once, by the author's followers at the moment of posting (domain/delivery.py).
    Column("delivery", String(11), nullable=False, server_default="PUSH_ALL"),
    Column("version", SmallInteger, nullable=False, server_default="1"),
    timestamp("edited_at", nullable=True),
    timestamp("created_at"),
    timestamp("deleted_at", nullable=True),
    CheckConstraint("delivery IN ('PUSH_ALL', 'PUSH_ACTIVE', 'PULL')", name="delivery"),
    CheckConstraint("reply_policy IN ('EVERYONE', 'FOLLOWED', 'MENTIONED')", name="reply_policy"),
)
Index("ix_tweets_author_id_id", tweets.c.author_id, tweets.c.id)
Index("ix_tweets_author_id_id_pulled", tweets.c.author_id, tweets.c.id, postgresql_where=text("delivery = 'PULL'"))
Index(
    "ix_tweets_author_id_id_without_replies",
    tweets.c.author_id,
    tweets.c.id,
    postgresql_where=text("in_reply_to_user_id IS NULL OR in_reply_to_user_id = author_id"),
)
Index(
    "ix_tweets_in_reply_to_id_id",
    tweets.c.in_reply_to_id,
    tweets.c.id,
    postgresql_where=text("in_reply_to_id IS NOT NULL"),
)
Index("ix_tweets_conversation_id_id", tweets.c.conversation_id, tweets.c.id)
Index("ix_tweets_quoted_id_id", tweets.c.quoted_id, tweets.c.id, postgresql_where=text("quoted_id IS NOT NULL"))
Index(
    "ix_tweets_retweet_of_id_id",
    tweets.c.retweet_of_id,
    tweets.c.id,
    postgresql_where=text("retweet_of_id IS NOT NULL"),
)
# Two retweets of one tweet by one person at the same moment: the second waits here, and is refused.
Index(
    "uq_tweets_author_id_retweet_of_id",
    tweets.c.author_id,
    tweets.c.retweet_of_id,
    unique=True,
    postgresql_where=text("retweet_of_id IS NOT NULL AND deleted_at IS NULL"),
)
Index(
    "ix_tweets_thread_id_thread_index",
    tweets.c.thread_id,
    tweets.c.thread_index,
    postgresql_where=text("thread_id IS NOT NULL"),
)
Index("ix_tweets_deleted_at", tweets.c.deleted_at, postgresql_where=text("deleted_at IS NOT NULL"))
Index(
    "ix_tweets_author_id_id_deleted",
    tweets.c.author_id,
    tweets.c.id,
    postgresql_where=text("deleted_at IS NOT NULL"),
)

# The versions before the present one.
tweet_versions = Table(
    "tweet_versions",
    metadata,
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    Column("version", SmallInteger, primary_key=True),
    Column("text", Text, nullable=False),
    Column("entities", JSONB, nullable=False),
    Column("weighted_length", SmallInteger, nullable=False),
    timestamp("created_at"),
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

tweet_mentions = Table(
    "tweet_mentions",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# `id` is a snowflake: it orders likers, and a person's likes, by the moment of liking.
likes = Table(
    "likes",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("tweet_id", BigInteger, ForeignKey("tweets.id", ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, nullable=False),
)
Index("ix_likes_tweet_id_id", likes.c.tweet_id, likes.c.id, postgresql_include=["user_id"])
Index("ix_likes_user_id_id", likes.c.user_id, likes.c.id, postgresql_include=["tweet_id"])
