"""Rows of `sessions` and `refresh_tokens`."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import text

from domain.records import User, Viewer
from infra.database import ReadSession, WriteSession
from stores.users import COLUMNS, user_from


class Credentials(msgspec.Struct, frozen=True):
    user: User
    email: str
    password_hash: str


class RefreshToken(msgspec.Struct, frozen=True):
    session_id: int
    user: User
    email: str
    expires_at: datetime
    is_spent: bool
    is_revoked: bool


_CREDENTIALS = text(
    f"SELECT {COLUMNS}, users.email, users.password_hash FROM users "  # noqa: S608
    "WHERE lower(users.username) = lower(:username)"
)


async def credentials_of(session: ReadSession, username: str) -> Credentials | None:
    row = (await session.execute(_CREDENTIALS, {"username": username})).one_or_none()
    if row is None:
        return None
    return Credentials(user=user_from(row), email=row.email, password_hash=row.password_hash)


_VIEWER = text(
    f"SELECT {COLUMNS}, users.email FROM users JOIN sessions ON sessions.user_id = users.id "  # noqa: S608
    "WHERE sessions.id = :session_id AND users.id = :user_id AND sessions.revoked_at IS NULL"
)


async def viewer(session: ReadSession, *, session_id: int, user_id: int) -> Viewer | None:
    """None when the session was revoked or is not this user's."""
    row = (await session.execute(_VIEWER, {"session_id": session_id, "user_id": user_id})).one_or_none()
    return None if row is None else Viewer(user=user_from(row), email=row.email, session_id=session_id)


_START = text("INSERT INTO sessions (id, user_id, created_at, last_used_at) VALUES (:id, :user_id, :now, :now)")


async def start(session: WriteSession, *, session_id: int, user_id: int, now: datetime) -> None:
    await session.execute(_START, {"id": session_id, "user_id": user_id, "now": now})


_ISSUE = text("INSERT INTO refresh_tokens (token_sha256, session_id, expires_at) VALUES (:digest, :session_id, :until)")


async def issue_refresh_token(session: WriteSession, *, digest: bytes, session_id: int, expires_at: datetime) -> None:
    await session.execute(_ISSUE, {"digest": digest, "session_id": session_id, "until": expires_at})


_REFRESH = text(
    f"""
    SELECT {COLUMNS}, users.email, refresh_tokens.session_id, refresh_tokens.expires_at,
        refresh_tokens.spent_at IS NOT NULL AS is_spent, sessions.revoked_at IS NOT NULL AS is_revoked
    FROM refresh_tokens
    JOIN sessions ON sessions.id = refresh_tokens.session_id
    JOIN users ON users.id = sessions.user_id
    WHERE refresh_tokens.token_sha256 = :digest
    FOR UPDATE OF refresh_tokens
    """  # noqa: S608
)


async def locked_refresh_token(session: WriteSession, digest: bytes) -> RefreshToken | None:
    """Held until the transaction ends, so that two refreshes with one token happen one after the other."""
    row = (await session.execute(_REFRESH, {"digest": digest})).one_or_none()
    if row is None:
        return None
    return RefreshToken(
        session_id=row.session_id,
        user=user_from(row),
        email=row.email,
        expires_at=row.expires_at,
        is_spent=row.is_spent,
        is_revoked=row.is_revoked,
    )


_SPEND = text("UPDATE refresh_tokens SET spent_at = :now WHERE token_sha256 = :digest")
_REVOKE = text("UPDATE sessions SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")


_FORGET_TOKENS = text("DELETE FROM refresh_tokens WHERE expires_at < :now")
_FORGET_SESSIONS = text(
    "DELETE FROM sessions WHERE created_at < :before "
    "AND NOT EXISTS (SELECT FROM refresh_tokens WHERE refresh_tokens.session_id = sessions.id)"
)


async def forget_ended(session: WriteSession, *, now: datetime, before: datetime) -> None:
    """Deletes refresh tokens that have expired (spent ones are kept until then: using one again ends its
    session) and sessions begun before `before` that have no tokens left."""
    await session.execute(_FORGET_TOKENS, {"now": now})
    await session.execute(_FORGET_SESSIONS, {"before": before})


async def spend_refresh_token(session: WriteSession, digest: bytes, *, now: datetime) -> None:
    await session.execute(_SPEND, {"digest": digest, "now": now})


async def revoke(session: WriteSession, session_id: int, *, now: datetime) -> None:
    await session.execute(_REVOKE, {"id": session_id, "now": now})
