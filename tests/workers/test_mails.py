"""Mails that follow from events: once for a job that runs twice, and waiting while the mail server is down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.events import (
    EmailChangeRequested,
    EmailVerificationRequested,
    PasswordReset,
    PasswordResetRequested,
)
from infra.mail import Mail, SmtpClient
from infra.settings import SmtpServer
from services.runtime import Runtime
from stores import emails
from stores.visibility import NOBODY
from tests.api.email_operations import CHANGE, REQUEST_RESET, done, verified
from tests.client import PASSWORD, Api, People
from tests.mailbox import Mailbox
from tests.queue import Queue
from tests.smtp_peer import listening
from tests.workers.outbox_rows import OutboxRows
from workers.handlers import handle

SENDER = "Chirp <no-reply@chirp.example>"
NOWHERE = SmtpServer(host="127.0.0.1", port=1, encryption="none")


async def kept(runtime: Runtime) -> list[Mail]:
    async with runtime.database.read() as session:
        return await emails.kept_mails(session, limit=100)


def with_server(runtime: Runtime, server: SmtpServer) -> Runtime:
    return replace(runtime, mail_server=SmtpClient(server, sender=SENDER))


async def test_a_job_that_runs_twice_mails_the_same_link_once(
    api: Api, people: People, mailbox: Mailbox, queue: Queue, rows: OutboxRows, runtime: Runtime
) -> None:
    address = await verified(api, mailbox, people.ann)
    await done(api, REQUEST_RESET, email=address)
    await done(api, CHANGE, people.ann, newEmail="ann@new.example", password=PASSWORD)
    stored = await rows.stored()
    assert await queue.drained() == 3
    once = await kept(runtime)
    await rows.put_back(stored)
    assert await queue.drained() == 3
    assert await kept(runtime) == once
    assert len(once) == 6


async def test_a_mail_sent_twice_can_be_told_by_its_id_and_has_one_link(
    people: People, rows: OutboxRows, runtime: Runtime
) -> None:
    [event_id] = await rows.added(EmailVerificationRequested(people.ann.raw_id))
    stored = await rows.stored()
    async with listening() as peer:
        for _ in range(2):
            await handle(with_server(runtime, peer.server()), [event_id])
            assert await rows.all() == []
            await rows.put_back(stored)
    (_, first), (_, second) = peer.taken
    assert first["Message-ID"] == second["Message-ID"] == f"<{event_id}.chirp@chirp.example>"
    assert first.get_content() == second.get_content()


async def test_a_mail_server_that_is_down_holds_up_mails_only_and_none_is_lost(
    api: Api, people: People, rows: OutboxRows, queue: Queue, runtime: Runtime
) -> None:
    await api.tweeted(people.bob, "hello")
    mailed = await rows.added(
        EmailVerificationRequested(people.ann.raw_id), EmailVerificationRequested(people.bob.raw_id)
    )
    event_ids = await queue.taken()
    assert len(event_ids) == 3
    for _ in range(2):
        await handle(with_server(runtime, NOWHERE), event_ids)
        assert await rows.attempts() == dict.fromkeys(mailed, 0)
    async with listening() as peer:
        await handle(with_server(runtime, peer.server()), event_ids)
    assert [message["To"] for _, message in peer.taken] == ["ann@example.com", "bob@example.com"]
    assert await rows.all() == []


async def test_one_address_that_cannot_be_mailed_to_holds_up_nobody(
    people: People, rows: OutboxRows, runtime: Runtime
) -> None:
    event_ids = await rows.added(
        *(EmailVerificationRequested(person.raw_id) for person in (people.ann, people.bob, people.cat))
    )
    async with listening() as peer:
        peer.answers = {"ann@example.com": "550 no such mailbox", "bob@example.com": "450 greylisted"}
        await handle(with_server(runtime, peer.server()), event_ids)
    assert [envelope.rcpt_tos for envelope, _ in peer.taken] == [["cat@example.com"]]
    assert await rows.attempts() == {event_ids[1]: 1}


@pytest.mark.parametrize("user_id", [NOBODY, 1])
async def test_nobody_and_an_account_that_is_gone_are_mailed_nothing(
    rows: OutboxRows, queue: Queue, runtime: Runtime, user_id: int
) -> None:
    await rows.added(
        EmailVerificationRequested(user_id),
        EmailChangeRequested(user_id),
        PasswordResetRequested(user_id),
        PasswordReset(user_id),
    )
    assert await queue.drained() == 4
    assert await rows.all() == []
    assert await kept(runtime) == []


@pytest.mark.usefixtures("people")
async def test_links_that_have_run_out_are_forgotten(runtime: Runtime) -> None:
    async def links() -> int:
        async with runtime.database.read() as session:
            return int((await session.execute(text("SELECT count(*) FROM email_tokens"))).scalar_one())

    now = runtime.now()
    for age, left in ((timedelta(hours=23), 3), (timedelta(hours=25), 0)):
        async with runtime.database.write() as session:
            await emails.forget_ended_links(session, now=now + age)
        assert await links() == left


async def test_a_link_that_was_used_before_its_mail_went_out_again_is_not_mailed(
    api: Api, people: People, mailbox: Mailbox, rows: OutboxRows, queue: Queue, runtime: Runtime
) -> None:
    await rows.added(EmailVerificationRequested(people.ann.raw_id))
    stored = await rows.stored()
    await verified(api, mailbox, people.ann)
    before = await kept(runtime)
    await rows.put_back(stored)
    async with listening() as peer:
        await handle(with_server(runtime, peer.server()), await queue.taken())
    assert peer.taken == []
    assert await kept(runtime) == before
