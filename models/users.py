"""People, their sessions and the refresh tokens of each session."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    func,
)

from models.base import metadata, snowflake_key, timestamp

users = Table(
    "users",
    metadata,
    snowflake_key(),
    Column("username", String(20), nullable=False),
    Column("display_name", String(50), nullable=False),
    # Not unique: uniqueness would tell a stranger which addresses have accounts.
    Column("email", String(255), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("region", String(2)),
    Column("status", String(12), nullable=False, server_default="ACTIVE"),
    timestamp("created_at"),
    CheckConstraint("status IN ('ACTIVE', 'DEACTIVATED', 'SUSPENDED')", name="status"),
)
Index("uq_users_username_lower", func.lower(users.c.username), unique=True)

sessions = Table(
    "sessions",
    metadata,
    snowflake_key(),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    timestamp("created_at"),
    timestamp("revoked_at", nullable=True),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_sha256", LargeBinary(32), primary_key=True),
    Column("session_id", BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    timestamp("expires_at"),
    timestamp("spent_at", nullable=True),
)
