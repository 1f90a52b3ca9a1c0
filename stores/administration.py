"""What moderators and admins set on `users`; other people's accounts whatever their state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from domain.permissions import Role
from domain.records import VerificationKind
from infra.database import WriteSession

_LOCKED_ROLE = text("SELECT role FROM users WHERE id = :id FOR NO KEY UPDATE")


async def locked_role(session: WriteSession, user_id: int) -> Role | None:
    """None where there is no such account."""
    role = (await session.execute(_LOCKED_ROLE, {"id": user_id})).scalar_one_or_none()
    return None if role is None else Role(role)


_SET_ROLE = text("UPDATE users SET role = :role WHERE lower(username) = lower(:username) RETURNING username")


async def set_role(session: WriteSession, username: str, role: Role) -> str | None:
    """The name as its owner writes it; None where nobody has it."""
    name: str | None = (await session.execute(_SET_ROLE, {"username": username, "role": role})).scalar_one_or_none()
    return name


_VERIFY = text("UPDATE users SET verified_kind = :kind, verified_issuer = :issuer, verified_at = :now WHERE id = :id")
_UNVERIFY = text("UPDATE users SET verified_kind = NULL, verified_issuer = NULL, verified_at = NULL WHERE id = :id")


async def verify(session: WriteSession, user_id: int, kind: VerificationKind, issuer: str, *, now: datetime) -> None:
    await session.execute(_VERIFY, {"id": user_id, "kind": kind, "issuer": issuer, "now": now})


async def unverify(session: WriteSession, user_id: int) -> None:
    await session.execute(_UNVERIFY, {"id": user_id})


_SUSPEND = text("UPDATE users SET status = 'SUSPENDED', suspension_reason = :reason WHERE id = :id")
# What its owner closed meanwhile, or before, is closed.
_UNSUSPEND = text(
    """
    UPDATE users SET status = CASE WHEN deactivated_at IS NULL THEN 'ACTIVE' ELSE 'DEACTIVATED' END,
        suspension_reason = NULL
    WHERE id = :id AND status = 'SUSPENDED'
    """
)


async def suspend(session: WriteSession, user_id: int, reason: str) -> None:
    await session.execute(_SUSPEND, {"id": user_id, "reason": reason})


async def unsuspend(session: WriteSession, user_id: int) -> None:
    await session.execute(_UNSUSPEND, {"id": user_id})
