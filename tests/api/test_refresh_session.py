"""refreshSession."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.records import ClientAddress
from services import sessions, tokens
from services.runtime import Runtime
from services.sessions import Refreshed
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import USER_ERRORS
from tests.client import Api, People, Person

REFRESH = f"""
mutation Refresh($input: RefreshSessionInput!) {{
  refreshSession(input: $input) {{
    accessToken refreshToken viewer {{ user {{ username }} }} clientMutationId {USER_ERRORS}
  }}
}}
"""
REFUSED = {
    "accessToken": None,
    "refreshToken": None,
    "viewer": None,
    "clientMutationId": None,
    "userErrors": [
        {
            "__typename": "NotAllowedError",
            "code": "UNAUTHENTICATED",
            "message": "The refresh token cannot be used: log in again.",
            "path": ["input"],
            "reason": "WRONG_CREDENTIALS",
        }
    ],
}


async def refreshed(api: Api, refresh_token: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(REFRESH, {"input": {"refreshToken": refresh_token}}))["refreshSession"]
    return payload


async def works(api: Api, person: Person) -> bool:
    response = await api.post({"query": "{ viewer { user { username } } }"}, token=person.token)
    if response.status_code == 401:
        return False
    assert response.json() == {"data": {"viewer": {"user": {"username": person.name}}}}
    return True


async def test_each_token_is_traded_for_the_next_pair(api: Api, people: People) -> None:
    token, seen = people.ann.refresh_token, {people.ann.refresh_token}
    for _ in range(3):
        payload = await refreshed(api, token)
        access_token, token = payload.pop("accessToken"), payload.pop("refreshToken")
        assert payload == {"viewer": {"user": {"username": "ann"}}, "clientMutationId": None, "userErrors": []}
        assert token not in seen
        seen.add(token)
        assert await works(api, replace(people.ann, token=access_token))
    assert await works(api, people.ann)


async def test_a_token_used_twice_ends_its_session_and_no_other(api: Api, people: People) -> None:
    other = await api.logged_in(people.ann)
    second = await refreshed(api, people.ann.refresh_token)
    third = await refreshed(api, second["refreshToken"])
    assert await refreshed(api, people.ann.refresh_token) == REFUSED
    assert await refreshed(api, third["refreshToken"]) == REFUSED
    for token in (people.ann.token, second["accessToken"], third["accessToken"]):
        assert not await works(api, replace(people.ann, token=token))
    assert await works(api, other)
    assert await works(api, people.bob)


async def test_of_many_who_use_one_token_at_once_one_wins_and_the_session_ends(api: Api, people: People) -> None:
    payloads = await asyncio.gather(*(refreshed(api, people.ann.refresh_token) for _ in range(8)))
    [won] = [payload for payload in payloads if payload != REFUSED]
    assert await refreshed(api, won["refreshToken"]) == REFUSED
    assert not await works(api, replace(people.ann, token=won["accessToken"]))
    assert not await works(api, people.ann)


@pytest.mark.parametrize("token", ["", "garbage", "\0", "é" * 1000])
async def test_an_unknown_token_changes_nothing(api: Api, people: People, stored: Stored, token: str) -> None:
    before = await stored()
    assert await refreshed(api, token) == REFUSED
    assert await stored() == before


@pytest.mark.parametrize("status", ["SUSPENDED", "DEACTIVATED"])
async def test_a_closed_account_gets_no_tokens(
    api: Api, people: People, set_status: SetStatus, stored: Stored, status: str
) -> None:
    await set_status(people.ann, status)
    before = await stored()
    assert await refreshed(api, people.ann.refresh_token) == REFUSED
    assert await stored() == before


async def test_a_token_works_for_seven_days(api: Api, people: People, runtime: Runtime) -> None:
    async def refreshed_after(life: timedelta) -> Refreshed | None:
        async with runtime.database.write() as session:
            return await sessions.refresh(
                session,
                runtime,
                people.ann.refresh_token,
                client=ClientAddress(),
                idempotency_key=None,
                now=issued_at + life,
            )

    async with runtime.database.read() as session:
        find = text("SELECT expires_at FROM refresh_tokens WHERE token_sha256 = :digest")
        expires_at = (await session.execute(find, {"digest": tokens.digest(people.ann.refresh_token)})).scalar_one()
    issued_at = expires_at - timedelta(days=7)
    assert await refreshed_after(timedelta(days=7)) is None
    assert await refreshed_after(timedelta(days=7) - timedelta(milliseconds=1)) is not None
