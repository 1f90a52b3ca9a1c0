"""Handing mails in at a mail server."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol

import aiosmtplib
import idna
import msgspec
from aiosmtplib import SMTP

from infra.settings import SmtpServer

ANSWER_WITHIN_S = 10.0
"""A relay answers in milliseconds; the workers have more to do than to wait for one that hangs."""


class Mail(msgspec.Struct, frozen=True):
    event_id: int
    """The outbox event that asked for it: two mails of one event are the same mail."""
    recipient: str
    subject: str
    body: str
    written_at: datetime


class MailServer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Returns when the mail is the server's to deliver; raises MailServerDown, MailDeferred or MailRefused."""


class MailServerDown(OSError):
    """It does not answer, or does not let us in: no mail goes out now."""


class MailDeferred(Exception):
    """It cannot take this mail now, and may later."""


class MailRefused(Exception):
    """It will never deliver to this address."""


class SmtpClient:
    def __init__(self, server: SmtpServer, *, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        recipient = ascii_domain(mail.recipient)
        client = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            use_tls=self._server.encryption == "tls",
            start_tls=self._server.encryption == "starttls",
            timeout=ANSWER_WITHIN_S,
        )
        try:
            async with client:
                await client.send_message(
                    message(mail, sender=self._sender), sender=parseaddr(self._sender)[1], recipients=[recipient]
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            [refusal] = error.recipients
            raise _failure(refusal) from error
        except aiosmtplib.SMTPNotSupported as error:
            if not recipient.isascii():
                raise MailRefused("the server takes no address with letters beyond ASCII") from error
            raise MailServerDown(f"the server cannot do what CHIRP_SMTP_URL asks: {error}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise _failure(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailServerDown(f"the mail server is down: {error}") from error


def message(mail: Mail, *, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ascii_domain(mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{mail.event_id}.chirp@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def ascii_domain(address: str) -> str:
    """The address as mail servers know it; raises MailRefused where its domain cannot exist."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise MailRefused(f"its domain cannot exist: {error}") from error


_NO_SUCH_ADDRESS = {501, 550, 551, 553, 556}


def _is_policy(refusal: aiosmtplib.SMTPResponseException) -> bool:
    """Whether it may be our doing rather than the address's, as by relaying where we may not (RFC 3463, 3.8)."""
    return refusal.message.startswith("5.7.")


def _failure(refusal: aiosmtplib.SMTPResponseException) -> Exception:
    """Only what is said of the recipient is about this mail alone (RFC 5321, 4.2.1 and 4.2.2)."""
    said = f"{refusal.code} {refusal.message}"
    match refusal:
        case (
            aiosmtplib.SMTPAuthenticationError()
            | aiosmtplib.SMTPConnectError()
            | aiosmtplib.SMTPHeloError()
            | aiosmtplib.SMTPSenderRefused()
        ):
            return MailServerDown(f"the mail server does not let us in: {said}")
        case aiosmtplib.SMTPRecipientRefused() if refusal.code in _NO_SUCH_ADDRESS and not _is_policy(refusal):
            return MailRefused(said)
        case _ if refusal.code == 421:
            return MailServerDown(f"the mail server closes: {said}")
    return MailDeferred(said)
