"""What apps may do by their tokens, Viewer.authorizedApps and revokeOAuthGrant."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.oauth import OFFERED
from domain.permissions import Scope
from services.runtime import Runtime
from stores import sessions
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, only_error
from tests.api.oauth_parties import App, at_token, browsing, registered_app, through, tokens_of, traded
from tests.api.races import are_blocked
from tests.api.test_scopes import narrowed
from tests.client import Api, People, Person
from tests.live.socket import HOME, connected
from tests.waiting import until

GRANTS = """
query Grants($first: Int, $after: Cursor) {
  viewer { authorizedApps(first: $first, after: $after) {
    nodes { id appName appDescription scopes grantedAt lastUsedAt }
    pageInfo { hasNextPage endCursor }
  } }
}
"""
REVOKE = f"mutation Revoke($i: RevokeOAuthGrantInput!) {{ revokeOAuthGrant(input: $i) {{ replayed {USER_ERRORS} }} }}"
DONE = {"revokeOAuthGrant": {"replayed": False, "userErrors": []}}
VIEWER = "{ viewer { user { username } } }"


async def grants_of(api: Api, person: Person, **page: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await api.data(GRANTS, page, by=person))["viewer"]["authorizedApps"]["nodes"]
    return nodes


async def status_of(api: Api, person: Person) -> int:
    return (await api.post({"query": VIEWER}, token=person.token)).status_code


async def refresh_status(api: Api, app: App, tokens: dict[str, Any]) -> int:
    given = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return (await at_token(api, app, **given)).status_code


def test_apps_may_ask_for_all_but_the_account_and_moderation() -> None:
    assert set(OFFERED) == set(Scope) - {Scope.ACCOUNT, Scope.ADMIN}


async def test_somebody_sees_what_they_let_an_app_do(api: Api, people: People, runtime: Runtime) -> None:
    app = await registered_app(api, people.bob, description="Counts birds")
    before = runtime.now()
    async with browsing(api) as browser:
        code = await browser.code(app)
    [unused] = await grants_of(api, people.ann)
    assert unused["lastUsedAt"] is None
    await traded(api, app, code)
    [grant] = await grants_of(api, people.ann)
    moments = [datetime.fromisoformat(grant.pop(name)) for name in ("grantedAt", "lastUsedAt")]
    assert before <= moments[0] < moments[1] <= runtime.now()
    assert grant.pop("id")
    assert grant == {"appName": "Birds", "appDescription": "Counts birds", "scopes": ["read", "tweets:write"]}
    assert await grants_of(api, people.bob) == []


async def test_grants_are_paged_latest_first(api: Api, people: People) -> None:
    async with browsing(api) as browser:
        for name in ("One", "Two", "Three"):
            await browser.code(await registered_app(api, people.bob, name=name))
    connection = (await api.data(GRANTS, {"first": 2}, by=people.ann))["viewer"]["authorizedApps"]
    assert [grant["appName"] for grant in connection["nodes"]] == ["Three", "Two"]
    [last] = await grants_of(api, people.ann, first=2, after=connection["pageInfo"]["endCursor"])
    assert last["appName"] == "One"


async def test_an_apps_session_is_listed_with_its_name(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        code = await browser.code(app)
        names = "{ viewer { sessions { nodes { appName isCurrent } } } }"
        own = {"appName": None, "isCurrent": True}
        assert (await api.data(names, by=people.ann))["viewer"]["sessions"]["nodes"] == [own]
        await traded(api, app, code)
    nodes = (await api.data(names, by=people.ann))["viewer"]["sessions"]["nodes"]
    assert nodes == [{"appName": "Birds", "isCurrent": False}, own]


async def test_what_is_taken_back_ends_at_once_and_may_be_repeated(api: Api, people: People) -> None:
    app, other = [await registered_app(api, people.bob) for _ in range(2)]
    kept = [await tokens_of(api, other), await tokens_of(api, app, login="cat")]
    tokens = [await tokens_of(api, app) for _ in range(2)]
    async with browsing(api) as browser:
        code = await browser.code(app)
    grant_id = (await grants_of(api, people.ann))[0]["id"]
    for _ in range(2):
        assert await api.data(REVOKE, {"i": {"grantId": grant_id}}, by=people.ann) == DONE
    assert [grant["appName"] for grant in await grants_of(api, people.ann)] == ["Birds"]
    assert (await traded(api, app, code)).status_code == 400
    for each in tokens:
        assert await status_of(api, through(people.ann, each)) == 401
        assert await refresh_status(api, app, each) == 400
    assert await refresh_status(api, other, kept[0]) == 200
    assert await refresh_status(api, app, kept[1]) == 200


async def test_a_grant_that_a_wider_one_took_the_place_of_takes_back_that(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    await tokens_of(api, app, scope="read")
    [narrow] = await grants_of(api, people.ann)
    tokens = await tokens_of(api, app)
    [wide] = await grants_of(api, people.ann)
    assert (narrow["scopes"], wide["scopes"]) == (["read"], ["read", "tweets:write"])
    assert await api.data(REVOKE, {"i": {"grantId": narrow["id"]}}, by=people.ann) == DONE
    assert await grants_of(api, people.ann) == []
    assert await status_of(api, through(people.ann, tokens)) == 401


async def test_only_ones_own_grants_can_be_taken_back(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    tokens = await tokens_of(api, await registered_app(api, people.bob))
    [grant] = await grants_of(api, people.ann)
    before = await stored()
    unknown = ids.global_id("OAuthGrant", runtime.snowflakes.next())
    for by, grant_id in ((people.bob, grant["id"]), (people.ann, unknown), (people.ann, people.ann.id)):
        refused = await api.data(REVOKE, {"i": {"grantId": grant_id}}, by=by)
        [error] = refused["revokeOAuthGrant"]["userErrors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "grantId"])
    assert await stored() == before
    assert await status_of(api, through(people.ann, tokens)) == 200


async def test_consent_and_its_withdrawal_at_once_leave_no_session_without_a_grant(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The withdrawal comes while the consent relies on the grant that is there: it waits, and then ends both."""
    app = await registered_app(api, people.bob)
    await tokens_of(api, app)
    [grant] = await grants_of(api, people.ann)
    start, withdrawn = sessions.start, []

    async def start_while_it_is_withdrawn(*args: Any, **options: Any) -> None:
        withdrawn.append(asyncio.create_task(api.data(REVOKE, {"i": {"grantId": grant["id"]}}, by=people.ann)))
        await until(partial(are_blocked, runtime, 1))
        await start(*args, **options)

    monkeypatch.setattr(sessions, "start", start_while_it_is_withdrawn)
    async with browsing(api) as browser:
        code = await browser.code(app)
    assert await asyncio.gather(*withdrawn) == [DONE]
    assert (await traded(api, app, code)).status_code == 400
    assert await grants_of(api, people.ann) == []


async def test_tokens_are_fetched_without_waiting_for_whoever_is_at_the_grant(
    api: Api, people: People, runtime: Runtime
) -> None:
    """Who takes it back holds the grant and then wants the sessions, which who fetches tokens holds."""
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    async with browsing(api) as browser:
        code = await browser.code(app)
    async with runtime.database.write() as session:
        await session.execute(text("SELECT FROM oauth_grants FOR UPDATE"))
        assert (await traded(api, app, code)).status_code == 200
        assert await refresh_status(api, app, tokens) == 200


async def test_an_app_does_what_was_consented_to_and_nothing_else(api: Api, people: People, stored: Stored) -> None:
    wanted = "read tweets:write"
    ann = through(people.ann, await tokens_of(api, await registered_app(api, people.bob), scope=wanted))
    assert await api.data(VIEWER, by=ann) == {"viewer": {"user": {"username": "ann"}}}
    await api.tweeted(ann, "hello")
    before = await stored()
    follow = "mutation($i: FollowUserInput!) { followUser(input: $i) { replayed } }"
    assert await only_error(api, follow, {"i": {"userId": people.bob.id}}, by=ann) == ("FORBIDDEN", ["followUser"])
    for listing in ("sessions", "oauthApps", "authorizedApps"):
        query = f"{{ viewer {{ {listing} {{ nodes {{ id }} }} }} }}"
        assert await only_error(api, query, by=ann) == ("FORBIDDEN", ["viewer", listing])
    create = "mutation($i: CreateOAuthAppInput!) { createOAuthApp(input: $i) { clientSecret } }"
    given = {"name": "x", "redirectUris": ["https://x.example/"], "isConfidential": True}
    assert await only_error(api, create, {"i": given}, by=ann) == ("FORBIDDEN", ["createOAuthApp"])
    assert await stored() == before


@pytest.mark.parametrize(
    "query", [VIEWER, '{ user(by: {username: "ann"}) { ... on User { username } } }', "{ __typename }"]
)
async def test_a_token_that_is_not_good_for_reading_asks_no_queries(
    api: Api, people: People, runtime: Runtime, http_url: str, query: str
) -> None:
    ann = narrowed(runtime, people.ann, {Scope.TWEETS})
    answer = (await api.post({"query": query}, token=ann.token)).json()
    assert answer["errors"][0]["extensions"].pop("requestId")
    message = "The access token is not good for this: it lacks the scope read."
    assert answer == {"errors": [{"message": message, "extensions": {"code": "FORBIDDEN"}}]}
    async with connected(http_url) as socket:
        await socket.initialised(ann)
        for operation_id, document in (("query", query), ("subscription", HOME)):
            await socket.subscribe(operation_id, document)
            received = await socket.received()
            assert (received["type"], received["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")
    await api.tweeted(ann, "written blindly")


async def test_a_session_that_nobody_fetched_tokens_for_is_forgotten(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    async with browsing(api) as browser:
        await browser.code(await registered_app(api, people.bob))
    now = runtime.now()
    for _ in range(2):
        async with runtime.database.write() as session:
            await sessions.forget_ended(session, now=now, before=now + timedelta(seconds=1))
        rows = await stored()
        assert (len(rows["sessions"]), rows["oauth_codes"], len(rows["oauth_grants"])) == (3, [], 1)
