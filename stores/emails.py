"""Addresses of accounts, the links mailed to them (`email_tokens`), and mails that were kept (`kept_mails`)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from infra.database import Database, ReadSession, WriteSession
from infra.mail import Mail


class LinkPurpose(StrEnum):
    VERIFY = "VERIFY"
    RESET = "RESET"


class Mailbox(msgspec.Struct, frozen=True):
    user_id: int
    username: str
    email: str


class NewLink(msgspec.Struct, frozen=True):
    token_sha256: bytes
    mailbox: Mailbox
    purpose: LinkPurpose
    expires_at: datetime


_TO_VERIFY = text(
    "SELECT id, username, coalesce(new_email, email) AS email FROM users "
    "WHERE id = :id AND (new_email IS NOT NULL OR email_verified_at IS NULL)"
)
_VERIFIED = text("SELECT id, username, email FROM users WHERE id = :id AND email_verified_at IS NOT NULL")
_OWNER = text("SELECT id FROM users WHERE lower(email) = lower(:email) AND email_verified_at IS NOT NULL")


async def mailbox_to_verify(session: ReadSession, user_id: int) -> Mailbox | None:
    """The address that the account asked for, or has and has not verified; None when there is nothing to verify."""
    row = (await session.execute(_TO_VERIFY, {"id": user_id})).one_or_none()
    return None if row is None else Mailbox(user_id=row.id, username=row.username, email=row.email)


async def verified_mailbox(session: ReadSession, user_id: int) -> Mailbox | None:
    row = (await session.execute(_VERIFIED, {"id": user_id})).one_or_none()
    return None if row is None else Mailbox(user_id=row.id, username=row.username, email=row.email)


async def owner_id(session: ReadSession, email: str) -> int | None:
    """Whose verified address it is, in any capitalisation."""
    found: int | None = (await session.execute(_OWNER, {"email": email})).scalar_one_or_none()
    return found


# The second SELECT does not see what the INSERT of the same statement wrote.
_KEEP_LINK = text(
    """
    WITH kept AS (
        INSERT INTO email_tokens (token_sha256, user_id, purpose, email, expires_at)
        SELECT CAST(:digest AS bytea), CAST(:user_id AS bigint), CAST(:purpose AS varchar), CAST(:email AS varchar),
            CAST(:expires_at AS timestamptz)
        WHERE (
            SELECT count(*) FROM email_tokens
            WHERE user_id = :user_id AND purpose = :purpose AND expires_at > :now
        ) < :most
        ON CONFLICT DO NOTHING
        RETURNING token_sha256
    )
    SELECT token_sha256 FROM kept
    UNION ALL
    SELECT token_sha256 FROM email_tokens WHERE token_sha256 = :digest AND used_at IS NULL AND expires_at > :now
    """
)


async def keep_link(session: WriteSession, link: NewLink, *, most: int, now: datetime) -> bool:
    """Whether the link can be used: it is new, or was kept before and is neither used nor too old. An account has no
    more than `most` new links within the life of one."""
    values = {
        "digest": link.token_sha256,
        "user_id": link.mailbox.user_id,
        "purpose": link.purpose,
        "email": link.mailbox.email,
        "expires_at": link.expires_at,
        "most": most,
        "now": now,
    }
    return (await session.execute(_KEEP_LINK, values)).first() is not None


_USABLE = "token_sha256 = :digest AND purpose = :purpose AND used_at IS NULL AND expires_at > :now"
_FIND_LINK = text(f"SELECT user_id FROM email_tokens WHERE {_USABLE}")  # noqa: S608
# The account before its links: two links of one account, spent at once, would wait for each other for ever.
_LOCK_OWNER = text(
    "SELECT id FROM users WHERE id = (SELECT user_id FROM email_tokens WHERE token_sha256 = :digest) FOR NO KEY UPDATE"
)
_SPEND_LINK = text(f"UPDATE email_tokens SET used_at = :now WHERE {_USABLE} RETURNING user_id, email")  # noqa: S608


class SpentLink(msgspec.Struct, frozen=True):
    user_id: int
    email: str


async def is_usable(session: ReadSession, digest: bytes, purpose: LinkPurpose, *, now: datetime) -> bool:
    values = {"digest": digest, "purpose": purpose, "now": now}
    return (await session.execute(_FIND_LINK, values)).first() is not None


async def spend_link(session: WriteSession, digest: bytes, purpose: LinkPurpose, *, now: datetime) -> SpentLink | None:
    """None when it cannot be used. Of two who spend it at once, one does."""
    await session.execute(_LOCK_OWNER, {"digest": digest})
    values = {"digest": digest, "purpose": purpose, "now": now}
    row = (await session.execute(_SPEND_LINK, values)).one_or_none()
    return None if row is None else SpentLink(user_id=row.user_id, email=row.email)


_SPEND_ALL = text(
    "UPDATE email_tokens SET used_at = :now WHERE user_id = :user_id AND purpose = :purpose AND used_at IS NULL"
)
_FORGET_LINKS = text("DELETE FROM email_tokens WHERE expires_at < :now")


async def spend_links(session: WriteSession, user_id: int, purpose: LinkPurpose, *, now: datetime) -> None:
    await session.execute(_SPEND_ALL, {"user_id": user_id, "purpose": purpose, "now": now})


async def forget_ended_links(session: WriteSession, *, now: datetime) -> None:
    await session.execute(_FORGET_LINKS, {"now": now})


_VERIFY = text(
    """
    UPDATE users SET email = :email, new_email = NULL, email_verified_at = :now
    WHERE id = :id AND coalesce(new_email, email) = :email AND (new_email IS NOT NULL OR email_verified_at IS NULL)
    RETURNING id
    """
)
_ASK = text("UPDATE users SET new_email = nullif(CAST(:email AS varchar), email) WHERE id = :id")


async def verify(session: WriteSession, link: SpentLink, *, now: datetime) -> bool:
    """Whether the address is the account's now. It is not when the account has asked for another one meanwhile, or
    when somebody else has verified it; the transaction cannot go on then."""
    try:
        return (
            await session.execute(_VERIFY, {"id": link.user_id, "email": link.email, "now": now})
        ).first() is not None
    except IntegrityError as error:
        if "uq_users_email_lower_verified" in str(error.orig):
            return False
        raise


async def ask_for(session: WriteSession, user_id: int, email: str) -> None:
    """Asking for the address the account has takes back what was asked before."""
    await session.execute(_ASK, {"id": user_id, "email": email})


_RESET_PASSWORD = text(
    """
    UPDATE users SET password_hash = :password_hash, new_email = NULL
    WHERE id = :id AND email = :email AND email_verified_at IS NOT NULL
    RETURNING id
    """
)


async def reset_password(session: WriteSession, link: SpentLink, *, password_hash: str) -> bool:
    """False when the account has another address by now. A change of address that is under way is taken back: who
    asked for it may be who the password is reset against."""
    values = {"id": link.user_id, "email": link.email, "password_hash": password_hash}
    return (await session.execute(_RESET_PASSWORD, values)).first() is not None


_KEEP = text(
    "INSERT INTO kept_mails (event_id, recipient, subject, body, created_at) "
    "VALUES (:event_id, :recipient, :subject, :body, :created_at) ON CONFLICT DO NOTHING"
)
_KEPT = text(
    """
    SELECT event_id, recipient, subject, body, created_at FROM kept_mails
    WHERE CAST(:recipient AS varchar) IS NULL OR lower(recipient) = lower(:recipient)
    ORDER BY created_at DESC, event_id DESC LIMIT :limit
    """
)


class KeptMails:
    """The mail server of those who have none: mails lie in the database, to be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, mail: Mail) -> None:
        values = {
            "event_id": mail.event_id,
            "recipient": mail.recipient,
            "subject": mail.subject,
            "body": mail.body,
            "created_at": mail.written_at,
        }
        async with self._database.write() as session:
            await session.execute(_KEEP, values)


async def kept_mails(session: ReadSession, *, limit: int, recipient: str | None = None) -> list[Mail]:
    """Newest first."""
    return [
        Mail(
            event_id=row.event_id,
            recipient=row.recipient,
            subject=row.subject,
            body=row.body,
            written_at=row.created_at,
        )
        for row in await session.execute(_KEPT, {"recipient": recipient, "limit": limit})
    ]
