"""register."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api

REGISTER = f"""
mutation Register($input: RegisterInput!) {{
  register(input: $input) {{
    accessToken accessTokenExpiresAt refreshToken clientMutationId
    viewer {{ email user {{ username displayName region status }} }}
    {USER_ERRORS}
  }}
}}
"""
ANN = {
    "username": "Ann_1",
    "displayName": "  Ann Åberg ",
    "email": "ann@example.com",
    "password": "correct horse",
    "region": "SE",
}
ANN_AS_VIEWER = {
    "email": "ann@example.com",
    "user": {"username": "Ann_1", "displayName": "Ann Åberg", "region": "SE", "status": "ACTIVE"},
}


async def test_a_new_account_is_signed_in_for_an_hour(api: Api) -> None:
    payload = (await api.data(REGISTER, {"input": {**ANN, "clientMutationId": "c1"}}))["register"]
    token, refresh_token, expires_at = (
        payload.pop(name) for name in ("accessToken", "refreshToken", "accessTokenExpiresAt")
    )
    assert payload == {"viewer": ANN_AS_VIEWER, "userErrors": [], "clientMutationId": "c1"}
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 3600
    assert datetime.fromisoformat(expires_at).replace(microsecond=0) == datetime.fromtimestamp(claims["exp"], UTC)
    assert len(refresh_token) == 43
    answer = await api.post({"query": "{ viewer { email } }"}, token=token)
    assert answer.json() == {"data": {"viewer": {"email": "ann@example.com"}}}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (
            {"username": ""},
            invalid("username", "REQUIRED", "'username' has 0 characters; it needs at least 1.", limit=1, actual=0),
        ),
        (
            {"username": "a" * 21},
            invalid("username", "TOO_LONG", "'username' has 21 characters; the limit is 20.", limit=20, actual=21),
        ),
        (
            {"username": "ann\0"},
            invalid("username", "INVALID_CHARACTERS", "A username has letters a-z, digits and underscores only."),
        ),
        ({"username": "Admin"}, invalid("username", "RESERVED", "The username Admin is reserved.")),
        (
            {"displayName": " \t "},
            invalid(
                "displayName", "REQUIRED", "'displayName' has 0 characters; it needs at least 1.", limit=1, actual=0
            ),
        ),
        (
            {"displayName": "a" * 51},
            invalid(
                "displayName", "TOO_LONG", "'displayName' has 51 characters; the limit is 50.", limit=50, actual=51
            ),
        ),
        (
            {"displayName": "a\0b"},
            invalid("displayName", "INVALID_CHARACTERS", "A display name cannot contain control characters."),
        ),
        (
            {"displayName": "ann\u202e"},
            invalid("displayName", "INVALID_CHARACTERS", "A display name cannot contain control characters."),
        ),
        (
            {"displayName": "\u200b"},
            invalid("displayName", "REQUIRED", "A display name needs a visible character."),
        ),
        ({"email": "ann"}, invalid("email", "MALFORMED", "This is not an email address.")),
        (  # an encoded word: two addresses, once decoded in a mail's headers
            {"email": "=?utf-8?q?a=40evil.com=2C?=@example.com"},
            invalid("email", "MALFORMED", "This is not an email address."),
        ),
        ({"email": "a\0@b.c"}, invalid("email", "MALFORMED", "This is not an email address.")),
        (
            {"password": "1234567"},
            invalid("password", "TOO_SHORT", "'password' has 7 characters; it needs at least 8.", limit=8, actual=7),
        ),
        (
            {"password": "p" * 257},
            invalid("password", "TOO_LONG", "'password' has 257 characters; the limit is 256.", limit=256, actual=257),
        ),
        (
            {"region": "se"},
            invalid("region", "MALFORMED", "A region is a two-letter ISO 3166-1 country code in capitals, such as IE."),
        ),
    ],
)
async def test_what_breaks_a_rule_makes_no_account(
    api: Api, stored: Stored, changed: dict[str, str], error: dict[str, Any]
) -> None:
    before = await stored()
    data = await api.data(REGISTER, {"input": {**ANN, **changed}})
    assert data["register"] == {
        "accessToken": None,
        "accessTokenExpiresAt": None,
        "refreshToken": None,
        "viewer": None,
        "userErrors": [error],
        "clientMutationId": None,
    }
    assert await stored() == before


async def test_of_two_who_want_one_name_in_any_case_one_gets_it(api: Api) -> None:
    answers = await asyncio.gather(
        *(api.data(REGISTER, {"input": {**ANN, "username": name}}) for name in ("ann", "ANN", "Ann"))
    )
    refusals = [answer["register"]["userErrors"] for answer in answers]
    assert sorted(len(errors) for errors in refusals) == [0, 1, 1]
    [winner] = [answer["register"]["viewer"]["user"]["username"] for answer in answers if answer["register"]["viewer"]]
    assert [error for errors in refusals for error in errors] == [
        {
            "__typename": "DuplicateError",
            "code": "DUPLICATE",
            "message": f"The username {name} is taken.",
            "path": ["input", "username"],
        }
        for name in ("ann", "ANN", "Ann")
        if name != winner
    ]


async def test_a_new_account_sees_itself_in_the_same_answer(api: Api) -> None:
    query = """
    mutation Register($input: RegisterInput!) {
      register(input: $input) {
        viewer { user { followerCount { value } viewerState { following followedBy } }
          homeTimeline { nodes { id } } }
      }
    }
    """
    assert await api.data(query, {"input": ANN}) == {
        "register": {
            "viewer": {
                "user": {"followerCount": {"value": 0}, "viewerState": {"following": "NONE", "followedBy": False}},
                "homeTimeline": {"nodes": []},
            }
        }
    }


async def test_the_password_is_stored_hashed(api: Api, stored: Stored) -> None:
    ann = await api.registered("ann")
    rows = await stored()
    assert "$argon2id$" in rows["users"][0]
    assert not [row for table in rows.values() for row in table if "correct horse" in row or ann.refresh_token in row]
