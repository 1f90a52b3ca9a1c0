"""requestPasswordReset and resetPassword."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.email_operations import (
    DONE,
    LINK_REFUSED,
    LOG_IN,
    REPLAYED,
    REQUEST_RESET,
    RESET,
    VERIFY,
    WRONG_LOGIN,
    done,
    verified,
)
from tests.api.errors import invalid
from tests.client import PASSWORD, Api, People
from tests.mailbox import Mailbox, token_in

NEW_PASSWORD = "a new password, never used"
REFRESH = """
mutation Refresh($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken userErrors { code } } }
"""


async def asked(api: Api, mailbox: Mailbox, address: str) -> str:
    """The token of a link for a new password."""
    assert await done(api, REQUEST_RESET, email=address) == DONE
    return await mailbox.token(address)


async def test_a_forgotten_password_is_set_anew_and_every_session_ends(
    api: Api, people: People, mailbox: Mailbox, runtime: Runtime
) -> None:
    await verified(api, mailbox, people.ann)
    assert await done(api, REQUEST_RESET, email="ANN@example.com") == DONE
    [mail, _] = await mailbox.mails("ann@example.com")
    assert mail.subject == "Set a new password"
    assert f"{runtime.settings.public_url}/reset-password?token={token_in(mail)}" in mail.body.splitlines()
    assert await done(api, RESET, token=token_in(mail), newPassword=NEW_PASSWORD) == DONE

    ended = await api.post({"query": "{ viewer { email } }"}, token=people.ann.token)
    assert [error["extensions"]["code"] for error in ended.json()["errors"]] == ["UNAUTHENTICATED"]
    refused = await done(api, REFRESH, refreshToken=people.ann.refresh_token)
    assert refused == {"accessToken": None, "userErrors": [{"code": "UNAUTHENTICATED"}]}
    assert await api.data("{ viewer { email } }", by=people.bob) == {"viewer": {"email": "bob@example.com"}}
    assert await done(api, LOG_IN, login="ann", password=PASSWORD) == WRONG_LOGIN
    assert (await done(api, LOG_IN, login="ann", password=NEW_PASSWORD))["userErrors"] == []
    notice = (await mailbox.mails("ann@example.com"))[0]
    assert notice.subject == "Your password was changed"
    assert notice.body.startswith("Hello @ann,\n")


async def test_one_reset_spends_every_link_of_the_account(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    address = await verified(api, mailbox, people.ann)
    older, newer = await asked(api, mailbox, address), await asked(api, mailbox, address)
    assert older != newer
    answers = await asyncio.gather(
        *(done(api, RESET, token=token, newPassword=NEW_PASSWORD) for token in (older, newer, older, newer))
    )
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1, 1, 1]
    before = await stored()
    for token in (older, newer):
        assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == LINK_REFUSED
    assert await stored() == before


@pytest.mark.parametrize("email", ["nobody@example.com", "bob@example.com", "ann@example.com", "ä@exämple.com"])
async def test_asking_costs_and_answers_the_same_whoever_has_the_address(
    api: Api,
    people: People,
    mailbox: Mailbox,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
    email: str,
) -> None:
    """ann's address is verified, bob's is not."""
    await verified(api, mailbox, people.ann)
    hashed: list[str] = []
    monkeypatch.setattr(PasswordHasher, "hash", lambda *_: hashed.append("hash"))
    monkeypatch.setattr(PasswordHasher, "verify", lambda *_: hashed.append("verify"))
    statements.clear()
    assert await done(api, REQUEST_RESET, email=email) == DONE
    assert hashed == []
    sent = [" ".join(statement.split()[:3]) for statement in statements if "id_leases" not in statement]
    assert sent == ["SELECT id FROM", "INSERT INTO outbox"]


async def test_only_a_verified_address_is_mailed_to(api: Api, people: People, mailbox: Mailbox) -> None:
    await verified(api, mailbox, people.ann)
    for address in ("nobody@example.com", "bob@example.com", "ann@example.com"):
        assert await done(api, REQUEST_RESET, email=address) == DONE
    assert await mailbox.mails("nobody@example.com") == []
    assert [mail.subject for mail in await mailbox.mails("bob@example.com")] == ["Verify your address"]
    assert len(await mailbox.mails("ann@example.com")) == 2


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("", invalid("email", "REQUIRED", "'email' has 0 characters; it needs at least 1.", limit=1, actual=0)),
        ("ann", invalid("email", "MALFORMED", "This is not an email address.")),
        ("ann@example.com\r\nBcc: bob@example.com", invalid("email", "MALFORMED", "This is not an email address.")),
        ("a,ann@example.com", invalid("email", "MALFORMED", "This is not an email address.")),
        (
            f"{'a' * 244}@example.com",
            invalid("email", "TOO_LONG", "'email' has 256 characters; the limit is 255.", limit=255, actual=256),
        ),
    ],
)
async def test_what_is_no_address_is_refused(
    api: Api, people: People, stored: Stored, email: str, error: dict[str, Any]
) -> None:
    before = await stored()
    assert await done(api, REQUEST_RESET, email=email) == {**DONE, "userErrors": [error]}
    assert await stored() == before


@pytest.mark.parametrize("token", ["", "x" * 100_000, "\0"])
async def test_what_is_no_link_is_refused_and_not_hashed_for(
    api: Api, people: People, stored: Stored, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(PasswordHasher, "hash", lambda *_: hashed.append("hash"))
    before = await stored()
    assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == LINK_REFUSED
    assert await stored() == before
    assert hashed == []


async def test_a_link_for_an_address_sets_no_password(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    token = await mailbox.token("ann@example.com")
    before = await stored()
    assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == LINK_REFUSED
    assert await stored() == before


async def test_a_password_that_breaks_a_rule_leaves_the_link_unspent(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    token = await asked(api, mailbox, await verified(api, mailbox, people.ann))
    before = await stored()
    message = "'newPassword' has 7 characters; it needs at least 8."
    error = invalid("newPassword", "TOO_SHORT", message, limit=8, actual=7)
    assert await done(api, RESET, token=token, newPassword="1234567") == {**DONE, "userErrors": [error]}
    assert await stored() == before
    assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == DONE


async def test_a_link_works_for_an_hour_and_five_an_hour_are_mailed(
    api: Api, people: People, mailbox: Mailbox, runtime: Runtime, stored: Stored
) -> None:
    address = await verified(api, mailbox, people.ann)
    tokens = {await asked(api, mailbox, address) for _ in range(6)}
    assert len(tokens) == 5
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE email_tokens SET expires_at = expires_at - interval '1 hour'"))
    before = await stored()
    for token in tokens:
        assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == LINK_REFUSED
    assert await stored() == before
    assert await asked(api, mailbox, address) not in tokens


async def test_a_retry_with_its_key_is_answered_as_the_first_call_was(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    token = await asked(api, mailbox, await verified(api, mailbox, people.ann))
    retried = {"token": token, "newPassword": NEW_PASSWORD, "idempotencyKey": "k"}
    assert await done(api, RESET, **retried) == DONE
    before = await stored()
    assert await done(api, RESET, **retried) == REPLAYED
    assert await stored() == before


async def test_a_key_of_a_reset_to_another_password_is_refused(
    api: Api, people: People, mailbox: Mailbox, stored: Stored
) -> None:
    token = await asked(api, mailbox, await verified(api, mailbox, people.ann))
    assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD, idempotencyKey="k") == DONE
    before = await stored()
    payload = await done(api, RESET, token=token, newPassword="another new password", idempotencyKey="k")
    assert payload == {
        **DONE,
        "userErrors": [
            {
                "__typename": "ConflictError",
                "code": "IDEMPOTENCY_MISMATCH",
                "message": "This idempotency key was used for another request.",
                "path": ["input", "idempotencyKey"],
            }
        ],
    }
    assert await stored() == before


async def test_asking_twice_with_one_key_mails_once(api: Api, people: People, mailbox: Mailbox) -> None:
    address = await verified(api, mailbox, people.ann)
    assert await done(api, REQUEST_RESET, email=address, idempotencyKey="k") == DONE
    assert await done(api, REQUEST_RESET, email=address, idempotencyKey="k") == REPLAYED
    assert len(await mailbox.mails(address)) == 2


async def test_the_link_of_an_address_that_was_given_up_is_refused(
    api: Api, people: People, mailbox: Mailbox, runtime: Runtime, stored: Stored
) -> None:
    token = await asked(api, mailbox, await verified(api, mailbox, people.ann))
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET email = 'new@example.com' WHERE username = 'ann'"))
    before = await stored()
    assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == LINK_REFUSED
    assert await stored() == before


async def test_a_verified_address_stays_so_after_a_reset(api: Api, people: People, mailbox: Mailbox) -> None:
    token = await asked(api, mailbox, await verified(api, mailbox, people.ann))
    assert await done(api, RESET, token=token, newPassword=NEW_PASSWORD) == DONE
    payload = await done(api, LOG_IN, login="ann@example.com", password=NEW_PASSWORD)
    assert payload["viewer"] == {"email": "ann@example.com", "emailVerified": True, "user": {"username": "ann"}}
    assert await done(api, VERIFY, token=token) == LINK_REFUSED
