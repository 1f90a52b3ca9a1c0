"""Rows of `idempotency_keys`: what a client's key already did."""

from __future__ import annotations

import msgspec
from sqlalchemy import text

from infra.database import WriteSession


class StoredOutcome(msgspec.Struct, frozen=True):
    request_sha256: bytes
    subject_id: int
    """The tweet or user that the first request was answered with."""


_CLAIM = text(
    """
    INSERT INTO idempotency_keys (user_id, key, request_sha256, subject_id)
    VALUES (:user_id, :key, :digest, 0)
    ON CONFLICT DO NOTHING
    """
)
_FIND = text("SELECT request_sha256, subject_id FROM idempotency_keys WHERE user_id = :user_id AND key = :key")


async def claim(session: WriteSession, *, user_id: int, key: str, request_sha256: bytes) -> StoredOutcome | None:
    """None when the key is now ours; else what it did. Waits for another transaction that holds the key."""
    claimed = await session.execute(_CLAIM, {"user_id": user_id, "key": key, "digest": request_sha256})
    if claimed.rowcount == 1:
        return None
    row = (await session.execute(_FIND, {"user_id": user_id, "key": key})).one()
    return StoredOutcome(request_sha256=row.request_sha256, subject_id=row.subject_id)


_RECORD = text("UPDATE idempotency_keys SET subject_id = :subject_id WHERE user_id = :user_id AND key = :key")


async def record(session: WriteSession, *, user_id: int, key: str, subject_id: int) -> None:
    await session.execute(_RECORD, {"user_id": user_id, "key": key, "subject_id": subject_id})


_FORGET = text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'")


async def forget_old(session: WriteSession) -> int:
    return int((await session.execute(_FORGET)).rowcount)
