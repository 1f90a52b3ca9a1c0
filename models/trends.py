"""The hourly history of each hashtag, kept for seven days."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, false

from domain.tweets import MAX_INDEXED_TAG
from models.base import metadata

trend_hours = Table(
    "trend_hours",
    metadata,
    Column("region", String(6), primary_key=True),
    Column("tag", String(MAX_INDEXED_TAG), primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
    Column("tweets", Integer, nullable=False),
    Column("authors", Integer, nullable=False),
    Column("listed", Boolean, nullable=False, server_default=false()),
)
Index("ix_trend_hours_hour", trend_hours.c.hour)
