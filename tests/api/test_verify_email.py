"""verifyEmail and requestEmailVerification."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.email_operations import (
    DONE,
    LINK_REFUSED,
    REPLAYED,
    REQUEST_RESET,
    REQUEST_VERIFICATION,
    VERIFY,
    address_of,
    done,
    verified,
)
from tests.api.errors import only_error
from tests.client import PASSWORD, REGISTER, Api, People
from tests.mailbox import Mailbox, token_in


async def test_registering_mails_a_link_that_verifies_the_address(
    api: Api, people: People, mailbox: Mailbox, runtime: Runtime
) -> None:
    [mail] = await mailbox.mails("ann@example.com")
    assert (mail.recipient, mail.subject) == ("ann@example.com", "Verify your address")
    assert mail.body.splitlines()[:4] == [
        "Hello @ann,",
        "",
        "open this link within 24 hours to confirm that this address is yours:",
        "",
    ]
    assert mail.body.splitlines()[4] == f"{runtime.settings.public_url}/verify-email?token={token_in(mail)}"
    assert await address_of(api, people.ann) == {"email": "ann@example.com", "emailVerified": False}
    assert await done(api, VERIFY, token=token_in(mail)) == DONE
    assert await address_of(api, people.ann) == {"email": "ann@example.com", "emailVerified": True}
    assert await address_of(api, people.bob) == {"email": "bob@example.com", "emailVerified": False}


async def test_a_token_is_stored_as_its_hash_only(people: People, mailbox: Mailbox, stored: Stored) -> None:
    token = await mailbox.token("ann@example.com")
    rows = await stored()
    assert len(rows["email_tokens"]) == 3
    assert not [row for table, lines in rows.items() if table != "kept_mails" for row in lines if token in row]


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\0"])
async def test_what_is_no_link_is_refused(api: Api, people: People, stored: Stored, token: str) -> None:
    before = await stored()
    assert await done(api, VERIFY, token=token) == LINK_REFUSED
    assert await stored() == before


async def test_a_link_works_once(api: Api, people: People, mailbox: Mailbox, stored: Stored) -> None:
    token = await mailbox.token("ann@example.com")
    answers = await asyncio.gather(*(done(api, VERIFY, token=token) for _ in range(4)))
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1, 1, 1]
    before = await stored()
    assert await done(api, VERIFY, token=token) == LINK_REFUSED
    assert await stored() == before


async def test_a_link_of_yesterday_is_refused(
    api: Api, people: People, mailbox: Mailbox, stored: Stored, runtime: Runtime
) -> None:
    token = await mailbox.token("ann@example.com")
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE email_tokens SET expires_at = expires_at - interval '24 hours'"))
    before = await stored()
    assert await done(api, VERIFY, token=token) == LINK_REFUSED
    assert await stored() == before


async def test_a_link_for_a_new_password_verifies_nothing(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    address = await verified(api, mailbox, people.ann)
    await done(api, REQUEST_RESET, email=address)
    token = await mailbox.token(address)
    before = await stored()
    assert await done(api, VERIFY, token=token) == LINK_REFUSED
    assert await stored() == before


async def test_another_link_can_be_asked_for_while_the_address_is_not_verified(
    api: Api, people: People, mailbox: Mailbox
) -> None:
    assert await done(api, REQUEST_VERIFICATION, people.ann) == DONE
    newer, older = await mailbox.mails("ann@example.com")
    assert token_in(newer) != token_in(older)
    assert await done(api, VERIFY, token=token_in(older)) == DONE
    assert await done(api, VERIFY, token=token_in(newer)) == LINK_REFUSED
    assert await done(api, REQUEST_VERIFICATION, people.ann) == DONE
    assert await mailbox.mails("ann@example.com") == [newer, older]


async def test_five_links_a_day_are_mailed(api: Api, people: People, mailbox: Mailbox, runtime: Runtime) -> None:
    for _ in range(6):
        assert await done(api, REQUEST_VERIFICATION, people.ann) == DONE
    assert len(await mailbox.mails("ann@example.com")) == 5
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE email_tokens SET expires_at = expires_at - interval '24 hours'"))
    assert await done(api, REQUEST_VERIFICATION, people.ann) == DONE
    assert len(await mailbox.mails("ann@example.com")) == 6
    assert len(await mailbox.mails("bob@example.com")) == 1


async def test_of_two_accounts_with_one_address_one_can_verify_it(
    api: Api, mailbox: Mailbox, runtime: Runtime, stored: Stored
) -> None:
    for name, email in (("ann", "same@example.com"), ("bob", "Same@Example.com")):
        wanted = {"username": name, "displayName": name, "email": email, "password": PASSWORD}
        assert (await api.data(REGISTER, {"input": wanted}))["register"]["userErrors"] == []
    tokens = [token_in(mail) for mail in await mailbox.mails("same@example.com")]
    answers = await asyncio.gather(*(done(api, VERIFY, token=token) for token in tokens))
    assert sorted(answers, key=lambda answer: len(answer["userErrors"])) == [DONE, LINK_REFUSED]
    late = {"username": "cat", "displayName": "Cat", "email": "same@example.com", "password": PASSWORD}
    assert (await api.data(REGISTER, {"input": late}))["register"]["userErrors"] == []
    assert await done(api, VERIFY, token=await mailbox.token("same@example.com")) == LINK_REFUSED
    [loser] = [token for token, answer in zip(tokens, answers, strict=True) if answer == LINK_REFUSED]
    before = await stored()
    assert await done(api, VERIFY, token=loser) == LINK_REFUSED
    assert await stored() == before


async def test_a_retry_with_its_key_is_answered_as_the_first_call_was(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    token = await mailbox.token("ann@example.com")
    assert await done(api, VERIFY, token=token, idempotencyKey="k") == DONE
    before = await stored()
    assert await done(api, VERIFY, token=token, idempotencyKey="k") == REPLAYED
    assert await stored() == before
    assert await done(api, VERIFY, token=await mailbox.token("bob@example.com"), idempotencyKey="k") == DONE


async def test_asking_for_a_link_needs_a_session(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    error = await only_error(api, REQUEST_VERIFICATION, {"input": {}})
    assert error == ("UNAUTHENTICATED", ["requestEmailVerification"])
    assert await stored() == before
