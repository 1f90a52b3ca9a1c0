"""changeEmail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Stored
from tests.api.email_operations import (
    CHANGE,
    DONE,
    LINK_REFUSED,
    LOG_IN,
    REPLAYED,
    REQUEST_RESET,
    REQUEST_VERIFICATION,
    RESET,
    VERIFY,
    WRONG_LOGIN,
    address_of,
    done,
    verified,
)
from tests.api.errors import invalid, only_error
from tests.client import PASSWORD, Api, People
from tests.mailbox import Mailbox, token_in

NEW = "ann@new.example"


async def test_an_address_is_changed_when_the_link_to_the_new_one_is_opened(
    api: Api, people: People, mailbox: Mailbox
) -> None:
    await verified(api, mailbox, people.ann)
    assert await done(api, CHANGE, people.ann, newEmail=NEW, password=PASSWORD) == DONE
    assert await address_of(api, people.ann) == {"email": "ann@example.com", "emailVerified": True}
    notice = (await mailbox.mails("ann@example.com"))[0]
    assert notice.subject == "Your address is about to change"
    assert NEW not in notice.body
    [mail] = await mailbox.mails(NEW)
    assert mail.subject == "Verify your address"

    assert await done(api, VERIFY, token=token_in(mail)) == DONE
    assert await address_of(api, people.ann) == {"email": NEW, "emailVerified": True}
    payload = await done(api, LOG_IN, login=NEW, password=PASSWORD)
    assert payload["viewer"] == {"email": NEW, "emailVerified": True, "user": {"username": "ann"}}
    assert await done(api, LOG_IN, login="ann@example.com", password=PASSWORD) == WRONG_LOGIN


async def test_nobody_is_told_at_an_address_that_was_never_verified(api: Api, people: People, mailbox: Mailbox) -> None:
    assert await done(api, CHANGE, people.ann, newEmail=NEW, password=PASSWORD) == DONE
    assert [mail.subject for mail in await mailbox.mails("ann@example.com")] == ["Verify your address"]
    registered_link = await mailbox.token("ann@example.com")
    assert await done(api, VERIFY, token=registered_link) == LINK_REFUSED
    assert await done(api, VERIFY, token=await mailbox.token(NEW)) == DONE
    assert await address_of(api, people.ann) == {"email": NEW, "emailVerified": True}


async def test_the_wrong_password_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    for password in ("", "wrong password", "p" * 100_000):
        payload = await done(api, CHANGE, people.ann, newEmail=NEW, password=password)
        assert payload == {
            **DONE,
            "userErrors": [
                {
                    "__typename": "NotAllowedError",
                    "code": "UNAUTHENTICATED",
                    "message": "The password is wrong.",
                    "path": ["input", "password"],
                    "reason": "WRONG_CREDENTIALS",
                }
            ],
        }
    assert await stored() == before


@pytest.mark.parametrize(
    ("new_email", "error"),
    [
        ("ann", invalid("newEmail", "MALFORMED", "This is not an email address.")),
        ("ann@example.com\nBcc: x@y.zz", invalid("newEmail", "MALFORMED", "This is not an email address.")),
        (
            "a" * 300,
            invalid("newEmail", "TOO_LONG", "'newEmail' has 300 characters; the limit is 255.", limit=255, actual=300),
        ),
    ],
)
async def test_what_is_no_address_is_refused(
    api: Api, people: People, stored: Stored, new_email: str, error: dict[str, Any]
) -> None:
    before = await stored()
    payload = await done(api, CHANGE, people.ann, newEmail=new_email, password=PASSWORD)
    assert payload == {**DONE, "userErrors": [error]}
    assert await stored() == before


async def test_nobody_is_signed_in(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    error = await only_error(api, CHANGE, {"input": {"newEmail": NEW, "password": PASSWORD}})
    assert error == ("UNAUTHENTICATED", ["changeEmail"])
    assert await stored() == before


async def test_an_address_that_another_account_has_is_asked_for_as_any_other_and_not_given(
    api: Api, people: People, mailbox: Mailbox
) -> None:
    taken = await verified(api, mailbox, people.bob)
    assert await done(api, CHANGE, people.ann, newEmail=taken, password=PASSWORD) == DONE
    assert await done(api, VERIFY, token=await mailbox.token(taken)) == LINK_REFUSED
    assert await address_of(api, people.ann) == {"email": "ann@example.com", "emailVerified": False}
    assert await address_of(api, people.bob) == {"email": taken, "emailVerified": True}


async def test_asking_again_replaces_what_was_asked_and_the_present_address_takes_it_back(
    api: Api, people: People, mailbox: Mailbox
) -> None:
    address = await verified(api, mailbox, people.ann)
    assert await done(api, CHANGE, people.ann, newEmail=NEW, password=PASSWORD) == DONE
    first = await mailbox.token(NEW)
    assert await done(api, CHANGE, people.ann, newEmail="ann@third.example", password=PASSWORD) == DONE
    second = await mailbox.token("ann@third.example")
    assert await done(api, VERIFY, token=first) == LINK_REFUSED
    assert await done(api, CHANGE, people.ann, newEmail=address, password=PASSWORD) == DONE
    assert await done(api, VERIFY, token=second) == LINK_REFUSED
    assert await address_of(api, people.ann) == {"email": address, "emailVerified": True}


async def test_another_link_goes_to_the_address_that_was_asked_for(api: Api, people: People, mailbox: Mailbox) -> None:
    await verified(api, mailbox, people.ann)
    assert await done(api, CHANGE, people.ann, newEmail=NEW, password=PASSWORD) == DONE
    assert await done(api, REQUEST_VERIFICATION, people.ann) == DONE
    assert len(await mailbox.mails(NEW)) == 2


async def test_a_reset_password_takes_the_change_back(api: Api, people: People, mailbox: Mailbox) -> None:
    """Whoever asked for it may be who the owner resets the password against."""
    address = await verified(api, mailbox, people.ann)
    assert await done(api, CHANGE, people.ann, newEmail=NEW, password=PASSWORD) == DONE
    token = await mailbox.token(NEW)
    assert await done(api, REQUEST_RESET, email=address) == DONE
    reset = await mailbox.token(address)
    assert await done(api, RESET, token=reset, newPassword="another password") == DONE
    assert await done(api, VERIFY, token=token) == LINK_REFUSED


async def test_a_retry_with_its_key_asks_once(api: Api, people: People, mailbox: Mailbox) -> None:
    asked = {"newEmail": NEW, "password": PASSWORD, "idempotencyKey": "k"}
    assert await done(api, CHANGE, people.ann, **asked) == DONE
    assert await done(api, CHANGE, people.ann, **asked) == REPLAYED
    assert len(await mailbox.mails(NEW)) == 1
