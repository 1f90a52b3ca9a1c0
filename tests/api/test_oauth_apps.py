"""createOAuthApp, updateOAuthApp, rotateOAuthAppSecret, deleteOAuthApp and Viewer.oauthApps."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids, oauth
from services import closing
from services.runtime import Runtime
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.api.oauth_parties import CALLBACK, App, at_token, browsing, registered_app, through, tokens_of, traded
from tests.client import Api, People, Person

APP = "app { id name description redirectUris isConfidential }"
NO_SUCH_APP = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such app.",
    "path": ["input", "appId"],
}
GIVEN = {"name": "Birds", "redirectUris": [CALLBACK], "isConfidential": True}
MALFORMED = (
    "A redirect URI is https://host/..., http://127.0.0.1/..., http://[::1]/..., or has a scheme of the app's own such "
    "as com.example.app:/...; it has no fragment and names no user."
)
APPS = """
query Apps($first: Int, $after: Cursor) {
  viewer { oauthApps(first: $first, after: $after) {
    nodes { id name description redirectUris isConfidential }
    edges { cursor }
    pageInfo { hasNextPage endCursor }
  } }
}
"""


async def done(api: Api, by: Person, mutation: str, fields: str = "", **given: Any) -> dict[str, Any]:
    capital = mutation[0].upper() + mutation[1:]
    document = f"mutation($i: {capital}Input!) {{ {mutation}(input: $i) {{ {fields} replayed {USER_ERRORS} }} }}"
    payload: dict[str, Any] = (await api.data(document, {"i": given}, by=by))[mutation]
    return payload


async def named(api: Api, by: Person, **page: Any) -> tuple[list[str], dict[str, Any]]:
    connection = (await api.data(APPS, page, by=by))["viewer"]["oauthApps"]
    return [node["name"] for node in connection["nodes"]], connection["pageInfo"]


async def has_secret(api: Api, app: App) -> bool:
    return (await at_token(api, app, grant_type="refresh_token", refresh_token="x")).status_code == 400


async def test_a_secret_is_shown_once_and_kept_as_a_digest(api: Api, people: People, stored: Stored) -> None:
    given = {**GIVEN, "name": "  Birds ", "description": "Counts birds", "idempotencyKey": "k"}
    payload = await done(api, people.ann, "createOAuthApp", f"{APP} clientSecret", **given)
    app_id, secret = payload["app"].pop("id"), payload.pop("clientSecret")
    shown = {"name": "Birds", "description": "Counts birds", "redirectUris": [CALLBACK], "isConfidential": True}
    assert payload == {"app": shown, "replayed": False, "userErrors": []}
    assert len(secret) == 43
    assert secret not in repr(await stored())
    again = await done(api, people.ann, "createOAuthApp", f"{APP} clientSecret", **given)
    assert again == {"app": {"id": app_id, **shown}, "clientSecret": None, "replayed": True, "userErrors": []}
    assert await has_secret(api, App(app_id, secret))


async def test_an_app_on_a_device_has_no_secret(api: Api, people: People) -> None:
    given = {**GIVEN, "isConfidential": False}
    payload = await done(api, people.ann, "createOAuthApp", f"{APP} clientSecret", **given)
    assert (payload["clientSecret"], payload["app"]["isConfidential"]) == (None, False)
    refused = await done(api, people.ann, "rotateOAuthAppSecret", "clientSecret", appId=payload["app"]["id"])
    error = invalid("appId", "MALFORMED", "This app has no secret.")
    assert refused == {"clientSecret": None, "replayed": False, "userErrors": [error]}


@pytest.mark.parametrize(
    ("uris", "error"),
    [
        ([], ("TOO_FEW", "An app has 1 to 5 redirect URIs.", 1, 0)),
        ([f"https://a.example/{n}" for n in range(6)], ("TOO_MANY", "An app has 1 to 5 redirect URIs.", 5, 6)),
        ([CALLBACK, CALLBACK], ("NOT_DISTINCT", "A redirect URI is there twice.", None, None)),
        (
            ["https://a.example/" + "x" * 500],
            ("TOO_LONG", "A redirect URI has at most 500 characters.", 500, 518),
        ),
        *(
            ([uri], ("MALFORMED", MALFORMED, None, None))
            for uri in (
                "",
                "/callback",
                "//birds.example/",
                "https://",
                "https:///path",
                "https://birds.example/#fragment",
                "https://birds.example/#",
                "https://ann@birds.example/",
                "https://birds.example:/",
                "https://birds.example:99999/",
                "https://[::1/",
                "https://birds.example/a b",
                "https://birds.example/\r\nX: y",
                "https://bïrds.example/",
                "https://birds.example\\@evil.example/",
                "HTTPS://birds.example/",
                "http://birds.example/",
                "http://localhost/",
                "http://127.0.0.1.evil.example/",
                "http://127.0.0.1@evil.example/",
                "javascript:alert(1)",
                "data:text/html,x",
                "birds:/callback",
                "com.example.birds:",
                "com.example;birds:/",
            )
        ),
    ],
)
async def test_an_address_that_nobody_may_be_sent_to_is_not_registered(
    api: Api, people: People, stored: Stored, uris: list[str], error: tuple[str, str, int | None, int | None]
) -> None:
    constraint, message, limit, actual = error
    app = await registered_app(api, people.ann)
    before = await stored()
    expected = [invalid("redirectUris", constraint, message, limit=limit, actual=actual)]
    created = await done(api, people.ann, "createOAuthApp", "app { id }", **{**GIVEN, "redirectUris": uris})
    assert created == {"app": None, "replayed": False, "userErrors": expected}
    changed = await done(api, people.ann, "updateOAuthApp", "app { id }", appId=app.id, redirectUris=uris)
    assert changed == {"app": None, "replayed": False, "userErrors": expected}
    assert await stored() == before


@pytest.mark.parametrize(
    "uri",
    [
        "https://birds.example",
        "https://birds.example:8443/a?b=c%20d",
        "https://xn--brds-5qa.example/",
        "http://127.0.0.1",
        "http://127.0.0.1:8000/callback",
        "http://[::1]/callback",
        "com.example.birds:/callback",
        "com.example.birds://callback",
    ],
)
async def test_addresses_that_people_may_be_sent_to(api: Api, people: People, uri: str) -> None:
    app = await registered_app(api, people.ann, confidential=False, redirect_uri=uri)
    async with browsing(api) as browser:
        assert (await browser.opened(app.asks(redirect_uri=uri))).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x" * 26, "a\nb", "\u200b"])
async def test_an_app_needs_a_name_that_can_be_read(api: Api, people: People, stored: Stored, name: str) -> None:
    before = await stored()
    payload = await done(api, people.ann, "createOAuthApp", "clientSecret", **{**GIVEN, "name": name})
    assert payload["clientSecret"] is None
    assert [error["path"] for error in payload["userErrors"]] == [["input", "name"]]
    assert await stored() == before


async def test_an_owner_has_so_many_apps(
    api: Api, people: People, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.oauth_apps.MAX_APPS", 2)
    for _ in range(2):
        await registered_app(api, people.ann)
    before = await stored()
    refused = await done(api, people.ann, "createOAuthApp", "clientSecret", **GIVEN)
    assert refused["userErrors"] == [invalid("name", "TOO_MANY", "There can be 2 apps.", limit=2, actual=3)]
    assert await stored() == before
    await registered_app(api, people.bob)
    assert oauth.MAX_APPS == 25


async def test_only_the_owner_sees_and_changes_an_app(
    api: Api, people: People, stored: Stored, runtime: Runtime
) -> None:
    app = await registered_app(api, people.ann)
    unknown = ids.global_id("OAuthApp", runtime.snowflakes.next())
    before = await stored()
    for mutation in ("updateOAuthApp", "rotateOAuthAppSecret", "deleteOAuthApp"):
        for by, app_id in ((people.bob, app.id), (people.ann, unknown), (people.ann, people.ann.id), (people.ann, "")):
            payload = await done(api, by, mutation, appId=app_id)
            assert payload == {"replayed": False, "userErrors": [NO_SUCH_APP]}
    assert await stored() == before
    assert await named(api, people.bob) == ([], {"hasNextPage": False, "endCursor": None})


async def test_a_change_leaves_alone_what_it_does_not_name(api: Api, people: People) -> None:
    app = await registered_app(api, people.ann, description="Counts birds")
    changed = await done(api, people.ann, "updateOAuthApp", APP, appId=app.id, name="Owls", description="")
    expected = {"id": app.id, "name": "Owls", "description": "", "redirectUris": [CALLBACK], "isConfidential": True}
    assert changed == {"app": expected, "replayed": False, "userErrors": []}
    moved = await done(api, people.ann, "updateOAuthApp", APP, appId=app.id, redirectUris=["com.example.owls:/x"])
    assert moved["app"] == {**expected, "redirectUris": ["com.example.owls:/x"]}
    assert await has_secret(api, app)


async def test_another_secret_ends_the_one_before_and_no_token(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    rotated = await done(api, people.bob, "rotateOAuthAppSecret", "clientSecret app { id }", appId=app.id)
    assert rotated["app"] == {"id": app.id}
    assert not await has_secret(api, app)
    assert await has_secret(api, App(app.id, rotated["clientSecret"]))
    assert (await api.data("{ viewer { user { username } } }", by=through(people.ann, tokens)))["viewer"] is not None


async def test_a_deleted_app_loses_everything_at_once(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)
    async with browsing(api) as browser:
        code, page = await browser.code(app), await browser.opened(app.asks())
        deleted = await done(api, people.bob, "deleteOAuthApp", "deletedAppId", appId=app.id)
        assert deleted == {"deletedAppId": app.id, "replayed": False, "userErrors": []}
        assert (await browser.opened(app.asks())).status_code == 400
        assert (await browser.sent(page)).status_code == 400
    assert (await traded(api, app, code)).status_code == 401
    refresh = await at_token(api, app, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refresh.status_code == 401
    assert (await api.post({"query": "{ viewer { email } }"}, token=tokens["access_token"])).status_code == 401
    seen = "{ viewer { authorizedApps { nodes { id } } sessions { nodes { appName } } } }"
    viewer = (await api.data(seen, by=people.ann))["viewer"]
    assert viewer == {"authorizedApps": {"nodes": []}, "sessions": {"nodes": [{"appName": None}]}}
    again = await done(api, people.bob, "deleteOAuthApp", appId=app.id)
    assert again["userErrors"] == [NO_SUCH_APP]


@pytest.mark.parametrize("status", ["SUSPENDED", "DEACTIVATED"])
async def test_an_app_stands_still_while_its_owners_account_is_not_active(
    api: Api, people: People, set_status: SetStatus, status: str
) -> None:
    app = await registered_app(api, people.bob)
    tokens = await tokens_of(api, app)

    async def statuses() -> tuple[int, int]:
        async with browsing(api) as browser:
            page = await browser.opened(app.asks())
        query = await api.post({"query": "{ viewer { email } }"}, token=tokens["access_token"])
        return page.status_code, query.status_code

    assert await statuses() == (200, 200)
    await set_status(people.bob, status)
    assert await statuses() == (400, 401)
    await set_status(people.bob, "ACTIVE")
    assert await statuses() == (200, 200)


async def test_of_an_app_whose_owner_is_forgotten_only_the_consent_is_left(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    app = await registered_app(api, people.bob, description="Counts birds")
    tokens = await tokens_of(api, app)
    async with runtime.database.write() as session:
        await closing.close(session, people.bob.raw_id, now=runtime.now(), for_good=True)
    for _ in range(2):
        await closing.purge_due(runtime.database, now=runtime.now() + closing.RETURN_WITHIN)
    [row] = (await stored())["oauth_apps"]
    assert row.startswith(f'({ids.raw_id(app.id, "OAuthApp")},,"","",{{}},,')
    assert (await api.post({"query": "{ viewer { email } }"}, token=tokens["access_token"])).status_code == 401
    assert len((await stored())["oauth_grants"]) == 1


async def test_apps_are_paged_latest_first(api: Api, people: People) -> None:
    for name in ("One", "Two", "Three"):
        await registered_app(api, people.ann, name=name)
    names, info = await named(api, people.ann, first=2)
    assert (names, info["hasNextPage"]) == (["Three", "Two"], True)
    names, info = await named(api, people.ann, first=2, after=info["endCursor"])
    assert (names, info["hasNextPage"]) == (["One"], False)
