"""What makes background work and retries safe: outbox, dead letters, idempotency keys, id leases."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.base import metadata, timestamp, timestamp_now

# `due_at` is the only state: taking an event moves it a lease into the future, finishing deletes the row.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event", JSONB, nullable=False),
    timestamp_now("created_at"),
    timestamp_now("due_at"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("lane", SmallInteger, nullable=False, server_default="0"),
)
Index("ix_outbox_lane_due_at_id", outbox.c.lane, outbox.c.due_at, outbox.c.id)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("event", JSONB, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("error", Text, nullable=False),
    timestamp("created_at"),
    timestamp_now("failed_at"),
    Column("lane", SmallInteger, nullable=False, server_default="0"),
)

# `caller` is who used the key: a person, or for the mutations that sign in, what they sign in with.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", String(80), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("request_sha256", LargeBinary(32), nullable=False),
    # The outcome that a replay is answered with; null while the first call runs.
    Column("outcome", JSONB),
    timestamp_now("created_at"),
)
Index("ix_idempotency_keys_created_at", idempotency_keys.c.created_at)

id_leases = Table(
    "id_leases",
    metadata,
    Column("worker", Integer, primary_key=True, autoincrement=False),
    Column("holder", String(36), nullable=False),
    timestamp("leased_until"),
)
