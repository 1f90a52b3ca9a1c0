"""The slice: people, tweets, follows, likes, counts, outbox, trends.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_table(
        "id_leases",
        sa.Column("worker", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_id_leases")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_due_at_id", "outbox", ["due_at", "id"], unique=False)
    op.create_table(
        "trend_hours",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("tag", sa.String(length=100), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tweets", sa.Integer(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("region", "tag", "hour", name=op.f("pk_trend_hours")),
    )
    op.create_index("ix_trend_hours_hour", "trend_hours", ["hour"], unique=False)
    op.create_table(
        "tweet_count_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replies", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tweet_count_deltas")),
    )
    op.create_index(op.f("ix_tweet_count_deltas_tweet_id"), "tweet_count_deltas", ["tweet_id"], unique=False)
    op.create_table(
        "user_count_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("followers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("following", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tweets", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_count_deltas")),
    )
    op.create_index(op.f("ix_user_count_deltas_user_id"), "user_count_deltas", ["user_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=20), nullable=False),
        sa.Column("display_name", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("status", sa.String(length=12), server_default="ACTIVE", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'DEACTIVATED', 'SUSPENDED')", name=op.f("ck_users_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index("uq_users_username_lower", "users", [sa.literal_column("lower(username)")], unique=True)
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followee_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("follower_id <> followee_id", name=op.f("ck_follows_not_self")),
        sa.ForeignKeyConstraint(["followee_id"], ["users.id"], name=op.f("fk_follows_followee_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["follower_id"], ["users.id"], name=op.f("fk_follows_follower_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("pk_follows")),
    )
    op.create_index(
        "ix_follows_followee_id_id", "follows", ["followee_id", "id"], unique=False, postgresql_include=["follower_id"]
    )
    op.create_index(
        "ix_follows_follower_id_id", "follows", ["follower_id", "id"], unique=False, postgresql_include=["followee_id"]
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "tweets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weighted_length", sa.SmallInteger(), nullable=False),
        sa.Column("in_reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("in_reply_to_user_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_tweets_author_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tweets")),
    )
    op.create_index("ix_tweets_author_id_id", "tweets", ["author_id", "id"], unique=False)
    op.create_index(
        "ix_tweets_in_reply_to_id_id",
        "tweets",
        ["in_reply_to_id", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND in_reply_to_id IS NOT NULL"),
    )
    op.create_table(
        "user_counts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("followers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("following", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tweets", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_counts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_counts")),
    )
    op.create_table(
        "likes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tweet_id"], ["tweets.id"], name=op.f("fk_likes_tweet_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_likes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "tweet_id", name=op.f("pk_likes")),
    )
    op.create_index(op.f("ix_likes_tweet_id"), "likes", ["tweet_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False)
    op.create_table(
        "tweet_counts",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replies", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["tweet_id"], ["tweets.id"], name=op.f("fk_tweet_counts_tweet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tweet_id", name=op.f("pk_tweet_counts")),
    )
    op.create_table(
        "tweet_hashtags",
        sa.Column("tag", sa.String(length=100), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tweet_id"], ["tweets.id"], name=op.f("fk_tweet_hashtags_tweet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag", "tweet_id", name=op.f("pk_tweet_hashtags")),
    )
    op.create_index(op.f("ix_tweet_hashtags_tweet_id"), "tweet_hashtags", ["tweet_id"], unique=False)

    op.execute(
        """
        CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('outbox', '');
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER notify_outbox AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()"
    )
    # Rows live for milliseconds and are updated once: vacuum by dead rows, not by a share of an empty table.
    for table in ("outbox", "tweet_count_deltas", "user_count_deltas"):
        op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)")


def downgrade() -> None:
    op.drop_index(op.f("ix_tweet_hashtags_tweet_id"), table_name="tweet_hashtags")
    op.drop_table("tweet_hashtags")
    op.drop_table("tweet_counts")
    op.drop_index(op.f("ix_refresh_tokens_session_id"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index(op.f("ix_likes_tweet_id"), table_name="likes")
    op.drop_table("likes")
    op.drop_table("user_counts")
    op.drop_index(
        "ix_tweets_in_reply_to_id_id",
        table_name="tweets",
        postgresql_where=sa.text("deleted_at IS NULL AND in_reply_to_id IS NOT NULL"),
    )
    op.drop_index("ix_tweets_author_id_id", table_name="tweets")
    op.drop_table("tweets")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("ix_follows_follower_id_id", table_name="follows", postgresql_include=["followee_id"])
    op.drop_index("ix_follows_followee_id_id", table_name="follows", postgresql_include=["follower_id"])
    op.drop_table("follows")
    op.drop_index("uq_users_username_lower", table_name="users")
    op.drop_table("users")
    op.drop_index(op.f("ix_user_count_deltas_user_id"), table_name="user_count_deltas")
    op.drop_table("user_count_deltas")
    op.drop_index(op.f("ix_tweet_count_deltas_tweet_id"), table_name="tweet_count_deltas")
    op.drop_table("tweet_count_deltas")
    op.drop_index("ix_trend_hours_hour", table_name="trend_hours")
    op.drop_table("trend_hours")
    op.drop_index("ix_outbox_due_at_id", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("id_leases")
    op.drop_table("dead_letters")
    op.execute("DROP FUNCTION notify_outbox")
