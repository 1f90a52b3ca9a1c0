"""Timelines: how each tweet is delivered, what is not delivered yet, receipts.

Revision: 0003, after 0002. Tweets of before count as pushed: cached timelines that lack one are rebuilt from Postgres.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tweets", sa.Column("delivery", sa.String(length=11), server_default="PUSH_ALL", nullable=False))
    op.create_check_constraint("delivery", "tweets", "delivery IN ('PUSH_ALL', 'PUSH_ACTIVE', 'PULL')")
    op.create_index(
        "ix_tweets_author_id_id_pulled", "tweets", ["author_id", "id"], postgresql_where=sa.text("delivery = 'PULL'")
    )
    op.create_table(
        "undelivered_tweets",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("begun_in", sa.BigInteger(), server_default=sa.text("txid_current()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tweet_id"], ["tweets.id"], name=op.f("fk_undelivered_tweets_tweet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tweet_id", name=op.f("pk_undelivered_tweets")),
    )
    op.create_table(
        "large_authors",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_large_authors_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_large_authors")),
    )
    op.create_table(
        "fan_outs",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("targeted", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("skipped_inactive", sa.Integer(), nullable=False),
        sa.Column("lag_p50_ms", sa.Integer(), nullable=True),
        sa.Column("lag_p99_ms", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_follow_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("begun_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tweet_id"], ["tweets.id"], name=op.f("fk_fan_outs_tweet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tweet_id", name=op.f("pk_fan_outs")),
    )
    for table in ("outbox", "dead_letters"):
        op.add_column(table, sa.Column("lane", sa.SmallInteger(), server_default="0", nullable=False))
    op.drop_index("ix_outbox_due_at_id", table_name="outbox")
    op.create_index("ix_outbox_lane_due_at_id", "outbox", ["lane", "due_at", "id"])
    # Rows live for moments: vacuum by dead rows, not by a share of an empty table.
    op.execute(
        "ALTER TABLE undelivered_tweets SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)"
    )
    # What a worker of the former version has not fanned out yet would be missing from cached timelines until it has.
    op.execute(
        "INSERT INTO undelivered_tweets (tweet_id, author_id) SELECT tweets.id, tweets.author_id FROM outbox "
        "JOIN tweets ON tweets.id = CAST(outbox.event ->> 'tweet_id' AS bigint) WHERE outbox.event ->> 'type' = 'TweetPosted' "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_lane_due_at_id", table_name="outbox")
    op.create_index("ix_outbox_due_at_id", "outbox", ["due_at", "id"])
    for table in ("dead_letters", "outbox"):
        op.drop_column(table, "lane")
    op.drop_table("fan_outs")
    op.drop_table("large_authors")
    op.drop_table("undelivered_tweets")
    op.drop_index("ix_tweets_author_id_id_pulled", table_name="tweets")
    op.drop_constraint("delivery", "tweets", type_="check")
    op.drop_column("tweets", "delivery")
