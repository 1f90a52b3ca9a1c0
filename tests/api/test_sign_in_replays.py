"""Idempotency keys of register, logIn, refreshSession and logOut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jwt
import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.api.races import behind
from tests.client import PASSWORD, Api, People

_FIELDS = f"{{ accessToken refreshToken viewer {{ user {{ username }} }} replayed {USER_ERRORS} }}"
REGISTER = f"mutation Register($input: RegisterInput!) {{ register(input: $input) {_FIELDS} }}"
LOG_IN = f"mutation LogIn($input: LogInInput!) {{ logIn(input: $input) {_FIELDS} }}"
REFRESH = f"mutation Refresh($input: RefreshSessionInput!) {{ refreshSession(input: $input) {_FIELDS} }}"
NEW = {"username": "Dan", "displayName": "Dan", "email": "dan@example.com", "password": PASSWORD}
NOTHING = {"accessToken": None, "refreshToken": None, "viewer": None, "replayed": False}
MISMATCH = {
    "__typename": "ConflictError",
    "code": "IDEMPOTENCY_MISMATCH",
    "message": "This idempotency key was used for another request.",
    "path": ["input", "idempotencyKey"],
}
HOLD_KEY = text("INSERT INTO idempotency_keys (caller, key, request_sha256) VALUES (:caller, 'k', '')")
HOLD_SESSION = text("SELECT FROM sessions WHERE id = :id FOR UPDATE")


def not_allowed(message: str) -> dict[str, Any]:
    return {
        "__typename": "NotAllowedError",
        "code": "UNAUTHENTICATED",
        "message": message,
        "path": ["input"],
        "reason": "WRONG_CREDENTIALS",
    }


WRONG = not_allowed("The login or the password is wrong.")
SPENT = {**NOTHING, "userErrors": [not_allowed("The refresh token cannot be used: log in again.")]}


async def registered(api: Api, **changed: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(REGISTER, {"input": {**NEW, "idempotencyKey": "k", **changed}}))[
        "register"
    ]
    return payload


async def logged_in(api: Api, **changed: str) -> dict[str, Any]:
    given = {"login": "ann", "password": PASSWORD, "idempotencyKey": "k", **changed}
    payload: dict[str, Any] = (await api.data(LOG_IN, {"input": given}))["logIn"]
    return payload


async def refreshed(api: Api, refresh_token: str, key: str | None = "k") -> dict[str, Any]:
    given = {"refreshToken": refresh_token, "idempotencyKey": key}
    payload: dict[str, Any] = (await api.data(REFRESH, {"input": given}))["refreshSession"]
    return payload


def session_of(token: str) -> int:
    return int(jwt.decode(token, options={"verify_signature": False})["sid"])


async def works(api: Api, token: str) -> bool:
    return (await api.post({"query": "{ viewer { email } }"}, token=token)).status_code == 200


async def unspent(runtime: Runtime, session_id: int) -> int:
    async with runtime.database.read() as session:
        count = text("SELECT count(*) FROM refresh_tokens WHERE session_id = :id AND spent_at IS NULL")
        return int((await session.execute(count, {"id": session_id})).scalar_one())


def assert_same_session(first: dict[str, Any], again: dict[str, Any]) -> None:
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["userErrors"] == again["userErrors"] == []
    assert first["viewer"] == again["viewer"]
    assert session_of(first["accessToken"]) == session_of(again["accessToken"])
    assert first["refreshToken"] != again["refreshToken"]


@pytest.mark.parametrize("sign_in", [registered, logged_in])
async def test_a_retry_gets_new_tokens_of_the_first_calls_session(api: Api, people: People, sign_in: Any) -> None:
    first = await sign_in(api)
    again = await sign_in(api)
    assert_same_session(first, again)
    assert await works(api, first["accessToken"])
    assert await works(api, again["accessToken"])
    # The first answer's refresh token counts as lost: unknown, not stolen.
    assert await refreshed(api, first["refreshToken"], None) == SPENT
    assert (await refreshed(api, again["refreshToken"], None))["userErrors"] == []


async def test_a_retry_writes_no_account_and_no_session(api: Api, people: People, stored: Stored) -> None:
    await registered(api)
    await logged_in(api)
    before = await stored()
    await registered(api)
    await logged_in(api)
    after = await stored()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"refresh_tokens"}
    assert len(after["refresh_tokens"]) == len(before["refresh_tokens"])


@pytest.mark.parametrize("sign_in", [registered, logged_in])
@pytest.mark.parametrize("password", ["wrong password", "p" * 256])
async def test_a_retry_with_a_wrong_password_gets_nothing(
    api: Api, people: People, stored: Stored, sign_in: Any, password: str
) -> None:
    await sign_in(api)
    before = await stored()
    assert await sign_in(api, password=password) == {**NOTHING, "userErrors": [WRONG]}
    assert await stored() == before


async def test_a_key_of_another_registration_is_refused(api: Api, stored: Stored) -> None:
    await registered(api)
    before = await stored()
    assert await registered(api, displayName="Daniel") == {**NOTHING, "userErrors": [MISMATCH]}
    assert await stored() == before


async def test_two_people_may_use_one_key(api: Api, people: People) -> None:
    for login in ("ann", "bob"):
        payload = await logged_in(api, login=login)
        assert (payload["viewer"], payload["replayed"]) == ({"user": {"username": login}}, False)


async def test_a_key_whose_session_has_ended_begins_no_other(api: Api, people: People, stored: Stored) -> None:
    first = await logged_in(api)
    await api.data("mutation { logOut(input: {}) { replayed } }", by=replace(people.ann, token=first["accessToken"]))
    before = await stored()
    message = "The session that this idempotency key began has ended: log in with another key."
    assert await logged_in(api) == {**NOTHING, "userErrors": [not_allowed(message)]}
    assert await stored() == before


async def test_of_registrations_at_once_with_one_key_one_makes_the_account(
    api: Api, runtime: Runtime, stored: Stored
) -> None:
    answers = await behind(runtime, HOLD_KEY, {"caller": "register:dan"}, *(registered(api) for _ in range(6)))
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 5
    assert [answer["userErrors"] for answer in answers] == [[]] * 6
    [session_id] = {session_of(answer["accessToken"]) for answer in answers}
    rows = await stored()
    assert {table: len(rows[table]) for table in ("users", "sessions")} == {"users": 1, "sessions": 1}
    assert await unspent(runtime, session_id) == 1


async def test_of_log_ins_at_once_with_one_key_one_begins_the_session(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    before = len((await stored())["sessions"])
    hold_account = text("SELECT FROM users WHERE id = :id FOR UPDATE")
    answers = await behind(runtime, hold_account, {"id": people.ann.raw_id}, *(logged_in(api) for _ in range(6)))
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 5
    [session_id] = {session_of(answer["accessToken"]) for answer in answers}
    assert len((await stored())["sessions"]) == before + 1
    assert await unspent(runtime, session_id) == 1


async def test_a_lost_answer_is_given_again_in_new_tokens(api: Api, people: People, runtime: Runtime) -> None:
    first = await refreshed(api, people.ann.refresh_token)
    again = await refreshed(api, people.ann.refresh_token)
    third = await refreshed(api, people.ann.refresh_token)
    assert_same_session(first, again)
    assert_same_session(first, third)
    assert await unspent(runtime, session_of(people.ann.token)) == 1
    # A lost answer that turns up after all is unknown; that ends nothing.
    for lost in (first, again):
        assert await refreshed(api, lost["refreshToken"], None) == SPENT
    assert (await refreshed(api, third["refreshToken"], None))["userErrors"] == []
    assert await works(api, people.ann.token)


@pytest.mark.parametrize("key", ["other", None])
async def test_a_spent_token_with_another_key_ends_its_session(api: Api, people: People, key: str | None) -> None:
    await refreshed(api, people.ann.refresh_token)
    assert await refreshed(api, people.ann.refresh_token, key) == SPENT
    assert not await works(api, people.ann.token)


async def test_a_spent_token_whose_successor_was_used_ends_its_session(api: Api, people: People) -> None:
    first = await refreshed(api, people.ann.refresh_token)
    await refreshed(api, first["refreshToken"], "k2")
    assert await refreshed(api, people.ann.refresh_token) == SPENT
    assert not await works(api, people.ann.token)


async def test_a_spent_token_ends_its_session_once_its_key_is_forgotten(
    api: Api, people: People, runtime: Runtime
) -> None:
    await refreshed(api, people.ann.refresh_token)
    async with runtime.database.write() as session:
        await session.execute(text("DELETE FROM idempotency_keys"))
    assert await refreshed(api, people.ann.refresh_token) == SPENT
    assert not await works(api, people.ann.token)


async def test_a_key_of_another_refresh_spends_nothing(api: Api, people: People, stored: Stored) -> None:
    first = await refreshed(api, people.ann.refresh_token)
    before = await stored()
    assert await refreshed(api, first["refreshToken"]) == {**NOTHING, "userErrors": [MISMATCH]}
    assert await stored() == before
    assert (await refreshed(api, first["refreshToken"], "k2"))["userErrors"] == []


async def test_refreshes_at_once_with_one_key_leave_one_token_and_the_session(
    api: Api, people: People, runtime: Runtime
) -> None:
    session_id = session_of(people.ann.token)
    token = people.ann.refresh_token
    answers = await behind(runtime, HOLD_SESSION, {"id": session_id}, *(refreshed(api, token) for _ in range(6)))
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 5
    assert await unspent(runtime, session_id) == 1
    outcomes = [await refreshed(api, answer["refreshToken"], None) for answer in answers]
    assert sum(outcome["userErrors"] == [] for outcome in outcomes) == 1
    assert await works(api, people.ann.token)


async def test_a_retry_behind_the_use_of_its_answer_ends_the_session(
    api: Api, people: People, runtime: Runtime
) -> None:
    first = await refreshed(api, people.ann.refresh_token)
    used, retried = await behind(
        runtime,
        HOLD_SESSION,
        {"id": session_of(people.ann.token)},
        refreshed(api, first["refreshToken"], "k2"),
        refreshed(api, people.ann.refresh_token),
    )
    assert (used["userErrors"], retried) == ([], SPENT)
    assert not await works(api, used["accessToken"])


async def test_a_retry_ahead_of_the_use_of_its_answer_leaves_that_unknown(
    api: Api, people: People, runtime: Runtime
) -> None:
    first = await refreshed(api, people.ann.refresh_token)
    retried, used = await behind(
        runtime,
        HOLD_SESSION,
        {"id": session_of(people.ann.token)},
        refreshed(api, people.ann.refresh_token),
        refreshed(api, first["refreshToken"], "k2"),
    )
    assert (retried["userErrors"], used) == ([], SPENT)
    assert await works(api, retried["accessToken"])


@pytest.mark.parametrize("sign_in", [registered, logged_in])
async def test_a_malformed_key_does_nothing(api: Api, people: People, stored: Stored, sign_in: Any) -> None:
    message = "An idempotency key is 1 to 100 printable ASCII characters without spaces."
    refusal = {**NOTHING, "userErrors": [invalid("idempotencyKey", "MALFORMED", message)]}
    before = await stored()
    assert await sign_in(api, idempotencyKey="a b") == refusal
    assert await refreshed(api, people.ann.refresh_token, "") == refusal
    assert await stored() == before


async def test_of_log_outs_at_once_with_one_key_one_is_the_first(api: Api, people: People, runtime: Runtime) -> None:
    query = 'mutation { logOut(input: {idempotencyKey: "k"}) { replayed userErrors { code } } }'
    payloads = await behind(
        runtime,
        HOLD_SESSION,
        {"id": session_of(people.ann.token)},
        *(api.data(query, by=people.ann) for _ in range(3)),
    )
    assert sorted(payload["logOut"]["replayed"] for payload in payloads) == [False, True, True]
    assert not await works(api, people.ann.token)
