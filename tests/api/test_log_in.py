"""logIn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.api.conftest import SetStatus, Stored
from tests.api.errors import USER_ERRORS
from tests.client import PASSWORD, Api, People

LOG_IN = f"""
mutation LogIn($input: LogInInput!) {{
  logIn(input: $input) {{ accessToken refreshToken viewer {{ user {{ username }} }} clientMutationId {USER_ERRORS} }}
}}
"""
REFUSED = {"accessToken": None, "refreshToken": None, "viewer": None, "clientMutationId": None}
WRONG = {
    "__typename": "NotAllowedError",
    "code": "UNAUTHENTICATED",
    "message": "The login or the password is wrong.",
    "path": ["input"],
    "reason": "WRONG_CREDENTIALS",
}
NOT_ACTIVE = {
    "__typename": "NotAllowedError",
    "code": "ACCOUNT_SUSPENDED",
    "message": "This account is not active.",
    "path": ["input"],
    "reason": "ACCOUNT_NOT_ACTIVE",
}


@pytest.mark.parametrize("login", ["ann", "ANN"])
async def test_logging_in_starts_a_session_of_its_own(api: Api, people: People, login: str) -> None:
    payload = (await api.data(LOG_IN, {"input": {"login": login, "password": PASSWORD, "clientMutationId": "c"}}))[
        "logIn"
    ]
    token, refresh_token = payload.pop("accessToken"), payload.pop("refreshToken")
    assert payload == {"viewer": {"user": {"username": "ann"}}, "clientMutationId": "c", "userErrors": []}
    assert refresh_token != people.ann.refresh_token
    for session in (people.ann, replace(people.ann, token=token)):
        viewer = await api.data("{ viewer { user { username } } }", by=session)
        assert viewer == {"viewer": {"user": {"username": "ann"}}}


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ann", PASSWORD + " "),
        ("ann", ""),
        ("ann", "p" * 100_000),
        ("nobody", PASSWORD),
        ("a\0nn", PASSWORD),
        ("", PASSWORD),
        ("ann@example.com", PASSWORD),
    ],
)
async def test_wrong_logins_and_passwords_get_one_answer(
    api: Api, people: People, stored: Stored, login: str, password: str
) -> None:
    before = await stored()
    data = await api.data(LOG_IN, {"input": {"login": login, "password": password}})
    assert data["logIn"] == {**REFUSED, "userErrors": [WRONG]}
    assert await stored() == before


@pytest.mark.parametrize(("password", "error"), [(PASSWORD, NOT_ACTIVE), ("wrong password", WRONG)])
async def test_a_suspended_account_is_told_so_only_with_its_password(
    api: Api, people: People, set_status: SetStatus, stored: Stored, password: str, error: dict[str, Any]
) -> None:
    await set_status(people.ann, "SUSPENDED")
    before = await stored()
    data = await api.data(LOG_IN, {"input": {"login": "ann", "password": password}})
    assert data["logIn"] == {**REFUSED, "userErrors": [error]}
    assert await stored() == before
