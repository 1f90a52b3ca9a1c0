"""Handing mails in: what the peer is given, and what its answers mean."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra import mail as mails
from infra.mail import Mail, MailDeferred, MailRefused, MailServerDown, SmtpClient
from infra.outages import is_outage
from infra.settings import DEV_MAIL_FROM, InvalidSetting, Settings, SmtpServer
from tests.smtp_peer import PASSWORD, USER, Peer, listening

SENDER = "Chirp <no-reply@chirp.example>"
MAIL = Mail(
    event_id=7,
    recipient="ann@example.com",
    subject="Verify your address",
    body="Hello @ann,\n\n.a line that begins with a dot, and Ångström\n" + "x" * 1500 + "\n",
    written_at=datetime(2026, 11, 21, 15, 0, tzinfo=UTC),
)


def client(peer: Peer, server: SmtpServer | None = None) -> SmtpClient:
    return SmtpClient(server or peer.server(), sender=SENDER)


async def test_a_mail_arrives_as_it_was_written_and_twice_as_the_same() -> None:
    async with listening() as peer:
        for _ in range(2):
            await client(peer).send(MAIL)
    (envelope, message), (_, again) = peer.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@chirp.example", ["ann@example.com"])
    headers = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    assert [str(message[name]) for name in headers] == [
        SENDER,
        "ann@example.com",
        "Verify your address",
        "Sat, 21 Nov 2026 15:00:00 +0000",
        "<7.chirp@chirp.example>",
        "auto-generated",
    ]
    assert message.get_content().replace("\r\n", "\n") == MAIL.body
    assert again["Message-ID"] == message["Message-ID"]


async def test_it_signs_in_where_the_peer_asks() -> None:
    async with listening(authenticates=True) as peer:
        allowed = replace(peer.server(), user=USER, password=PASSWORD)
        await client(peer, allowed).send(MAIL)
        for refused in (replace(allowed, password="wrong"), peer.server()):
            with pytest.raises(MailServerDown) as raised:
                await client(peer, refused).send(MAIL)
            assert is_outage(raised.value)
    assert len(peer.taken) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, with its key."""
    pem = tmp_path_factory.mktemp("tls") / "peer.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=peer -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", pem, "-out", f"{pem}.crt"], check=True, capture_output=True)
    pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
    return pem


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
async def test_it_encrypts_with_a_peer_it_trusts_and_with_no_other(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, encryption: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    is_tls = encryption == "tls"
    async with listening(tls=context, from_the_start=is_tls, require_starttls=not is_tls) as peer:
        server = replace(peer.server(), encryption="tls" if is_tls else "starttls", user=None)
        with pytest.raises(MailServerDown):
            await client(peer, server).send(MAIL)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await client(peer, server).send(MAIL)
    assert len(peer.taken) == 1


async def test_nothing_is_sent_in_the_clear_where_encryption_is_asked_for() -> None:
    async with listening(authenticates=True) as peer:
        server = replace(peer.server(), encryption="starttls", user=USER, password=PASSWORD)
        with pytest.raises(MailServerDown):
            await client(peer, server).send(MAIL)
    assert peer.taken == []


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("550 no such mailbox", MailRefused),
        ("553 5.1.3 no such form of address", MailRefused),
        ("550 5.7.1 relaying denied", MailDeferred),
        ("554 we do not like you", MailDeferred),
        ("450 greylisted", MailDeferred),
        ("452 too many mails", MailDeferred),
        ("421 closing", MailServerDown),
    ],
)
async def test_what_is_said_of_a_recipient(answer: str, meaning: type[Exception]) -> None:
    async with listening() as peer:
        peer.answers[MAIL.recipient] = answer
        with pytest.raises(meaning) as raised:
            await client(peer).send(MAIL)
    assert is_outage(raised.value) == (meaning is MailServerDown)
    assert peer.taken == []


@pytest.mark.parametrize("answer", ["554 looks like spam", "451 not now"])
async def test_a_mail_that_is_not_taken_may_be_later(answer: str) -> None:
    async with listening() as peer:
        peer.at_end = answer
        with pytest.raises(MailDeferred, match=answer):
            await client(peer).send(MAIL)


async def test_a_peer_that_is_not_there_or_hangs_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    released = asyncio.Event()
    hanging = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = hanging.sockets[0].getsockname()[1]
    monkeypatch.setattr(mails, "ANSWER_WITHIN_S", 0.05)
    with pytest.raises(MailServerDown) as raised:
        await client(Peer(port=port)).send(MAIL)
    assert is_outage(raised.value)
    released.set()
    hanging.close()
    await hanging.wait_closed()
    with pytest.raises(MailServerDown):
        await client(Peer(port=port)).send(MAIL)


@pytest.mark.parametrize(
    ("recipient", "known_as"),
    [
        ("ann@exämple.com", "ann@xn--exmple-cua.com"),
        ("ann@例え.jp", "ann@xn--r8jz45g.jp"),
        ("ann+tag=1@example.com", "ann+tag=1@example.com"),
        ("ännchen@example.com", "ännchen@example.com"),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.example.com", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.example.com"),
    ],
)
async def test_addresses_beyond_ascii_and_long_ones(recipient: str, known_as: str) -> None:
    async with listening(enable_SMTPUTF8=True) as peer:
        await client(peer).send(replace_recipient(recipient))
    [(envelope, _)] = peer.taken
    assert envelope.rcpt_tos == [known_as]
    assert isinstance(envelope.content, bytes)
    assert f"\r\nTo: {known_as}\r\n".encode() in envelope.content


async def test_a_peer_without_letters_beyond_ascii_refuses_them() -> None:
    async with listening() as peer:
        with pytest.raises(MailRefused):
            await client(peer).send(replace_recipient("ännchen@example.com"))
    assert peer.taken == []


@pytest.mark.parametrize("recipient", ["ann@example.com\r\nBcc: bob@example.com", "ann@example.com\nRCPT TO:<b@c.de>"])
async def test_an_address_brings_no_header_and_no_command_with_it(recipient: str) -> None:
    """Accounts cannot have such addresses; the last door is shut all the same."""
    async with listening() as peer:
        with pytest.raises((MailRefused, ValueError)):
            await client(peer).send(replace_recipient(recipient))
    assert peer.taken == []


def replace_recipient(recipient: str) -> Mail:
    return Mail(MAIL.event_id, recipient, MAIL.subject, MAIL.body, MAIL.written_at)


PRODUCTION = {
    "CHIRP_DATABASE_URL": "postgresql://db/chirp",
    "CHIRP_REDIS_URL": "redis://cache",
    "CHIRP_SIGNING_KEYS": "1:" + "s" * 32,
    "CHIRP_SMTP_URL": "smtp://mail.example",
    "CHIRP_MAIL_FROM": SENDER,
    "CHIRP_PUBLIC_URL": "https://chirp.example/",
}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587)),
        ("smtp://mail.example:25?starttls=off", SmtpServer("mail.example", 25, encryption="none")),
        ("smtp://u%40x:p%2Fw@mail.example?starttls=on", SmtpServer("mail.example", 587, "u@x", "p/w")),
        ("smtps://u:p@mail.example", SmtpServer("mail.example", 465, "u", "p", "tls")),
    ],
)
def test_the_url_of_a_mail_server(url: str, server: SmtpServer) -> None:
    assert Settings.from_environment(PRODUCTION | {"CHIRP_SMTP_URL": url}).smtp == server
    assert "p/w" not in repr(server)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHIRP_SMTP_URL", ""),
        ("CHIRP_SMTP_URL", "mail.example:587"),
        ("CHIRP_SMTP_URL", "http://mail.example"),
        ("CHIRP_SMTP_URL", "smtp://"),
        ("CHIRP_SMTP_URL", "smtp://mail.example:port"),
        ("CHIRP_SMTP_URL", "smtp://user@mail.example"),
        ("CHIRP_SMTP_URL", "smtp://mail.example?starttls=maybe"),
        ("CHIRP_SMTP_URL", "smtps://mail.example?starttls=off"),
        ("CHIRP_MAIL_FROM", ""),
        ("CHIRP_MAIL_FROM", "Chirp"),
        ("CHIRP_MAIL_FROM", "a@b.cc\r\nBcc: x@y.zz"),
        ("CHIRP_PUBLIC_URL", ""),
        ("CHIRP_PUBLIC_URL", "chirp.example"),
        ("CHIRP_PUBLIC_URL", "https://chirp.example/?a=1"),
    ],
)
def test_production_does_not_start_without_a_way_to_send_mail(variable: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=variable):
        Settings.from_environment(PRODUCTION | {variable: value})


def test_in_development_mails_are_kept_and_links_lead_to_the_api() -> None:
    servers = {name: PRODUCTION[name] for name in ("CHIRP_DATABASE_URL", "CHIRP_REDIS_URL")}
    settings = Settings.from_environment({**servers, "CHIRP_ENV": "dev", "CHIRP_PORT": "8123"})
    assert (settings.smtp, settings.mail_from) == (None, DEV_MAIL_FROM)
    assert settings.public_url == "http://127.0.0.1:8123"
    assert Settings.from_environment(PRODUCTION).public_url == "https://chirp.example"
