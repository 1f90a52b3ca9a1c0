"""People and tweets: profiles, mails, blocks, mutes, lists, retweets, quotes, threads, edits, polls, bookmarks.

Revision: 0002, after 0001. Rows of 0001 are brought to the new shape in place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from domain.ids import EPOCH_MS
from domain.people_search import words_in

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "count_drifts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.String(length=5), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.String(length=10), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_drifts")),
    )
    op.create_index("ix_count_drifts_found_at", "count_drifts", ["found_at"], unique=False)
    op.create_table(
        "kept_mails",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_kept_mails")),
    )
    op.create_index("ix_kept_mails_created_at", "kept_mails", ["created_at"], unique=False)
    op.create_table(
        "poll_vote_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=True),
        sa.Column("votes", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_vote_deltas")),
    )
    op.create_index(op.f("ix_poll_vote_deltas_tweet_id"), "poll_vote_deltas", ["tweet_id"], unique=False)
    op.create_table(
        "reconciler_positions",
        sa.Column("subject", sa.String(length=5), nullable=False),
        sa.Column("after_id", sa.BigInteger(), nullable=False),
        sa.Column("rounds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_reconciler_positions")),
    )
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_blocks_not_self")),
        sa.ForeignKeyConstraint(["blocked_id"], ["users.id"], name=op.f("fk_blocks_blocked_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["blocker_id"], ["users.id"], name=op.f("fk_blocks_blocker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_blocks")),
    )
    op.create_index("ix_blocks_blocked_id", "blocks", ["blocked_id"], unique=False)
    op.create_index("ix_blocks_blocker_id_id", "blocks", ["blocker_id", "id"], unique=False)
    op.create_table(
        "bookmark_folders",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=25), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_bookmark_folders_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark_folders")),
    )
    op.create_index("ix_bookmark_folders_user_id_id", "bookmark_folders", ["user_id", "id"], unique=False)
    op.create_index(
        "uq_bookmark_folders_user_id_name_lower",
        "bookmark_folders",
        ["user_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "email_tokens",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('VERIFY', 'RESET')", name=op.f("ck_email_tokens_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_email_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_email_tokens")),
    )
    op.create_index(op.f("ix_email_tokens_user_id"), "email_tokens", ["user_id"], unique=False)
    op.create_table(
        "follow_requests",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followee_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("follower_id <> followee_id", name=op.f("ck_follow_requests_not_self")),
        sa.ForeignKeyConstraint(
            ["followee_id"], ["users.id"], name=op.f("fk_follow_requests_followee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["users.id"], name=op.f("fk_follow_requests_follower_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "followee_id", name=op.f("pk_follow_requests")),
    )
    op.create_index("ix_follow_requests_followee_id_id", "follow_requests", ["followee_id", "id"], unique=False)
    op.create_index("ix_follow_requests_follower_id_id", "follow_requests", ["follower_id", "id"], unique=False)
    op.create_table(
        "former_usernames",
        sa.Column("username_lower", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_former_usernames_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("username_lower", name=op.f("pk_former_usernames")),
    )
    op.create_index(op.f("ix_former_usernames_user_id"), "former_usernames", ["user_id"], unique=False)
    op.create_table(
        "lists",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=25), nullable=False),
        sa.Column("description", sa.String(length=100), server_default="", nullable=False),
        sa.Column("is_private", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_lists_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lists")),
    )
    op.create_index("ix_lists_owner_id_id", "lists", ["owner_id", "id"], unique=False)
    op.create_table(
        "muted_words",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("phrase", sa.String(length=100), nullable=False),
        sa.Column("needle", sa.Text(), nullable=False),
        sa.Column("whole_word", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_muted_words_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_muted_words")),
    )
    op.create_index("ix_muted_words_user_id_id", "muted_words", ["user_id", "id"], unique=False)
    op.create_index("uq_muted_words_user_id_needle", "muted_words", ["user_id", "needle"], unique=True)
    op.create_table(
        "mutes",
        sa.Column("muter_id", sa.BigInteger(), nullable=False),
        sa.Column("muted_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("muter_id <> muted_id", name=op.f("ck_mutes_not_self")),
        sa.ForeignKeyConstraint(["muted_id"], ["users.id"], name=op.f("fk_mutes_muted_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["muter_id"], ["users.id"], name=op.f("fk_mutes_muter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("muter_id", "muted_id", name=op.f("pk_mutes")),
    )
    op.create_index("ix_mutes_muted_id", "mutes", ["muted_id"], unique=False)
    op.create_index("ix_mutes_muter_id_id", "mutes", ["muter_id", "id"], unique=False)
    op.create_table(
        "bookmarks",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("folder_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["bookmark_folders.id"], name=op.f("fk_bookmarks_folder_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["tweet_id"], ["tweets.id"], name=op.f("fk_bookmarks_tweet_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bookmarks_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "tweet_id", name=op.f("pk_bookmarks")),
    )
    op.create_index("ix_bookmarks_folder_id_id", "bookmarks", ["folder_id", "id"], unique=False)
    op.create_index(op.f("ix_bookmarks_tweet_id"), "bookmarks", ["tweet_id"], unique=False)
    op.create_index("ix_bookmarks_user_id_id", "bookmarks", ["user_id", "id"], unique=False)
    op.create_table(
        "list_follows",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name=op.f("fk_list_follows_list_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_list_follows_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("list_id", "user_id", name=op.f("pk_list_follows")),
    )
    op.create_index("ix_list_follows_list_id_id", "list_follows", ["list_id", "id"], unique=False)
    op.create_index("ix_list_follows_user_id_id", "list_follows", ["user_id", "id"], unique=False)
    op.create_table(
        "list_members",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name=op.f("fk_list_members_list_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_list_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("list_id", "user_id", name=op.f("pk_list_members")),
    )
    op.create_index("ix_list_members_list_id_id", "list_members", ["list_id", "id"], unique=False)
    op.create_index("ix_list_members_user_id_id", "list_members", ["user_id", "id"], unique=False)
    op.create_table(
        "muted_threads",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_muted_threads_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name=op.f("pk_muted_threads")),
    )
    op.create_index("ix_muted_threads_user_id_id", "muted_threads", ["user_id", "id"], unique=False)
    op.create_table(
        "polls",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("is_multiple", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("voters", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tweet_id"], ["tweets.id"], name=op.f("fk_polls_tweet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tweet_id", name=op.f("pk_polls")),
    )
    op.create_index(
        "ix_polls_ends_at", "polls", ["ends_at"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "tweet_mentions",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tweet_id"], ["tweets.id"], name=op.f("fk_tweet_mentions_tweet_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tweet_mentions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "tweet_id", name=op.f("pk_tweet_mentions")),
    )
    op.create_index(op.f("ix_tweet_mentions_tweet_id"), "tweet_mentions", ["tweet_id"], unique=False)
    op.create_table(
        "tweet_views",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tweet_id"], ["tweets.id"], name=op.f("fk_tweet_views_tweet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tweet_id", name=op.f("pk_tweet_views")),
    )
    op.create_table(
        "tweet_versions",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weighted_length", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tweet_id"], ["tweets.id"], name=op.f("fk_tweet_versions_tweet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tweet_id", "version", name=op.f("pk_tweet_versions")),
    )
    op.create_table(
        "poll_options",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.String(length=25), nullable=False),
        sa.Column("votes", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["tweet_id"], ["polls.tweet_id"], name=op.f("fk_poll_options_tweet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tweet_id", "position", name=op.f("pk_poll_options")),
    )
    op.create_table(
        "poll_votes",
        sa.Column("tweet_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("positions", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tweet_id"], ["polls.tweet_id"], name=op.f("fk_poll_votes_tweet_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_poll_votes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tweet_id", "user_id", name=op.f("pk_poll_votes")),
    )
    op.create_index(op.f("ix_poll_votes_user_id"), "poll_votes", ["user_id"], unique=False)
    op.add_column("follows", sa.Column("shows_retweets", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("idempotency_keys", sa.Column("caller", sa.String(length=80), nullable=True))
    op.add_column("idempotency_keys", sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.execute(
        "UPDATE idempotency_keys SET caller = 'user:' || user_id, "
        "outcome = jsonb_build_object('subject_id', subject_id)"
    )
    op.drop_constraint("pk_idempotency_keys", "idempotency_keys", type_="primary")
    op.alter_column("idempotency_keys", "caller", nullable=False)
    op.create_primary_key("pk_idempotency_keys", "idempotency_keys", ["caller", "key"])
    op.drop_constraint(op.f("fk_idempotency_keys_user_id"), "idempotency_keys", type_="foreignkey")
    op.drop_column("idempotency_keys", "subject_id")
    op.drop_column("idempotency_keys", "user_id")
    op.add_column("likes", sa.Column("id", sa.BigInteger(), nullable=True))
    # A snowflake of the moment of liking; where several fell into one millisecond, their order is arbitrary.
    op.execute(
        f"""
        UPDATE likes SET id = made.id FROM (
            SELECT user_id, tweet_id,
                ((floor(extract(epoch FROM created_at) * 1000)::bigint - {EPOCH_MS}) << 22)
                | row_number() OVER (PARTITION BY date_trunc('milliseconds', created_at)) AS id
            FROM likes
        ) AS made
        WHERE likes.user_id = made.user_id AND likes.tweet_id = made.tweet_id
        """  # noqa: S608
    )
    op.alter_column("likes", "id", nullable=False)
    op.drop_index(op.f("ix_likes_tweet_id"), table_name="likes")
    op.create_index("ix_likes_tweet_id_id", "likes", ["tweet_id", "id"], unique=False, postgresql_include=["user_id"])
    op.create_index("ix_likes_user_id_id", "likes", ["user_id", "id"], unique=False, postgresql_include=["tweet_id"])
    op.drop_column("likes", "created_at")
    op.add_column("refresh_tokens", sa.Column("successor_sha256", sa.LargeBinary(length=32), nullable=True))
    op.add_column("sessions", sa.Column("user_agent", sa.String(length=255), nullable=True))
    op.add_column("sessions", sa.Column("ip_address", sa.String(length=45), nullable=True))
    op.add_column("sessions", sa.Column("scopes", postgresql.ARRAY(sa.String(length=20)), nullable=True))
    op.create_table(
        "oauth_apps",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=25), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_oauth_apps_owner_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_apps")),
    )
    op.create_index("ix_oauth_apps_owner_id_id", "oauth_apps", ["owner_id", "id"], unique=False)
    op.add_column("sessions", sa.Column("oauth_app_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_sessions_oauth_app_id"), "sessions", ["oauth_app_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_sessions_oauth_app_id"), "sessions", "oauth_apps", ["oauth_app_id"], ["id"], ondelete="CASCADE"
    )
    op.create_table(
        "oauth_grants",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["app_id"], ["oauth_apps.id"], name=op.f("fk_oauth_grants_app_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_oauth_grants_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_grants")),
    )
    op.create_index(op.f("ix_oauth_grants_app_id"), "oauth_grants", ["app_id"], unique=False)
    op.create_index("ix_oauth_grants_user_id_id", "oauth_grants", ["user_id", "id"], unique=False)
    op.create_index(
        "uq_oauth_grants_user_id_app_id",
        "oauth_grants",
        ["user_id", "app_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "oauth_codes",
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.String(length=22), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_oauth_codes_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_oauth_codes")),
        sa.UniqueConstraint("form_id", name=op.f("uq_oauth_codes_form_id")),
    )
    op.create_index(op.f("ix_oauth_codes_session_id"), "oauth_codes", ["session_id"], unique=False)
    op.add_column("sessions", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sessions SET last_used_at = created_at")
    op.alter_column("sessions", "last_used_at", nullable=False)
    op.add_column("tweet_count_deltas", sa.Column("retweets", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tweet_count_deltas", sa.Column("quotes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tweet_count_deltas", sa.Column("bookmarks", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tweet_counts", sa.Column("retweets", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tweet_counts", sa.Column("quotes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tweet_counts", sa.Column("bookmarks", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tweets", sa.Column("searchable", sa.Text(), server_default="", nullable=False))
    op.add_column("tweets", sa.Column("retweet_of_id", sa.BigInteger(), nullable=True))
    op.add_column("tweets", sa.Column("quoted_id", sa.BigInteger(), nullable=True))
    op.add_column("tweets", sa.Column("conversation_id", sa.BigInteger(), nullable=True))
    op.execute(
        """
        WITH RECURSIVE tree (id, root) AS (
            SELECT id, coalesce(in_reply_to_id, id) FROM tweets
            WHERE in_reply_to_id IS NULL OR in_reply_to_id NOT IN (SELECT id FROM tweets)
            UNION ALL
            SELECT tweets.id, tree.root FROM tweets JOIN tree ON tweets.in_reply_to_id = tree.id
        )
        UPDATE tweets SET conversation_id = tree.root FROM tree WHERE tweets.id = tree.id
        """
    )
    op.alter_column("tweets", "conversation_id", nullable=False)
    op.add_column("tweets", sa.Column("thread_id", sa.BigInteger(), nullable=True))
    op.add_column("tweets", sa.Column("thread_index", sa.SmallInteger(), nullable=True))
    op.add_column("tweets", sa.Column("reply_policy", sa.String(length=9), server_default="EVERYONE", nullable=False))
    op.add_column("tweets", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tweets", sa.Column("is_sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("tweets", sa.Column("language", sa.String(length=35), nullable=True))
    op.add_column("tweets", sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column(
        "tweets", sa.Column("withheld_in", postgresql.ARRAY(sa.String(length=2)), server_default="{}", nullable=False)
    )
    op.add_column("tweets", sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column("tweets", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_tweets_in_reply_to_id_id", table_name="tweets")
    op.create_index(
        "ix_tweets_in_reply_to_id_id",
        "tweets",
        ["in_reply_to_id", "id"],
        postgresql_where=sa.text("in_reply_to_id IS NOT NULL"),
    )
    op.create_index("ix_tweets_conversation_id_id", "tweets", ["conversation_id", "id"], unique=False)
    op.create_index(
        "ix_tweets_author_id_id_deleted",
        "tweets",
        ["author_id", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tweets_deleted_at",
        "tweets",
        ["deleted_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tweets_quoted_id_id",
        "tweets",
        ["quoted_id", "id"],
        unique=False,
        postgresql_where=sa.text("quoted_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tweets_retweet_of_id_id",
        "tweets",
        ["retweet_of_id", "id"],
        unique=False,
        postgresql_where=sa.text("retweet_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tweets_thread_id_thread_index",
        "tweets",
        ["thread_id", "thread_index"],
        unique=False,
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    )
    op.create_index(
        "uq_tweets_author_id_retweet_of_id",
        "tweets",
        ["author_id", "retweet_of_id"],
        unique=True,
        postgresql_where=sa.text("retweet_of_id IS NOT NULL AND deleted_at IS NULL"),
    )
    op.add_column("users", sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("new_email", sa.String(length=255), nullable=True))
    op.add_column("users", sa.Column("role", sa.String(length=9), server_default="USER", nullable=False))
    op.add_column("users", sa.Column("bio", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "users", sa.Column("bio_entities", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.add_column("users", sa.Column("location", sa.String(length=30), nullable=True))
    op.add_column("users", sa.Column("url", sa.String(length=500), nullable=True))
    op.add_column("users", sa.Column("avatar_url", sa.String(length=500), nullable=True))
    op.add_column("users", sa.Column("pinned_tweet_id", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("is_protected", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("users", sa.Column("sensitive_content", sa.String(length=4), server_default="WARN", nullable=False))
    op.add_column("users", sa.Column("verified_kind", sa.String(length=12), nullable=True))
    op.add_column("users", sa.Column("verified_issuer", sa.String(length=50), nullable=True))
    op.add_column("users", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("users", sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("purge_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("suspension_reason", sa.String(length=500), nullable=True))
    op.create_index(
        "ix_users_purge_at", "users", ["purge_at"], unique=False, postgresql_where=sa.text("purge_at IS NOT NULL")
    )
    op.create_index(
        "uq_users_email_lower_verified",
        "users",
        [sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("email_verified_at IS NOT NULL"),
    )
    op.create_index(
        "ix_users_username_lower_pattern",
        "users",
        [sa.literal_column("lower(username) text_pattern_ops")],
        unique=False,
    )
    op.create_table(
        "user_name_words",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_name_words_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "word", name=op.f("pk_user_name_words")),
    )
    op.create_index(
        "ix_user_name_words_word_user_id",
        "user_name_words",
        ["word", "user_id"],
        unique=False,
        postgresql_ops={"word": "text_pattern_ops"},
    )
    _index_names()
    op.execute(
        "ALTER TABLE poll_vote_deltas SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)"
    )


def _index_names() -> None:
    connection, after = op.get_bind(), -1
    page = sa.text("SELECT id, display_name FROM users WHERE id > :after ORDER BY id LIMIT 1000")
    insert = sa.text("INSERT INTO user_name_words (user_id, word) VALUES (:user_id, :word)")
    while people := connection.execute(page, {"after": after}).all():
        words = [{"user_id": user.id, "word": word} for user in people for word in words_in(user.display_name)]
        if words:
            connection.execute(insert, words)
        after = people[-1].id


def downgrade() -> None:
    op.drop_table("user_name_words")
    op.drop_index("ix_users_username_lower_pattern", table_name="users")
    op.drop_index(
        "uq_users_email_lower_verified", table_name="users", postgresql_where=sa.text("email_verified_at IS NOT NULL")
    )
    op.drop_index("ix_users_purge_at", table_name="users", postgresql_where=sa.text("purge_at IS NOT NULL"))
    op.drop_column("users", "suspension_reason")
    op.drop_column("users", "purge_at")
    op.drop_column("users", "deactivated_at")
    op.drop_column("users", "version")
    op.drop_column("users", "verified_at")
    op.drop_column("users", "verified_issuer")
    op.drop_column("users", "verified_kind")
    op.drop_column("users", "sensitive_content")
    op.drop_column("users", "is_protected")
    op.drop_column("users", "pinned_tweet_id")
    op.drop_column("users", "avatar_url")
    op.drop_column("users", "url")
    op.drop_column("users", "location")
    op.drop_column("users", "bio_entities")
    op.drop_column("users", "bio")
    op.drop_column("users", "role")
    op.drop_column("users", "new_email")
    op.drop_column("users", "email_verified_at")
    op.drop_index(
        "uq_tweets_author_id_retweet_of_id",
        table_name="tweets",
        postgresql_where=sa.text("retweet_of_id IS NOT NULL AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tweets_thread_id_thread_index", table_name="tweets", postgresql_where=sa.text("thread_id IS NOT NULL")
    )
    op.drop_index(
        "ix_tweets_retweet_of_id_id", table_name="tweets", postgresql_where=sa.text("retweet_of_id IS NOT NULL")
    )
    op.drop_index("ix_tweets_quoted_id_id", table_name="tweets", postgresql_where=sa.text("quoted_id IS NOT NULL"))
    op.drop_index(
        "ix_tweets_author_id_id_deleted", table_name="tweets", postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.drop_index("ix_tweets_deleted_at", table_name="tweets", postgresql_where=sa.text("deleted_at IS NOT NULL"))
    op.drop_index("ix_tweets_conversation_id_id", table_name="tweets")
    op.drop_index("ix_tweets_in_reply_to_id_id", table_name="tweets")
    op.create_index(
        "ix_tweets_in_reply_to_id_id",
        "tweets",
        ["in_reply_to_id", "id"],
        postgresql_where=sa.text("deleted_at IS NULL AND in_reply_to_id IS NOT NULL"),
    )
    op.drop_column("tweets", "edited_at")
    op.drop_column("tweets", "version")
    op.drop_column("tweets", "withheld_in")
    op.drop_column("tweets", "place")
    op.drop_column("tweets", "language")
    op.drop_column("tweets", "is_sensitive")
    op.drop_column("tweets", "hidden_at")
    op.drop_column("tweets", "reply_policy")
    op.drop_column("tweets", "thread_index")
    op.drop_column("tweets", "thread_id")
    op.drop_column("tweets", "conversation_id")
    op.drop_column("tweets", "quoted_id")
    op.drop_column("tweets", "retweet_of_id")
    op.drop_column("tweets", "searchable")
    op.drop_column("tweet_counts", "bookmarks")
    op.drop_column("tweet_counts", "quotes")
    op.drop_column("tweet_counts", "retweets")
    op.drop_column("tweet_count_deltas", "bookmarks")
    op.drop_column("tweet_count_deltas", "quotes")
    op.drop_column("tweet_count_deltas", "retweets")
    op.drop_table("oauth_codes")
    op.drop_table("oauth_grants")
    op.drop_constraint(op.f("fk_sessions_oauth_app_id"), "sessions", type_="foreignkey")
    op.drop_index(op.f("ix_sessions_oauth_app_id"), table_name="sessions")
    op.drop_column("sessions", "oauth_app_id")
    op.drop_table("oauth_apps")
    op.drop_column("sessions", "last_used_at")
    op.drop_column("sessions", "scopes")
    op.drop_column("sessions", "ip_address")
    op.drop_column("sessions", "user_agent")
    op.drop_column("refresh_tokens", "successor_sha256")
    op.add_column(
        "likes", sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
    )
    op.alter_column("likes", "created_at", server_default=None)
    op.drop_index("ix_likes_user_id_id", table_name="likes", postgresql_include=["tweet_id"])
    op.drop_index("ix_likes_tweet_id_id", table_name="likes", postgresql_include=["user_id"])
    op.create_index(op.f("ix_likes_tweet_id"), "likes", ["tweet_id"], unique=False)
    op.drop_column("likes", "id")
    op.execute("DELETE FROM idempotency_keys")
    op.drop_constraint("pk_idempotency_keys", "idempotency_keys", type_="primary")
    op.add_column("idempotency_keys", sa.Column("user_id", sa.BigInteger(), nullable=False))
    op.add_column("idempotency_keys", sa.Column("subject_id", sa.BigInteger(), nullable=False))
    op.create_foreign_key(
        "fk_idempotency_keys_user_id", "idempotency_keys", "users", ["user_id"], ["id"], ondelete="CASCADE"
    )
    op.create_primary_key("pk_idempotency_keys", "idempotency_keys", ["user_id", "key"])
    op.drop_column("idempotency_keys", "outcome")
    op.drop_column("idempotency_keys", "caller")
    op.drop_column("follows", "shows_retweets")
    op.drop_index(op.f("ix_poll_votes_user_id"), table_name="poll_votes")
    op.drop_table("poll_votes")
    op.drop_table("poll_options")
    op.drop_table("tweet_versions")
    op.drop_table("tweet_views")
    op.drop_index(op.f("ix_tweet_mentions_tweet_id"), table_name="tweet_mentions")
    op.drop_table("tweet_mentions")
    op.drop_index("ix_polls_ends_at", table_name="polls", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_table("polls")
    op.drop_index("ix_muted_threads_user_id_id", table_name="muted_threads")
    op.drop_table("muted_threads")
    op.drop_index("ix_list_members_user_id_id", table_name="list_members")
    op.drop_index("ix_list_members_list_id_id", table_name="list_members")
    op.drop_table("list_members")
    op.drop_index("ix_list_follows_user_id_id", table_name="list_follows")
    op.drop_index("ix_list_follows_list_id_id", table_name="list_follows")
    op.drop_table("list_follows")
    op.drop_index("ix_bookmarks_user_id_id", table_name="bookmarks")
    op.drop_index(op.f("ix_bookmarks_tweet_id"), table_name="bookmarks")
    op.drop_index("ix_bookmarks_folder_id_id", table_name="bookmarks")
    op.drop_table("bookmarks")
    op.drop_index("ix_mutes_muter_id_id", table_name="mutes")
    op.drop_index("ix_mutes_muted_id", table_name="mutes")
    op.drop_table("mutes")
    op.drop_index("uq_muted_words_user_id_needle", table_name="muted_words")
    op.drop_index("ix_muted_words_user_id_id", table_name="muted_words")
    op.drop_table("muted_words")
    op.drop_index("ix_lists_owner_id_id", table_name="lists")
    op.drop_table("lists")
    op.drop_index(op.f("ix_former_usernames_user_id"), table_name="former_usernames")
    op.drop_table("former_usernames")
    op.drop_index("ix_follow_requests_follower_id_id", table_name="follow_requests")
    op.drop_index("ix_follow_requests_followee_id_id", table_name="follow_requests")
    op.drop_table("follow_requests")
    op.drop_index(op.f("ix_email_tokens_user_id"), table_name="email_tokens")
    op.drop_table("email_tokens")
    op.drop_index("uq_bookmark_folders_user_id_name_lower", table_name="bookmark_folders")
    op.drop_index("ix_bookmark_folders_user_id_id", table_name="bookmark_folders")
    op.drop_table("bookmark_folders")
    op.drop_index("ix_blocks_blocker_id_id", table_name="blocks")
    op.drop_index("ix_blocks_blocked_id", table_name="blocks")
    op.drop_table("blocks")
    op.drop_table("reconciler_positions")
    op.drop_index(op.f("ix_poll_vote_deltas_tweet_id"), table_name="poll_vote_deltas")
    op.drop_table("poll_vote_deltas")
    op.drop_index("ix_kept_mails_created_at", table_name="kept_mails")
    op.drop_table("kept_mails")
    op.drop_index("ix_count_drifts_found_at", table_name="count_drifts")
    op.drop_table("count_drifts")
