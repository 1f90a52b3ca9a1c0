"""Viewer.sessions, revokeSession and logOutEverywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.records import Viewer
from infra.database import ReadSession
from services.runtime import Runtime
from stores import sessions
from stores.sessions import SessionOfUser
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, only_error
from tests.client import PASSWORD, Api, People, Person
from tests.live.socket import connected
from tests.waiting import until

SESSIONS = """
query Sessions($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer { sessions(first: $first, after: $after, last: $last, before: $before) {
    nodes { id userAgent ipAddress isCurrent createdAt lastUsedAt expiresAt }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  } }
}
"""
REVOKE = f"mutation Revoke($input: RevokeSessionInput!) {{ revokeSession(input: $input) {{ replayed {USER_ERRORS} }} }}"
EVERYWHERE = f"""
mutation Everywhere($input: LogOutEverywhereInput!) {{ logOutEverywhere(input: $input) {{ replayed {USER_ERRORS} }} }}
"""
DONE = {"replayed": False, "userErrors": []}
NO_SUCH_SESSION = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such session.",
    "path": ["input", "sessionId"],
}


async def logged_in(api: Api, person: Person, user_agent: str = "other") -> Person:
    """Another session of the same person."""
    query = "mutation($i: LogInInput!) { logIn(input: $i) { accessToken refreshToken } }"
    variables = {"i": {"login": person.name, "password": PASSWORD}}
    response = await api.post({"query": query, "variables": variables}, **{"user-agent": user_agent})
    payload = response.json()["data"]["logIn"]
    return replace(person, token=payload["accessToken"], refresh_token=payload["refreshToken"])


async def refreshed(api: Api, person: Person, user_agent: str) -> Person:
    query = "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { accessToken refreshToken } }"
    variables = {"i": {"refreshToken": person.refresh_token}}
    response = await api.post({"query": query, "variables": variables}, **{"user-agent": user_agent})
    payload = response.json()["data"]["refreshSession"]
    return replace(person, token=payload["accessToken"], refresh_token=payload["refreshToken"])


async def listed(api: Api, person: Person, **page: Any) -> dict[str, Any]:
    connection: dict[str, Any] = (await api.data(SESSIONS, page, by=person))["viewer"]["sessions"]
    return connection


async def session_id(api: Api, person: Person) -> str:
    [found] = [node["id"] for node in (await listed(api, person))["nodes"] if node["isCurrent"]]
    assert isinstance(found, str)
    return found


async def status_of(api: Api, person: Person) -> int:
    return (await api.post({"query": "{ viewer { email } }"}, token=person.token)).status_code


async def test_each_session_says_where_it_got_its_last_tokens(api: Api, people: People) -> None:
    phone = await logged_in(api, people.ann, "p" * 300)
    [second, first] = (await listed(api, phone))["nodes"]
    assert [(node["userAgent"], node["ipAddress"], node["isCurrent"]) for node in (second, first)] == [
        ("p" * 255, "127.0.0.1", True),
        (api.http.headers["user-agent"], "127.0.0.1", False),
    ]
    assert second["createdAt"] == second["lastUsedAt"]
    started, ends = (datetime.fromisoformat(second[name]) for name in ("createdAt", "expiresAt"))
    assert ends - started == timedelta(days=7)
    assert ids.parsed_global_id(second["id"])[0] == "Session"

    phone = await refreshed(api, phone, "phone 2")
    [again, untouched] = (await listed(api, phone))["nodes"]
    assert untouched == first
    assert (again["id"], again["createdAt"], again["userAgent"]) == (second["id"], second["createdAt"], "phone 2")
    assert again["lastUsedAt"] > second["lastUsedAt"]
    assert again["expiresAt"] > second["expiresAt"]


async def test_only_ones_own_that_can_still_be_used_are_listed(api: Api, people: People, runtime: Runtime) -> None:
    ended, expired = await logged_in(api, people.ann), await logged_in(api, people.ann)
    expired_id = ids.raw_id(await session_id(api, expired), "Session")
    await api.data(REVOKE, {"input": {"sessionId": await session_id(api, ended)}}, by=ended)
    async with runtime.database.write() as session:
        expire = text("UPDATE refresh_tokens SET expires_at = now() WHERE session_id = :id")
        await session.execute(expire, {"id": expired_id})
    nodes = (await listed(api, people.ann))["nodes"]
    assert [(node["id"], node["isCurrent"]) for node in nodes] == [(await session_id(api, people.ann), True)]


async def test_who_asks_when_a_session_has_ended_is_refused_whoever_else_is_looked_up(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests under way are looked up together; what one finds is not for those that come while it does."""
    viewers, ask = sessions.viewers, runtime.viewers.ask
    let_go = asyncio.Event()
    batches: list[int] = []
    came: list[SessionOfUser] = []

    async def held(session: ReadSession, of: Sequence[SessionOfUser]) -> dict[SessionOfUser, Viewer]:
        found = await viewers(session, of)
        batches.append(len(of))
        await let_go.wait()
        return found

    async def counted(of: SessionOfUser) -> Viewer | None:
        came.append(of)
        return await ask(of)

    monkeypatch.setattr(sessions, "viewers", held)
    monkeypatch.setattr(runtime.viewers, "ask", counted)
    before = asyncio.create_task(status_of(api, people.ann))
    await until(lambda: batches == [1])
    async with runtime.database.write() as session:
        await sessions.revoke(session, came[0].session_id, now=runtime.now())
    after = [asyncio.create_task(status_of(api, person)) for person in (people.ann, people.bob, people.ann)]
    await until(lambda: len(came) == 4)
    let_go.set()
    assert await asyncio.gather(before, *after) == [200, 401, 200, 401]
    assert batches == [1, 2]


async def test_a_lookup_that_is_not_answered_does_not_hold_up_all_others(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.VIEWERS_WITHIN_S", 0.01)
    async with runtime.database.write() as session:
        await session.execute(text("LOCK TABLE sessions"))
        assert await status_of(api, people.ann) == 503
    monkeypatch.undo()
    assert await status_of(api, people.bob) == 200


async def test_sessions_are_paged_latest_first(api: Api, people: People) -> None:
    seen = [await session_id(api, people.ann)]
    for _ in range(4):
        seen.insert(0, await session_id(api, await logged_in(api, people.ann)))
    first = await listed(api, people.ann, first=2)
    assert [node["id"] for node in first["nodes"]] == seen[:2]
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    rest = await listed(api, people.ann, first=100, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in rest["nodes"]] == seen[2:]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert [node["id"] for node in (await listed(api, people.ann, last=2))["nodes"]] == seen[-2:]
    for page, code in (({"first": 101}, "VALIDATION_FAILED"), ({"after": "MTpob21lOjE"}, "BAD_CURSOR")):
        assert await only_error(api, SESSIONS, page, by=people.ann) == (code, ["viewer", "sessions"])


async def test_revoking_ends_that_session_alone_and_again_changes_nothing(
    api: Api, people: People, stored: Stored
) -> None:
    phone = await logged_in(api, people.ann)
    variables = {"input": {"sessionId": await session_id(api, phone)}}
    assert await api.data(REVOKE, variables, by=people.ann) == {"revokeSession": DONE}
    before = await stored()
    assert await api.data(REVOKE, variables, by=people.ann) == {"revokeSession": DONE}
    assert await stored() == before
    assert (await status_of(api, phone), await status_of(api, people.ann)) == (401, 200)
    refused = await api.data(
        "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { accessToken userErrors { code } } }",
        {"i": {"refreshToken": phone.refresh_token}},
    )
    assert refused == {"refreshSession": {"accessToken": None, "userErrors": [{"code": "UNAUTHENTICATED"}]}}


async def test_revoking_the_current_session_signs_the_rest_of_the_operation_out(api: Api, people: People) -> None:
    query = "mutation($i: RevokeSessionInput!) { revokeSession(input: $i) { replayed } logOut(input: {}) { replayed } }"
    variables = {"i": {"sessionId": await session_id(api, people.ann)}}
    assert await only_error(api, query, variables, by=people.ann) == ("UNAUTHENTICATED", ["logOut"])
    assert await status_of(api, people.ann) == 401


@pytest.mark.parametrize("which", ["bob's", "unknown", "a user", "garbage"])
async def test_what_is_no_session_of_ones_own_is_not_found(
    api: Api, people: People, stored: Stored, which: str
) -> None:
    wanted = {
        "bob's": await session_id(api, people.bob),
        "unknown": ids.global_id("Session", 1),
        "a user": people.ann.id,
        "garbage": "\0",
    }[which]
    before = await stored()
    answer = await api.data(REVOKE, {"input": {"sessionId": wanted}}, by=people.ann)
    assert answer == {"revokeSession": {"replayed": False, "userErrors": [NO_SUCH_SESSION]}}
    assert await stored() == before


async def test_a_session_is_no_node(api: Api, people: People) -> None:
    own = await session_id(api, people.ann)
    answer = await api.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [own, people.ann.id]})
    assert answer == {"nodes": [None, {"id": people.ann.id}]}


@pytest.mark.parametrize("keep_current", [False, True])
async def test_logging_out_everywhere_ends_all_or_all_others(api: Api, people: People, keep_current: bool) -> None:
    others = [await logged_in(api, people.ann) for _ in range(2)]
    variables = {"input": {"keepCurrent": keep_current}}
    assert await api.data(EVERYWHERE, variables, by=people.ann) == {"logOutEverywhere": DONE}
    assert await status_of(api, people.ann) == (200 if keep_current else 401)
    assert [await status_of(api, other) for other in others] == [401, 401]
    assert await status_of(api, people.bob) == 200


async def test_a_replay_of_logging_out_everywhere_else_ends_no_later_session(api: Api, people: People) -> None:
    variables = {"input": {"keepCurrent": True, "idempotencyKey": "k"}}
    assert await api.data(EVERYWHERE, variables, by=people.ann) == {"logOutEverywhere": DONE}
    later = await logged_in(api, people.ann)
    again = {"replayed": True, "userErrors": []}
    assert await api.data(EVERYWHERE, variables, by=people.ann) == {"logOutEverywhere": again}
    assert await status_of(api, later) == 200


async def test_behind_a_proxy_the_address_is_the_clients(api: Api, people: People) -> None:
    query = "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { userErrors { code } } }"
    variables = {"i": {"refreshToken": people.ann.refresh_token}}
    await api.post({"query": query, "variables": variables}, **{"x-forwarded-for": "10.0.0.1, 2001:db8::7"})
    [node] = (await listed(api, people.ann))["nodes"]
    assert node["ipAddress"] == "2001:db8::7"


async def test_a_session_begun_over_a_socket_says_so_too(api: Api, people: People, http_url: str) -> None:
    query = "mutation($i: LogInInput!) { logIn(input: $i) { accessToken } }"
    async with connected(http_url) as socket:
        await socket.initialised()
        answer = await socket.result("1", query, {"i": {"login": "ann", "password": PASSWORD}})
    phone = replace(people.ann, token=answer["data"]["logIn"]["accessToken"])
    [node] = [node for node in (await listed(api, phone))["nodes"] if node["isCurrent"]]
    assert node["ipAddress"] == "127.0.0.1"
    assert "websockets" in node["userAgent"]
