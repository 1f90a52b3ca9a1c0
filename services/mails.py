"""The mails that follow from events. The event makes the mail's id and its link, so that one sent twice is one mail."""

from __future__ import annotations

import base64
import hmac
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from domain.events import (
    EmailChangeRequested,
    EmailVerificationRequested,
    PasswordReset,
    PasswordResetRequested,
    StoredEvent,
)
from infra.database import WriteSession
from infra.mail import Mail, MailRefused
from infra.settings import SigningKey
from services import tokens
from services.runtime import Runtime
from stores import emails
from stores.emails import LinkPurpose, Mailbox, NewLink

log = logging.getLogger(__name__)

MAILED = (EmailVerificationRequested, EmailChangeRequested, PasswordResetRequested, PasswordReset)
LINK_LIFE = {LinkPurpose.VERIFY: timedelta(hours=24), LinkPurpose.RESET: timedelta(hours=1)}
MOST_LINKS = 5
"""To one account within the life of a link: nobody's mailbox is filled by somebody who keeps asking."""
PAGES = {LinkPurpose.VERIFY: "verify-email", LinkPurpose.RESET: "reset-password"}

FindMailbox: TypeAlias = Callable[[WriteSession, int], Awaitable[Mailbox | None]]


async def send(runtime: Runtime, stored: StoredEvent) -> None:
    """Sends what follows from the event: nothing where it means nobody or was overtaken, or where the address does
    not exist. Raises MailServerDown or MailDeferred."""
    mail = await _mail(runtime, stored)
    if mail is None:
        return
    try:
        await runtime.mail_server.send(mail)
    except MailRefused as error:
        log.warning("the mail of event %s has nowhere to go: %s", stored.id, error)


async def _mail(runtime: Runtime, stored: StoredEvent) -> Mail | None:
    match stored.event:
        case EmailVerificationRequested(user_id=user_id):
            return await _with_link(
                runtime, stored.id, user_id, emails.mailbox_to_verify, LinkPurpose.VERIFY, "Verify your address", VERIFY
            )
        case PasswordResetRequested(user_id=user_id):
            return await _with_link(
                runtime, stored.id, user_id, emails.verified_mailbox, LinkPurpose.RESET, "Set a new password", RESET
            )
        case EmailChangeRequested(user_id=user_id):
            return await _notice(runtime, stored.id, user_id, "Your address is about to change", CHANGING)
        case PasswordReset(user_id=user_id):
            return await _notice(runtime, stored.id, user_id, "Your password was changed", CHANGED)
    raise TypeError(f"nothing is mailed after {type(stored.event).__name__}")


async def _with_link(
    runtime: Runtime,
    event_id: int,
    user_id: int,
    find: FindMailbox,
    purpose: LinkPurpose,
    subject: str,
    text: str,
) -> Mail | None:
    now = runtime.now()
    async with runtime.database.write() as session:
        mailbox = await find(session, user_id)
        if mailbox is None:
            return None
        token = link_token(runtime.settings.signing_keys[0], event_id, purpose, mailbox)
        link = NewLink(
            token_sha256=tokens.digest(token), mailbox=mailbox, purpose=purpose, expires_at=now + LINK_LIFE[purpose]
        )
        if not await emails.keep_link(session, link, most=MOST_LINKS, now=now):
            return None
    url = f"{runtime.settings.public_url}/{PAGES[purpose]}?token={token}"
    return Mail(
        event_id=event_id,
        recipient=mailbox.email,
        subject=subject,
        body=text.format(username=mailbox.username, url=url),
        written_at=now,
    )


async def _notice(runtime: Runtime, event_id: int, user_id: int, subject: str, text: str) -> Mail | None:
    async with runtime.database.read() as session:
        mailbox = await emails.verified_mailbox(session, user_id)
    if mailbox is None:
        return None
    return Mail(
        event_id=event_id,
        recipient=mailbox.email,
        subject=subject,
        body=text.format(username=mailbox.username, url=f"{runtime.settings.public_url}/{PAGES[LinkPurpose.RESET]}"),
        written_at=runtime.now(),
    )


def link_token(key: SigningKey, event_id: int, purpose: LinkPurpose, mailbox: Mailbox) -> str:
    """The same for the same event, so that nothing but its hash need be stored to mail it again. No signing input of
    an access token begins as this does."""
    subject = f"mailed link\n{purpose}\n{event_id}\n{mailbox.user_id}\n{mailbox.email}"
    return base64.urlsafe_b64encode(hmac.digest(key.secret.encode(), subject.encode(), "sha256")).decode().rstrip("=")


VERIFY = """\
Hello @{username},

open this link within 24 hours to confirm that this address is yours:

{url}

If you have no account here, do nothing: somebody mistyped their address.
"""
RESET = """\
Hello @{username},

open this link within an hour to set a new password:

{url}

It works once. If you did not ask for it, do nothing: your password stays as it is.
"""
CHANGING = """\
Hello @{username},

somebody who knows your password has asked to give your account another address. It keeps this one until the link
that we mailed to the new address is opened.

If that was not you, set a new password now, which also takes the change back:

{url}
"""
CHANGED = """\
Hello @{username},

your password was changed, and everyone who was signed in to your account is signed out.

If that was not you, set a new one:

{url}
"""
