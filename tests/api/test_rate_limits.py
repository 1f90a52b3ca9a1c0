"""What may be done only so often: refused as data, with when to try again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.main import create_app
from infra.settings import Settings
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.email_operations import verified
from tests.client import PASSWORD, Api
from tests.conftest import serving
from tests.mailbox import Mailbox

LIMITS = (
    "TWEET=2/3600,3/10800;FOLLOW=1/86400;REGISTRATION=3/3600;LOGIN=2/3600;"
    "PASSWORD_RESET=2/3600;EMAIL_VERIFICATION=2/3600"
)
ERRORS = """userErrors {
  __typename code message path ... on RateLimitedError { action scope limit window retryAt }
}"""


@pytest.fixture
async def limited(runtime: Runtime, settings: Settings) -> AsyncIterator[Api]:
    """An API that limits, over the same empty database."""
    app = create_app(replace(settings, rate_limits=LIMITS))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
        yield api


def the_error(payload: dict[str, Any]) -> dict[str, Any]:
    """The one error, its moment checked and its message left out."""
    [error] = payload["userErrors"]
    retry_at = datetime.fromisoformat(error.pop("retryAt"))
    assert timedelta(minutes=55) < retry_at - datetime.now(UTC) <= timedelta(days=1)
    assert error.pop("message") == f"This was done too often: try again at {retry_at:%Y-%m-%d %H:%M:%S} UTC."
    assert isinstance(error, dict)
    return error


def limited_to(action: str, scope: str, limit: int, window: str) -> dict[str, Any]:
    return {
        "__typename": "RateLimitedError",
        "code": "RATE_LIMITED",
        "path": ["input"],
        "action": action,
        "scope": scope,
        "limit": limit,
        "window": window,
    }


async def done(api: Api, mutation: str, by: Any = None, **given: Any) -> dict[str, Any]:
    capital = mutation[0].upper() + mutation[1:]
    document = f"mutation($i: {capital}Input!) {{ {mutation}(input: $i) {{ {ERRORS} }} }}"
    payload: dict[str, Any] = (await api.data(document, {"i": given}, by=by))[mutation]
    return payload


async def test_tweets_of_one_person_are_limited(limited: Api, stored: Stored) -> None:
    ann, bob = await limited.registered("ann"), await limited.registered("bob")
    first = {"text": "one", "idempotencyKey": "k1"}
    for _ in range(3):  # replays count once
        assert await done(limited, "postTweet", ann, **first) == {"userErrors": []}
    for _ in range(3):  # refusals do not count
        assert (await done(limited, "postTweet", ann, text=""))["userErrors"] != []
    assert await done(limited, "postTweet", ann, text="two") == {"userErrors": []}
    before = await stored()
    refused = await done(limited, "postTweet", ann, text="three")
    assert the_error(refused) == limited_to("TWEET", "USER", 2, "PT3600S")
    assert await stored() == before
    assert await done(limited, "postTweet", bob, text="bob's own") == {"userErrors": []}


async def test_a_retry_is_answered_also_where_the_first_call_filled_the_limit(limited: Api, stored: Stored) -> None:
    ann = await limited.registered("ann")
    first = {"text": "one", "idempotencyKey": "k1"}
    assert await done(limited, "postTweet", ann, **first) == {"userErrors": []}
    assert await done(limited, "postTweet", ann, text="two") == {"userErrors": []}
    before = await stored()
    assert await done(limited, "postTweet", ann, **first) == {"userErrors": []}
    for other in ({"text": "another", "idempotencyKey": "k1"}, {"text": "one", "idempotencyKey": "\0"}):
        refused = await done(limited, "postTweet", ann, **other)
        assert the_error(refused) == limited_to("TWEET", "USER", 2, "PT3600S")
    assert await stored() == before


async def test_a_thread_counts_each_of_its_tweets(limited: Api, stored: Stored) -> None:
    ann = await limited.registered("ann")
    before = await stored()
    thread = [{"text": f"tweet {n}"} for n in range(4)]
    refused = await done(limited, "postThread", ann, tweets=thread)
    assert [error["code"] for error in refused["userErrors"]] == ["RATE_LIMITED"]
    assert await stored() == before
    assert await done(limited, "postThread", ann, tweets=thread[:2]) == {"userErrors": []}


async def test_follows_are_limited_by_the_day(limited: Api, stored: Stored) -> None:
    ann, bob, cat = [await limited.registered(name) for name in ("ann", "bob", "cat")]
    assert await done(limited, "followUser", ann, userId=bob.id) == {"userErrors": []}
    before = await stored()
    refused = await done(limited, "followUser", ann, userId=cat.id)
    assert the_error(refused) == limited_to("FOLLOW", "USER", 1, "P1D")
    assert await stored() == before


async def test_registrations_from_one_address_are_limited(limited: Api, stored: Stored) -> None:
    for name in ("ann", "bob", "cat"):
        await limited.registered(name)
    before = await stored()
    refused = await done(
        limited, "register", username="dan", displayName="Dan", email="dan@example.com", password=PASSWORD
    )
    assert the_error(refused) == limited_to("REGISTRATION", "IP", 3, "PT3600S")
    assert await stored() == before


async def test_every_try_to_log_in_counts(limited: Api, stored: Stored) -> None:
    await limited.registered("ann")
    for login in ("ann", "nobody"):
        tried = await done(limited, "logIn", login=login, password="wrong password")
        assert [error["code"] for error in tried["userErrors"]] == ["UNAUTHENTICATED"]
    before = await stored()
    refused = await done(limited, "logIn", login="ann", password=PASSWORD)
    assert the_error(refused) == limited_to("LOGIN", "IP", 2, "PT3600S")
    assert await stored() == before


@pytest.mark.parametrize(
    ("mutation", "more"),
    [("changeEmail", {"newEmail": "ann@new.example"}), ("deactivateAccount", {}), ("deleteAccount", {})],
)
async def test_a_stolen_token_gives_no_more_tries_at_the_password(
    limited: Api, stored: Stored, mutation: str, more: dict[str, str]
) -> None:
    ann = await limited.registered("ann")
    before = await stored()
    for _ in range(2):
        tried = await done(limited, mutation, ann, password="wrong password", **more)
        assert [error["code"] for error in tried["userErrors"]] == ["UNAUTHENTICATED"]
    refused = await done(limited, mutation, ann, password=PASSWORD, **more)
    assert the_error(refused) == limited_to("LOGIN", "IP", 2, "PT3600S")
    assert await stored() == before


async def test_asking_for_a_new_password_is_limited_whoever_has_the_address(
    limited: Api, mailbox: Mailbox, stored: Stored
) -> None:
    await verified(limited, mailbox, await limited.registered("ann"))
    first = {"email": "ann@example.com", "idempotencyKey": "k1"}
    for _ in range(2):  # replays count once
        assert await done(limited, "requestPasswordReset", **first) == {"userErrors": []}
    for _ in range(3):  # refusals do not count
        assert (await done(limited, "requestPasswordReset", email="ann"))["userErrors"] != []
    assert await done(limited, "requestPasswordReset", email="nobody@example.com") == {"userErrors": []}
    before = await stored()
    for email in ("ann@example.com", "nobody@example.com"):
        refused = await done(limited, "requestPasswordReset", email=email)
        assert the_error(refused) == limited_to("PASSWORD_RESET", "IP", 2, "PT3600S")
    assert await done(limited, "requestPasswordReset", **first) == {"userErrors": []}
    assert await stored() == before


async def test_every_try_to_verify_an_address_counts(limited: Api, mailbox: Mailbox, stored: Stored) -> None:
    await limited.registered("ann")
    token = await mailbox.token("ann@example.com")
    before = await stored()
    for _ in range(2):
        tried = await done(limited, "verifyEmail", token="wrong")
        assert [error["code"] for error in tried["userErrors"]] == ["UNAUTHENTICATED"]
    refused = await done(limited, "verifyEmail", token=token)
    assert the_error(refused) == limited_to("EMAIL_VERIFICATION", "IP", 2, "PT3600S")
    assert await stored() == before
