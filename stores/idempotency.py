"""Rows of `idempotency_keys`: what a client's key already did."""

from __future__ import annotations

import msgspec
from sqlalchemy import text

from infra.database import ReadSession, WriteSession


class StoredOutcome(msgspec.Struct, frozen=True):
    """What the first call with a key did: `subject_id` is the tweet, user, list ... that it was about."""

    subject_id: int


class Claim(msgspec.Struct, frozen=True):
    request_sha256: bytes
    outcome: StoredOutcome


_CLAIM = text(
    "INSERT INTO idempotency_keys (caller, key, request_sha256) VALUES (:caller, :key, :digest) "
    "ON CONFLICT DO NOTHING RETURNING true"
)
_FIND = text(
    "SELECT request_sha256, CAST(outcome AS text) AS outcome FROM idempotency_keys "
    "WHERE caller = :caller AND key = :key"
)


async def claim(session: WriteSession, *, caller: str, key: str, request_sha256: bytes) -> Claim | None:
    """None when the key is now the caller's; else what it did. Waits for another transaction that holds the key."""
    if await session.rows(_CLAIM, {"caller": caller, "key": key, "digest": request_sha256}):
        return None
    found = await find(session, caller=caller, key=key)
    assert found is not None
    return found


async def find(session: ReadSession, *, caller: str, key: str) -> Claim | None:
    for request_sha256, outcome in await session.rows(_FIND, {"caller": caller, "key": key}):
        return Claim(request_sha256=request_sha256, outcome=msgspec.json.decode(outcome, type=StoredOutcome))
    return None


_RECORD = text("UPDATE idempotency_keys SET outcome = CAST(:outcome AS jsonb) WHERE caller = :caller AND key = :key")


async def record(session: WriteSession, *, caller: str, key: str, outcome: StoredOutcome) -> None:
    encoded = msgspec.json.encode(outcome).decode()
    await session.rows(_RECORD, {"caller": caller, "key": key, "outcome": encoded})


_FORGET = text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'")


async def forget_old(session: WriteSession) -> int:
    return int((await session.execute(_FORGET)).rowcount)
