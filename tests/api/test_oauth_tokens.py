"""POST /oauth/token and /oauth/revoke."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from domain.records import ClientAddress
from services import oauth_apps, oauth_tokens
from services.oauth_tokens import Issued
from services.runtime import Runtime
from tests.api.conftest import SetStatus, Stored
from tests.api.oauth_parties import (
    CALLBACK,
    VERIFIER,
    App,
    at_token,
    browsing,
    registered_app,
    through,
    tokens_of,
    traded,
)
from tests.client import Api, People, Person

REFRESH = "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { accessToken userErrors { code } } }"


def assert_refused(response: httpx.Response, error: str, status: int = 400) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"


async def works(api: Api, person: Person) -> bool:
    response = await api.post({"query": "{ viewer { user { username } } }"}, token=person.token)
    assert response.status_code in {200, 401}
    return response.status_code == 200


async def refreshed(api: Api, app: App, refresh_token: str, **given: str) -> httpx.Response:
    return await at_token(api, app, grant_type="refresh_token", refresh_token=refresh_token, **given)


async def test_tokens_say_what_they_are_good_for(api: Api, people: People) -> None:
    tokens = await tokens_of(api, await registered_app(api, people.bob))
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["scope"]) == (str(people.ann.raw_id), "read tweets:write")
    assert set(tokens) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": VERIFIER[:-1] + "X"},
        {"code_verifier": "short"},
        {"code_verifier": "é" * 43},
        {"code_verifier": VERIFIER + "\n"},
        {"redirect_uri": CALLBACK + "/"},
        {"code": "garbage"},
        {"code": "\0"},
    ],
)
async def test_a_code_needs_what_belongs_to_it_and_is_not_spent_without(
    api: Api, people: People, stored: Stored, changed: dict[str, str]
) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        code = await browser.code(app)
    before = await stored()
    assert_refused(await traded(api, app, **{"code": code, **changed}), "invalid_grant")
    assert await stored() == before
    assert (await traded(api, app, code, redirect_uri=CALLBACK)).status_code == 200


async def test_another_apps_code_is_like_none(api: Api, people: People, stored: Stored) -> None:
    app, other = [await registered_app(api, people.bob) for _ in range(2)]
    async with browsing(api) as browser:
        code = await browser.code(app)
    before = await stored()
    assert_refused(await traded(api, other, code), "invalid_grant")
    assert await stored() == before
    tokens = (await traded(api, app, code)).json()
    assert_refused(await traded(api, other, code), "invalid_grant")
    assert await works(api, through(people.ann, tokens))


async def test_a_code_used_twice_ends_what_it_was_traded_for(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        code = await browser.code(app)
    tokens = (await traded(api, app, code)).json()
    assert await works(api, through(people.ann, tokens))
    assert_refused(await traded(api, app, code), "invalid_grant")
    assert not await works(api, through(people.ann, tokens))
    assert_refused(await refreshed(api, app, tokens["refresh_token"]), "invalid_grant")
    assert await works(api, people.ann)


async def test_of_many_who_trade_a_code_at_once_one_wins_and_its_tokens_end(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        code = await browser.code(app)
    answers = await asyncio.gather(*(traded(api, app, code) for _ in range(5)))
    [won] = [answer for answer in answers if answer.status_code == 200]
    assert not await works(api, through(people.ann, won.json()))


async def test_a_code_is_good_for_a_minute(api: Api, people: People, runtime: Runtime) -> None:
    app = await registered_app(api, people.bob)

    async def traded_after(age: timedelta) -> Issued | None:
        async with browsing(api) as browser:
            before = runtime.now()
            code = await browser.code(app)
        async with runtime.database.write() as session:
            client = await oauth_apps.found(session, app.id)
            assert client is not None
            return await oauth_tokens.exchange(
                session,
                runtime,
                client.app,
                code=code,
                code_verifier=VERIFIER,
                redirect_uri=None,
                client=ClientAddress(),
                now=before + age,
            )

    assert await traded_after(timedelta(seconds=60)) is not None
    assert await traded_after(timedelta(seconds=75)) is None


@pytest.mark.parametrize("status", ["SUSPENDED", "DEACTIVATED"])
async def test_whoever_closes_the_account_closes_it_for_apps(
    api: Api, people: People, set_status: SetStatus, status: str
) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    async with browsing(api) as browser:
        code = await browser.code(app)
    await set_status(people.ann, status)
    assert_refused(await traded(api, app, code), "invalid_grant")
    assert_refused(await refreshed(api, app, tokens["refresh_token"]), "invalid_grant")
    assert not await works(api, through(people.ann, tokens))


async def test_ending_all_sessions_ends_a_code_on_its_way(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        code = await browser.code(app)
    await api.data("mutation { logOutEverywhere(input: {}) { userErrors { code } } }", by=people.ann)
    assert_refused(await traded(api, app, code), "invalid_grant")


async def test_a_refresh_token_used_twice_ends_the_session(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    renewed = await refreshed(api, app, tokens["refresh_token"])
    assert renewed.json()["scope"] == "read tweets:write"
    assert_refused(await refreshed(api, app, tokens["refresh_token"]), "invalid_grant")
    assert_refused(await refreshed(api, app, renewed.json()["refresh_token"]), "invalid_grant")
    assert not await works(api, through(people.ann, renewed.json()))


@pytest.mark.parametrize("scope", ["read tweets:write likes:write", "account:write", "admin", "*", "unknown", " "])
async def test_a_scope_does_not_grow_and_the_token_is_not_spent(
    api: Api, people: People, stored: Stored, scope: str
) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    before = await stored()
    assert_refused(await refreshed(api, app, tokens["refresh_token"], scope=scope), "invalid_scope")
    assert await stored() == before
    assert (await refreshed(api, app, tokens["refresh_token"])).status_code == 200


async def test_a_scope_can_be_narrowed_for_one_access_token(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    narrow = (await refreshed(api, app, tokens["refresh_token"], scope="read")).json()
    assert narrow["scope"] == "read"
    post = 'mutation { postTweet(input: {text: "hello"}) { tweet { text } } }'
    [error] = (await api.answer(post, by=through(people.ann, narrow)))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    wide = (await refreshed(api, app, narrow["refresh_token"])).json()
    assert await api.data(post, by=through(people.ann, wide)) == {"postTweet": {"tweet": {"text": "hello"}}}


async def test_refresh_tokens_work_where_they_were_issued_only(api: Api, people: People, stored: Stored) -> None:
    app, other = [await registered_app(api, people.bob) for _ in range(2)]
    tokens = await tokens_of(api, app)
    before = await stored()
    assert_refused(await refreshed(api, other, tokens["refresh_token"]), "invalid_grant")
    assert_refused(await refreshed(api, app, people.ann.refresh_token), "invalid_grant")
    payload = (await api.data(REFRESH, {"i": {"refreshToken": tokens["refresh_token"]}}))["refreshSession"]
    assert payload == {"accessToken": None, "userErrors": [{"code": "UNAUTHENTICATED"}]}
    assert await stored() == before


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def test_whatever_is_wrong_with_an_apps_proof_it_gets_one_answer(
    api: Api, people: People, stored: Stored
) -> None:
    app, public = [await registered_app(api, people.bob, confidential=kind) for kind in (True, False)]
    async with browsing(api) as browser:
        code = await browser.code(app)
    assert app.secret is not None
    before = await stored()
    tries: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"client_id": "garbage"}, {}),
        ({"client_id": people.bob.id, "client_secret": app.secret}, {}),
        ({"client_id": app.id}, {}),
        ({"client_id": app.id, "client_secret": "wrong"}, {}),
        ({"client_id": app.id, "client_secret": app.secret + " "}, {}),
        ({"client_id": app.id, "client_secret": "é\0"}, {}),
        ({"client_id": public.id, "client_secret": app.secret}, {}),
        ({}, basic(app.id, "wrong")),
        ({}, basic("unknown", app.secret)),
        ({}, {"authorization": "Basic garbage"}),
        ({}, {"authorization": "Basic /w=="}),
        ({}, {"authorization": f"Bearer {people.ann.token}"}),
    ]
    answers = set()
    for given, headers in tries:
        for path, wanted in (
            ("/oauth/token", {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}),
            ("/oauth/revoke", {"token": people.ann.refresh_token}),
        ):
            url = api.url.replace("/graphql", path)
            response = await api.http.post(url, data={**wanted, **given}, headers=headers)
            answers.add((response.status_code, response.text, response.headers["www-authenticate"]))
    assert answers == {
        (401, '{"error":"invalid_client"}', 'Basic error="invalid_client", error_description=""'),
    }
    assert await stored() == before


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "ann", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "\0é"}, "invalid_grant"),
    ],
)
async def test_what_is_missing_or_unknown_has_its_error(
    api: Api, people: People, given: dict[str, str], error: str
) -> None:
    app = await registered_app(api, people.bob)
    assert_refused(await at_token(api, app, **given), error)


async def test_a_request_that_is_no_form_is_refused(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    assert app.secret is not None
    url = api.url.replace("/graphql", "/oauth/token")
    given: dict[str, Any] = {"grant_type": "refresh_token", "client_id": app.id, "client_secret": app.secret}
    assert_refused(await api.http.post(url, json=given), "invalid_request")
    twice = f"grant_type=refresh_token&grant_type=refresh_token&client_id={app.id}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert_refused(await api.http.post(url, content=twice, headers=form), "invalid_request")
    assert_refused(await api.http.post(url, data={**given, "x": "x" * 40_000}), "invalid_request", 413)
    both = await api.http.post(url, data=given, headers=basic(app.id, app.secret))
    assert_refused(both, "invalid_request")
    assert (await api.http.get(url)).status_code == 405


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_either_token_gives_back_the_session(api: Api, people: People, kind: str) -> None:
    app = await registered_app(api, people.bob)
    tokens, others = await tokens_of(api, app), await tokens_of(api, app)
    for _ in range(2):
        revoked = await at_token(api, app, "/oauth/revoke", token=tokens[kind], token_type_hint="nonsense")
        assert (revoked.status_code, revoked.text) == (200, "")
    assert not await works(api, through(people.ann, tokens))
    assert_refused(await refreshed(api, app, tokens["refresh_token"]), "invalid_grant")
    assert await works(api, through(people.ann, others))


async def test_what_is_not_the_apps_is_not_given_back(api: Api, people: People, stored: Stored) -> None:
    app, other = [await registered_app(api, people.bob) for _ in range(2)]
    tokens = await tokens_of(api, app)
    before = await stored()
    foreign = [tokens["access_token"], tokens["refresh_token"]]
    own = [people.ann.token, people.ann.refresh_token, "garbage", "\0é"]
    for token in foreign + own:
        assert (await at_token(api, other, "/oauth/revoke", token=token)).status_code == 200
    for token in own:
        assert (await at_token(api, app, "/oauth/revoke", token=token)).status_code == 200
    assert_refused(await at_token(api, app, "/oauth/revoke"), "invalid_request")
    assert await stored() == before
