"""Proving that an address is an account's, and what only its owner may do: a new password, another address.

What a mail is to say follows from an event; services/mails.py writes it.
"""

from __future__ import annotations

from datetime import datetime

from domain import accounts
from domain.errors import LinkCannotBeUsed
from domain.events import EmailChangeRequested, EmailVerificationRequested, PasswordReset, PasswordResetRequested
from infra.database import WriteSession
from services import passwords, tokens
from services.runtime import Runtime
from stores import emails, outbox, sessions
from stores.emails import LinkPurpose
from stores.visibility import NOBODY


async def request_verification(session: WriteSession, user_id: int) -> None:
    """A mail with a link follows, unless the account has nothing to verify."""
    await outbox.add(session, [EmailVerificationRequested(user_id)])


async def verify(session: WriteSession, token: str, *, now: datetime) -> int:
    """Returns whose address it was; raises LinkCannotBeUsed, also where another account verified the address first."""
    link = await emails.spend_link(session, tokens.digest(token), LinkPurpose.VERIFY, now=now)
    if link is None or not await emails.verify(session, link, now=now):
        raise LinkCannotBeUsed
    return link.user_id


async def request_change(session: WriteSession, user_id: int, new_email: str) -> None:
    """The account keeps its address until the link mailed to the new one is opened; the present one is told."""
    await emails.ask_for(session, user_id, accounts.checked_email(new_email, field="newEmail"))
    await outbox.add(session, [EmailChangeRequested(user_id), EmailVerificationRequested(user_id)])


async def request_password_reset(session: WriteSession, email: str) -> None:
    """A mail with a link follows where a verified address is meant. Writes the same for any other: who asks learns
    nothing, neither from the answer nor from the time it takes."""
    user_id = await emails.owner_id(session, accounts.checked_email(email))
    await outbox.add(session, [PasswordResetRequested(user_id or NOBODY)])


async def hash_of_new_password(runtime: Runtime, token: str, new_password: str) -> str | None:
    """For `reset_password`. None for a link that cannot be used: nobody makes us hash without one."""
    password = accounts.checked_password(new_password, field="newPassword")
    async with runtime.database.read() as session:
        if not await emails.is_usable(session, tokens.digest(token), LinkPurpose.RESET, now=runtime.now()):
            return None
    return await passwords.hashed(runtime.settings.password_cost, password)


async def reset_password(session: WriteSession, token: str, *, password_hash: str | None, now: datetime) -> int:
    """Whoever was signed in to the account is not any more. Returns whose password it was; raises LinkCannotBeUsed."""
    if password_hash is None:
        raise LinkCannotBeUsed
    link = await emails.spend_link(session, tokens.digest(token), LinkPurpose.RESET, now=now)
    if link is None or not await emails.reset_password(session, link, password_hash=password_hash):
        raise LinkCannotBeUsed
    await emails.spend_links(session, link.user_id, LinkPurpose.RESET, now=now)
    await sessions.revoke_all(session, user_id=link.user_id, now=now)
    await outbox.add(session, [PasswordReset(link.user_id)])
    return link.user_id
