"""A mail server on this machine, as real as a client can tell."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from infra.settings import SmtpServer

USER, PASSWORD = "chirp", "only for tests"


@dataclass
class Peer:
    """Keeps what it is handed; `answers` are what it says to a recipient instead of taking them."""

    port: int = 0
    taken: list[tuple[Envelope, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    at_end: str = "250 OK"
    authenticates: bool = False

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for these names
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.authenticates and not session.authenticated:
            return "530 5.7.0 sign in first"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_end.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, _class=EmailMessage, policy=SMTPUTF8)
            self.taken.append((envelope, message))
        return self.at_end

    def server(self) -> SmtpServer:
        return SmtpServer(host="127.0.0.1", port=self.port, encryption="none")


def _authenticated(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=login == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@asynccontextmanager
async def listening(
    *, authenticates: bool = False, tls: ssl.SSLContext | None = None, from_the_start: bool = False, **options: Any
) -> AsyncIterator[Peer]:
    """With `tls` it offers STARTTLS, or with `from_the_start` speaks nothing else."""
    peer = Peer(authenticates=authenticates)
    if authenticates:
        options |= {"authenticator": _authenticated, "auth_require_tls": False}

    def protocol() -> SMTP:
        return SMTP(peer, hostname="peer.test", tls_context=None if from_the_start else tls, **options)

    listener = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=tls if from_the_start else None
    )
    peer.port = listener.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        listener.close()
        await listener.wait_closed()
