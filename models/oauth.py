"""Apps of third parties, what people let them do, and the codes on the way to their tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from models.base import metadata, snowflake_key, timestamp

# One without an owner is deleted: its sessions and grants, which may be millions, are left to end by themselves.
oauth_apps = Table(
    "oauth_apps",
    metadata,
    snowflake_key(),
    Column("owner_id", BigInteger, ForeignKey("users.id", ondelete="SET NULL")),
    Column("name", String(25), nullable=False),
    Column("description", String(200), nullable=False),
    Column("redirect_uris", ARRAY(Text), nullable=False),
    # Null where the app runs where a secret cannot be kept.
    Column("secret_sha256", LargeBinary(32)),
    timestamp("created_at"),
)
Index("ix_oauth_apps_owner_id_id", oauth_apps.c.owner_id, oauth_apps.c.id)

# A record of consent is never changed but for `last_used_at` and its end: a wider one takes its place.
oauth_grants = Table(
    "oauth_grants",
    metadata,
    snowflake_key(),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("app_id", BigInteger, ForeignKey("oauth_apps.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("scopes", ARRAY(String(20)), nullable=False),
    timestamp("granted_at"),
    timestamp("last_used_at", nullable=True),
    timestamp("ended_at", nullable=True),
)
Index("ix_oauth_grants_user_id_id", oauth_grants.c.user_id, oauth_grants.c.id)
Index(
    "uq_oauth_grants_user_id_app_id",
    oauth_grants.c.user_id,
    oauth_grants.c.app_id,
    unique=True,
    postgresql_where=text("ended_at IS NULL"),
)

# The session is there from the consent on: whatever ends it ends the code.
oauth_codes = Table(
    "oauth_codes",
    metadata,
    Column("code_sha256", LargeBinary(32), primary_key=True),
    Column("session_id", BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    # The form that was consented to: it can be sent once.
    Column("form_id", String(22), nullable=False, unique=True),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(43), nullable=False),
    timestamp("expires_at"),
    timestamp("used_at", nullable=True),
)
