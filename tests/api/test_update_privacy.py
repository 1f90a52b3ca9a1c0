"""updatePrivacy, and what an account's protection means."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from services import follow_requests
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS
from tests.api.races import are_blocked
from tests.client import Api, People, Person
from tests.queue import Queue
from tests.waiting import until

UPDATE = f"""
mutation Update($input: UpdatePrivacyInput!) {{
  updatePrivacy(input: $input) {{ profileVersion user {{ username isProtected }} {USER_ERRORS} }}
}}
"""
FOLLOW = "mutation Follow($id: ID!) { followUser(input: {userId: $id}) { userErrors { code } } }"
SETTINGS = "{ viewer { profileVersion sensitiveContent user { isProtected } followRequests { nodes { username } } } }"
FOLLOWERS = (
    '{ user(by: {username: "ann"}) { ... on User { followerCount { value } followers { nodes { username } } } } }'
)


async def updated(api: Api, by: Person, **changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(UPDATE, {"input": changes}, by=by))["updatePrivacy"]
    return payload


def settings(version: int, sensitive_content: str, *, is_protected: bool, requests: int = 0) -> dict[str, Any]:
    return {
        "viewer": {
            "profileVersion": version,
            "sensitiveContent": sensitive_content,
            "user": {"isProtected": is_protected},
            "followRequests": {"nodes": [{"username": "bob"}] * requests},
        }
    }


async def test_what_is_left_out_or_null_stays(api: Api, people: People) -> None:
    assert await api.data(SETTINGS, by=people.ann) == settings(1, "WARN", is_protected=False)
    assert await updated(api, people.ann, isProtected=True) == {
        "profileVersion": 2,
        "user": {"username": "ann", "isProtected": True},
        "userErrors": [],
    }
    assert await api.data(SETTINGS, by=people.ann) == settings(2, "WARN", is_protected=True)
    await updated(api, people.ann, sensitiveContent="HIDE", isProtected=None)
    assert await api.data(SETTINGS, by=people.ann) == settings(3, "HIDE", is_protected=True)


async def test_an_old_version_is_refused(api: Api, people: People, stored: Stored) -> None:
    await updated(api, people.ann, isProtected=True, ifVersion=1)
    before = await stored()
    payload = await updated(api, people.ann, isProtected=False, ifVersion=1)
    assert payload == {
        "profileVersion": 2,
        "user": {"username": "ann", "isProtected": True},
        "userErrors": [
            {
                "__typename": "ConflictError",
                "code": "CONFLICT",
                "message": "It was changed meanwhile and is at version 2: look at it again.",
                "path": ["input", "ifVersion"],
            }
        ],
    }
    assert await stored() == before


async def test_an_account_that_opens_lets_everybody_in_who_has_asked(
    api: Api, people: People, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_requests, "CHUNK", 1)
    await api.protected(people.ann)
    for person in (people.bob, people.cat):
        await api.data(FOLLOW, {"id": people.ann.id}, by=person)
    await updated(api, people.ann, isProtected=False)
    for _ in range(2):
        await queue.drained()
        names = [{"username": "cat"}, {"username": "bob"}]
        assert await api.data(FOLLOWERS) == {"user": {"followerCount": {"value": 2}, "followers": {"nodes": names}}}
        assert (await api.data(SETTINGS, by=people.ann))["viewer"]["followRequests"] == {"nodes": []}
        await updated(api, people.ann, isProtected=False)


async def test_an_account_that_is_protected_again_at_once_lets_nobody_in(
    api: Api, people: People, queue: Queue
) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    await updated(api, people.ann, isProtected=False)
    await updated(api, people.ann, isProtected=True)
    await queue.drained()
    assert await api.data(SETTINGS, by=people.ann) == settings(4, "WARN", is_protected=True, requests=1)


async def test_who_follows_while_the_account_opens_is_not_left_waiting(
    api: Api, people: People, runtime: Runtime, queue: Queue
) -> None:
    await api.protected(people.ann)
    async with runtime.database.write() as session:
        statement = text("UPDATE users SET is_protected = false WHERE id = :id")
        await session.execute(statement, {"id": people.ann.raw_id})
        follow = asyncio.create_task(api.data(FOLLOW, {"id": people.ann.id}, by=people.bob))
        await until(partial(are_blocked, runtime, 1))
    assert await follow == {"followUser": {"userErrors": []}}
    await queue.drained()
    assert (await api.data(FOLLOWERS))["user"]["followers"] == {"nodes": [{"username": "bob"}]}
