"""Closing accounts, coming back, and forgetting those that do not."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.changes import ChangeKind
from domain.errors import AccountNotActive, WrongCredentials
from domain.records import AccountStatus
from infra.database import Database, WriteSession
from stores import changes, closing, counts, oauth_apps, sessions
from stores.changes import NewChange
from stores.credentials import Credentials

RETURN_WITHIN = timedelta(days=30)
CHUNK = 500
"""Of each kind, in one transaction: tweets take their likes, bookmarks and versions with them."""
PURGED_AT_ONCE = 100
"""Accounts in one run of the job."""


async def close(session: WriteSession, user_id: int, *, now: datetime, for_good: bool) -> None:
    """Hides the account and all that is its at once, and ends its sessions.

    Logging in brings it back; one closed for good only within RETURN_WITHIN, after which it is purged.
    """
    await closing.close(session, user_id, now=now, purge_at=now + RETURN_WITHIN if for_good else None)
    await sessions.revoke_all(session, user_id=user_id, now=now)
    await changes.record(
        session, [NewChange(ChangeKind.APPS_STOPPED, user_id), NewChange(ChangeKind.ACCOUNT_CHANGED, user_id)]
    )


async def let_in(session: WriteSession, credentials: Credentials, *, now: datetime) -> bool:
    """Whether this brought back an account that its owner had closed. Raises WrongCredentials, also where the password
    was changed since it was checked, or AccountNotActive."""
    standing = await closing.locked_standing(session, credentials.user.id)
    if standing is None or standing.password_hash != credentials.password_hash:
        raise WrongCredentials
    if standing.status is AccountStatus.SUSPENDED:
        reason = standing.suspension_reason
        raise AccountNotActive(f"This account is suspended: {reason}") if reason else AccountNotActive
    if standing.purge_at is not None and standing.purge_at <= now:
        raise WrongCredentials
    if standing.status is AccountStatus.ACTIVE:
        return False
    await closing.reopen(session, credentials.user.id)
    await changes.record(session, [NewChange(ChangeKind.ACCOUNT_CHANGED, credentials.user.id)])
    return True


async def purge_due(database: Database, *, now: datetime) -> int:
    """Deletes the accounts whose time is over, in transactions of bounded size; returns how many are gone.

    Cut off anywhere, it leaves exact counts, and the next run goes on from there.
    """
    async with database.read() as session:
        due = await closing.due(session, now=now, limit=PURGED_AT_ONCE)
    purged = 0
    for user_id in due:
        purged += await _purge(database, user_id, now=now)
    return purged


async def _purge(database: Database, user_id: int, *, now: datetime) -> bool:
    while True:
        async with database.write() as session:
            await counts.keep_totals(session)
            if not await closing.lock_due(session, user_id, now=now):
                return False
            if not await closing.purge_some(session, user_id, limit=CHUNK):
                await oauth_apps.delete_all(session, owner_id=user_id)
                left = await closing.delete(session, user_id)
                changed = [NewChange(ChangeKind.LIST_CHANGED, owner, subject_id=list_id) for list_id, owner in left]
                await changes.record(session, changed)
                return True
