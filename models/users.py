"""People, their names and mails, their sessions and the refresh tokens of each session."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models.base import metadata, snowflake_key, timestamp

users = Table(
    "users",
    metadata,
    snowflake_key(),
    Column("username", String(20), nullable=False),
    Column("display_name", String(50), nullable=False),
    Column("email", String(255), nullable=False),
    timestamp("email_verified_at", nullable=True),
    # Asked for, and the account's address as soon as the link mailed to it is opened.
    Column("new_email", String(255)),
    Column("password_hash", String(255), nullable=False),
    Column("region", String(2)),
    Column("status", String(12), nullable=False, server_default="ACTIVE"),
    Column("role", String(9), nullable=False, server_default="USER"),
    Column("bio", Text, nullable=False, server_default=""),
    Column("bio_entities", JSONB, nullable=False, server_default="[]"),
    Column("location", String(30)),
    Column("url", String(500)),
    Column("avatar_url", String(500)),
    # No foreign key: the tweet may be purged, and a purged tweet is shown as unavailable like any other.
    Column("pinned_tweet_id", BigInteger),
    Column("is_protected", Boolean, nullable=False, server_default=false()),
    Column("sensitive_content", String(4), nullable=False, server_default="WARN"),
    Column("verified_kind", String(12)),
    Column("verified_issuer", String(50)),
    timestamp("verified_at", nullable=True),
    # Counts the changes of profile and settings, for `ifVersion`.
    Column("version", Integer, nullable=False, server_default="1"),
    timestamp("created_at"),
    timestamp("deactivated_at", nullable=True),
    # When the account and all that is its is deleted for good.
    timestamp("purge_at", nullable=True),
    # What moderators told the owner.
    Column("suspension_reason", String(500)),
    CheckConstraint("status IN ('ACTIVE', 'DEACTIVATED', 'SUSPENDED')", name="status"),
    CheckConstraint("role IN ('USER', 'MODERATOR', 'ADMIN')", name="role"),
    CheckConstraint("sensitive_content IN ('SHOW', 'WARN', 'HIDE')", name="sensitive_content"),
)
Index("uq_users_username_lower", func.lower(users.c.username), unique=True)
# Unique once verified only: before that, uniqueness would tell a stranger which addresses have accounts.
Index(
    "uq_users_email_lower_verified",
    func.lower(users.c.email),
    unique=True,
    postgresql_where=text("email_verified_at IS NOT NULL"),
)
Index("ix_users_purge_at", users.c.purge_at, postgresql_where=text("purge_at IS NOT NULL"))

# For prefixes, which the unique index serves only where the database's collation is C.
Index(
    "ix_users_username_lower_pattern",
    func.lower(users.c.username).label("username_lower"),
    postgresql_ops={"username_lower": "text_pattern_ops"},
)

# The words of display names as domain/people_search.py makes them, for finding people.
user_name_words = Table(
    "user_name_words",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("word", Text, primary_key=True),
)
Index(
    "ix_user_name_words_word_user_id",
    user_name_words.c.word,
    user_name_words.c.user_id,
    postgresql_ops={"word": "text_pattern_ops"},
)

# A name that was given up stays its last owner's until `held_until`: nobody else can be taken for them.
former_usernames = Table(
    "former_usernames",
    metadata,
    Column("username_lower", String(20), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    timestamp("given_up_at"),
    timestamp("held_until"),
)

sessions = Table(
    "sessions",
    metadata,
    snowflake_key(),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_agent", String(255)),
    Column("ip_address", String(45)),
    # Null is the whole account, as its owner's own apps have it.
    Column("scopes", ARRAY(String(20))),
    Column("oauth_app_id", BigInteger, ForeignKey("oauth_apps.id", ondelete="CASCADE"), index=True),
    timestamp("created_at"),
    timestamp("last_used_at"),
    timestamp("revoked_at", nullable=True),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_sha256", LargeBinary(32), primary_key=True),
    Column("session_id", BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    timestamp("expires_at"),
    timestamp("spent_at", nullable=True),
    # The token it was traded for; null while it is unspent.
    Column("successor_sha256", LargeBinary(32)),
)

# What a mailed link proves: who holds the mailbox may verify the address or set a new password.
email_tokens = Table(
    "email_tokens",
    metadata,
    Column("token_sha256", LargeBinary(32), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", String(8), nullable=False),
    Column("email", String(255), nullable=False),
    timestamp("expires_at"),
    timestamp("used_at", nullable=True),
    CheckConstraint("purpose IN ('VERIFY', 'RESET')", name="purpose"),
)

# Where no mail server is set, mails are kept here to be read.
kept_mails = Table(
    "kept_mails",
    metadata,
    # The outbox event that asked for it: handled twice, it is kept once.
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("recipient", String(255), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    timestamp("created_at"),
)
Index("ix_kept_mails_created_at", kept_mails.c.created_at)
