"""deactivateAccount and deleteAccount, and coming back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import USER_ERRORS
from tests.api.races import behind
from tests.client import PASSWORD, Api, People, Person
from tests.queue import Queue

_CLOSE = "mutation Close($input: %sInput!) { %s(input: $input) { replayed %s } }"
CLOSE = {
    "deactivateAccount": _CLOSE % ("DeactivateAccount", "deactivateAccount", USER_ERRORS),
    "deleteAccount": _CLOSE % ("DeleteAccount", "deleteAccount", USER_ERRORS),
}
LOG_IN = f"""
mutation LogIn($input: LogInInput!) {{
  logIn(input: $input) {{ accessToken reactivated viewer {{ user {{ username status }} }} {USER_ERRORS} }}
}}
"""
SEEN = """
query Seen($bob: ID!, $tweet: ID!) {
  user(by: {id: $bob}) {
    ... on User { followerCount { value } tweets { nodes { id } } } ... on UserUnavailable { reason }
  }
  tweet(id: $tweet) { ... on Tweet { text likeCount { value } } ... on TweetUnavailable { reason } }
  viewer { homeTimeline { nodes { id } } }
}
"""
DONE = {"replayed": False, "userErrors": []}
WRONG_PASSWORD = {
    "__typename": "NotAllowedError",
    "code": "UNAUTHENTICATED",
    "message": "The password is wrong.",
    "path": ["input", "password"],
    "reason": "WRONG_CREDENTIALS",
}
WRONG = {
    "__typename": "NotAllowedError",
    "code": "UNAUTHENTICATED",
    "message": "The login or the password is wrong.",
    "path": ["input"],
    "reason": "WRONG_CREDENTIALS",
}

by_each = pytest.mark.parametrize("mutation", CLOSE)


async def closed(api: Api, person: Person, mutation: str, password: str = PASSWORD) -> dict[str, Any]:
    data = await api.data(CLOSE[mutation], {"input": {"password": password}}, by=person)
    payload: dict[str, Any] = data[mutation]
    return payload


async def logged_in(api: Api, person: Person) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(LOG_IN, {"input": {"login": person.name, "password": PASSWORD}}))["logIn"]
    return payload


async def purge_at(runtime: Runtime, person: Person) -> datetime | None:
    async with runtime.database.read() as session:
        find = text("SELECT purge_at FROM users WHERE id = :id")
        at: datetime | None = (await session.execute(find, {"id": person.raw_id})).scalar_one()
        return at


@by_each
async def test_a_closed_account_is_hidden_at_once_and_back_as_it_was_by_logging_in(
    api: Api, people: People, queue: Queue, mutation: str
) -> None:
    await api.followed(people.ann, people.bob)
    tweet = await api.tweeted(people.bob, "hello")
    await queue.drained()
    variables = {"bob": people.bob.id, "tweet": tweet}
    shown = {
        "user": {"followerCount": {"value": 1}, "tweets": {"nodes": [{"id": tweet}]}},
        "tweet": {"text": "hello", "likeCount": {"value": 0}},
        "viewer": {"homeTimeline": {"nodes": [{"id": tweet}]}},
    }
    assert await api.data(SEEN, variables, by=people.ann) == shown

    assert await closed(api, people.bob, mutation) == DONE
    assert await api.data(SEEN, variables, by=people.ann) == {
        "user": {"reason": "DEACTIVATED"},
        "tweet": {"reason": "DEACTIVATED"},
        "viewer": {"homeTimeline": {"nodes": []}},
    }
    assert (await api.post({"query": "{ viewer { email } }"}, token=people.bob.token)).status_code == 401

    payload = await logged_in(api, people.bob)
    token = payload.pop("accessToken")
    assert payload == {
        "reactivated": True,
        "viewer": {"user": {"username": "bob", "status": "ACTIVE"}},
        "userErrors": [],
    }
    assert await api.data(SEEN, variables, by=people.ann) == shown
    assert (await api.post({"query": "{ viewer { email } }"}, token=token)).status_code == 200
    # The sessions that ended with the account stay ended.
    assert (await api.post({"query": "{ viewer { email } }"}, token=people.bob.token)).status_code == 401
    assert (await logged_in(api, people.bob))["reactivated"] is False


async def test_only_deletion_sets_a_date_and_logging_in_takes_it_away(
    api: Api, people: People, runtime: Runtime
) -> None:
    await closed(api, people.ann, "deactivateAccount")
    assert await purge_at(runtime, people.ann) is None
    before = datetime.now(UTC)
    await closed(api, people.bob, "deleteAccount")
    due = await purge_at(runtime, people.bob)
    assert due is not None
    assert before <= due - timedelta(days=30) <= datetime.now(UTC)
    await logged_in(api, people.bob)
    assert await purge_at(runtime, people.bob) is None


async def test_after_its_thirty_days_nobody_gets_in(api: Api, people: People, runtime: Runtime, stored: Stored) -> None:
    await closed(api, people.bob, "deleteAccount")
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET purge_at = now() WHERE id = :id"), {"id": people.bob.raw_id})
    before = await stored()
    assert await logged_in(api, people.bob) == {
        "accessToken": None,
        "reactivated": False,
        "viewer": None,
        "userErrors": [WRONG],
    }
    assert await stored() == before


@by_each
@pytest.mark.parametrize("password", ["", "wrong password", "p" * 100_000])
async def test_without_the_password_nothing_is_closed(
    api: Api, people: People, stored: Stored, mutation: str, password: str
) -> None:
    before = await stored()
    assert await closed(api, people.ann, mutation, password) == {"replayed": False, "userErrors": [WRONG_PASSWORD]}
    assert await stored() == before


@by_each
async def test_every_session_ends_and_the_rest_of_the_operation_is_signed_out(
    api: Api, people: People, mutation: str
) -> None:
    other = replace(people.ann, token=(await logged_in(api, people.ann))["accessToken"])
    query = f"""
    mutation {{
      {mutation}(input: {{password: "{PASSWORD}"}}) {{ replayed }}
      postTweet(input: {{text: "still here"}}) {{ tweet {{ id }} }}
    }}
    """
    [error] = (await api.answer(query, by=people.ann))["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("UNAUTHENTICATED", ["postTweet"])
    for session in (people.ann, other):
        assert (await api.post({"query": "{ viewer { email } }"}, token=session.token)).status_code == 401


async def test_a_suspended_account_cannot_come_back(
    api: Api, people: People, set_status: SetStatus, stored: Stored
) -> None:
    await closed(api, people.bob, "deleteAccount")
    await set_status(people.bob, "SUSPENDED")
    before = await stored()
    payload = await logged_in(api, people.bob)
    assert [error["code"] for error in payload["userErrors"]] == ["ACCOUNT_SUSPENDED"]
    assert await stored() == before


async def test_of_two_who_log_in_at_once_one_brings_the_account_back(
    api: Api, people: People, runtime: Runtime
) -> None:
    await closed(api, people.bob, "deactivateAccount")
    lock = text("SELECT FROM users WHERE id = :id FOR UPDATE")
    payloads = await behind(runtime, lock, {"id": people.bob.raw_id}, *(logged_in(api, people.bob) for _ in range(3)))
    assert sorted(payload["reactivated"] for payload in payloads) == [False, False, True]
    tokens = [payload["accessToken"] for payload in payloads]
    answers = await asyncio.gather(*(api.post({"query": "{ viewer { email } }"}, token=token) for token in tokens))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
