"""What moderators and admins do to accounts."""

from __future__ import annotations

from datetime import datetime

from domain.accounts import MAX_ISSUER, MAX_SUSPENSION_REASON
from domain.changes import ChangeKind
from domain.errors import CannotSuspendAdmin, CannotSuspendSelf, NotFound
from domain.labels import checked_line
from domain.permissions import Role
from domain.records import VerificationKind
from infra.database import WriteSession
from stores import administration, changes, sessions
from stores.changes import NewChange


async def verify(
    session: WriteSession, user_id: int | None, *, kind: VerificationKind, issuer: str, now: datetime
) -> int:
    """Replaces an earlier verification. Raises ValidationFailed or NotFound."""
    issuer = checked_line(issuer, "issuer", at_least=1, at_most=MAX_ISSUER)
    found_id, _ = await _found(session, user_id)
    await administration.verify(session, found_id, kind, issuer, now=now)
    return found_id


async def unverify(session: WriteSession, user_id: int | None) -> int:
    """Afterwards the account is not verified, whether or not it was. Raises NotFound."""
    found_id, _ = await _found(session, user_id)
    await administration.unverify(session, found_id)
    return found_id


async def suspend(session: WriteSession, user_id: int | None, *, reason: str, by_id: int, now: datetime) -> int:
    """Hides the account and ends its sessions at once; where it is suspended already, the reason is replaced.

    Raises ValidationFailed, CannotSuspendSelf, NotFound or CannotSuspendAdmin.
    """
    reason = checked_line(reason, "reason", at_least=1, at_most=MAX_SUSPENSION_REASON)
    if user_id == by_id:
        raise CannotSuspendSelf
    found_id, role = await _found(session, user_id)
    if role is Role.ADMIN:
        raise CannotSuspendAdmin
    await administration.suspend(session, found_id, reason)
    await sessions.revoke_all(session, user_id=found_id, now=now)
    await changes.record(
        session, [NewChange(ChangeKind.APPS_STOPPED, found_id), NewChange(ChangeKind.ACCOUNT_CHANGED, found_id)]
    )
    return found_id


async def unsuspend(session: WriteSession, user_id: int | None) -> int:
    """Afterwards the account is not suspended, whether or not it was. Raises NotFound."""
    found_id, _ = await _found(session, user_id)
    await administration.unsuspend(session, found_id)
    await changes.record(session, [NewChange(ChangeKind.ACCOUNT_CHANGED, found_id)])
    return found_id


async def _found(session: WriteSession, user_id: int | None) -> tuple[int, Role]:
    """Whatever its state, and whomever it blocks; held until the transaction ends."""
    role = None if user_id is None else await administration.locked_role(session, user_id)
    if user_id is None or role is None:
        raise NotFound("user", field="userId")
    return user_id, role
