"""GET and POST /oauth/authorize: who is asked, what a browser is allowed, and where it is never sent."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from app.main import create_app
from infra.settings import Settings
from services import oauth_consents
from services.runtime import Runtime
from tests.api.conftest import SetStatus, Stored
from tests.api.oauth_parties import CALLBACK, answer_of, browsing, form_of, registered_app, traded
from tests.client import PASSWORD, Api, People
from tests.conftest import serving

UNUSABLE = "This page cannot be used any more"


def alert_on(page: httpx.Response) -> str:
    [alert] = re.findall(r'<p role="alert">(.*?)</p>', page.text)
    return html.unescape(alert)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        None,
        "https://birds.example/callback/",
        "https://birds.example/callback/../evil",
        "https://birds.example/callback%2f..%2fevil",
        "https://birds.example/call",
        "https://birds.example/callback?next=evil",
        "https://birds.example/callback#fragment",
        "https://birds.example:443/callback",
        "https://birds.example.evil.example/callback",
        "https://evil@birds.example/callback",
        "https://birds.example@evil.example/callback",
        "http://birds.example/callback",
        "HTTPS://birds.example/callback",
        "https://evil.example/callback",
        "//evil.example",
        "javascript:alert(1)",
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(
    api: Api, people: People, redirect_uri: str | None
) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks(redirect_uri=redirect_uri))
    assert page.status_code == 400
    assert "This link does not work" in page.text
    assert "location" not in page.headers
    assert "<form" not in page.text


@pytest.mark.parametrize("client_id", [None, "", "1", "garbage", "é\0", "VXNlcjox"])
async def test_an_unknown_app_is_not_asked_for(api: Api, people: People, client_id: str | None) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks(client_id=client_id))
    assert (page.status_code, "location" in page.headers) == (400, False)


async def test_a_parameter_that_is_there_twice_is_refused(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        twice_a_scope = (*app.asks().items(), ("scope", "read"))
        twice = await browser.http.get("/oauth/authorize", params=httpx.QueryParams(twice_a_scope))
        assert answer_of(twice)["error"] == "invalid_request"
        two_places = (*app.asks().items(), ("redirect_uri", "https://evil.example/"))
        page = await browser.http.get("/oauth/authorize", params=httpx.QueryParams(two_places))
    assert (page.status_code, "location" in page.headers) == (400, False)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "é" * 43}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "tweets:write"}, "invalid_scope"),
        ({"scope": "read everything"}, "invalid_scope"),
        ({"scope": "read  tweets:write"}, "invalid_scope"),
        ({"scope": "read account:write"}, "invalid_scope"),
        ({"scope": "read admin"}, "invalid_scope"),
    ],
)
@pytest.mark.parametrize("confidential", [True, False])
async def test_an_app_is_told_what_is_wrong_with_its_wish(
    api: Api,
    people: People,
    runtime: Runtime,
    stored: Stored,
    confidential: bool,
    changed: dict[str, str | None],
    error: str,
) -> None:
    app = await registered_app(api, people.bob, confidential=confidential)
    before = await stored()
    async with browsing(api) as browser:
        answer = answer_of(await browser.opened(app.asks(**changed)))
    assert answer.pop("error_description", None)
    assert answer == {"error": error, "state": "xyz", "iss": runtime.settings.public_url}
    assert await stored() == before


@pytest.mark.parametrize(
    "state", ["a&code=evil#x", "é\u2603 +%20", "\r\nX: y", '"><script>alert(1)</script>', "s" * 3000]
)
@pytest.mark.parametrize("decision", ["allow", "deny", "error"])
async def test_the_state_comes_back_as_it_was(api: Api, people: People, decision: str, state: str) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        if decision == "error":
            answer = answer_of(await browser.opened(app.asks(state=state, scope="all")))
        else:
            page = await browser.opened(app.asks(state=state))
            assert "<script" not in page.text
            answer = answer_of(await browser.sent(page, decision=decision))
    assert answer["state"] == state
    assert set(answer) - {"state", "iss"} == {"allow": {"code"}}.get(decision, {"error", "error_description"})


async def test_without_a_state_none_comes_back_and_a_query_that_is_there_stays(api: Api, people: People) -> None:
    place = "https://birds.example/callback?a=b%20c"
    app = await registered_app(api, people.bob, redirect_uri=place)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks(state=None, redirect_uri=place))
        location = (await browser.sent(page)).headers["location"]
    assert re.fullmatch(rf"{re.escape(place)}&code=[\w-]{{43}}&iss=http[^&]+", location)


async def test_who_denies_needs_no_password_and_leaves_nothing_behind(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    app = await registered_app(api, people.bob)
    before = await stored()
    async with browsing(api) as browser:
        page = await browser.opened(app.asks())
        for decision in ("deny", "", "something else"):
            answer = answer_of(await browser.sent(page, login="", password="", decision=decision))
            assert answer.pop("error_description")
            assert answer == {"error": "access_denied", "state": "xyz", "iss": runtime.settings.public_url}
    assert await stored() == before


@pytest.mark.parametrize(("login", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("", ""), ("a\0b", "x\0")])
async def test_a_wrong_password_is_told_on_the_page_which_can_be_sent_again(
    api: Api, people: People, stored: Stored, login: str, password: str
) -> None:
    app = await registered_app(api, people.bob)
    before = await stored()
    async with browsing(api) as browser:
        again = await browser.sent(await browser.opened(app.asks()), login=login, password=password)
        assert (again.status_code, alert_on(again)) == (400, "The login or the password is wrong.")
        assert await stored() == before
        assert "code" in answer_of(await browser.sent(again))


@pytest.mark.parametrize(
    ("status", "alert"),
    [
        ("SUSPENDED", "This account is not active."),
        ("DEACTIVATED", "This account is closed: log in to Chirp itself to bring it back."),
    ],
)
async def test_a_closed_account_consents_to_nothing_and_stays_closed(
    api: Api, people: People, set_status: SetStatus, stored: Stored, status: str, alert: str
) -> None:
    app = await registered_app(api, people.bob)
    await set_status(people.ann, status)
    before = await stored()
    async with browsing(api) as browser:
        page = await browser.sent(await browser.opened(app.asks()))
    assert (page.status_code, alert_on(page)) == (400, alert)
    assert await stored() == before


async def test_a_form_is_good_in_the_browser_it_was_shown_in_only(api: Api, people: People, stored: Stored) -> None:
    app = await registered_app(api, people.bob)
    before = await stored()
    async with browsing(api) as browser, browsing(api) as other:
        page = await browser.opened(app.asks())
        assert UNUSABLE in (await other.sent(page)).text
        await other.opened(app.asks())
        assert UNUSABLE in (await other.sent(page)).text
        assert UNUSABLE in (await other.sent(page, decision="deny")).text
        assert await stored() == before
        # The same browser may have asked in another tab since.
        await browser.opened(app.asks(state="second"))
        assert answer_of(await browser.sent(page))["state"] == "xyz"


@pytest.mark.parametrize("kind", ["none", "garbage", "cut", "an access token"])
async def test_a_form_that_we_did_not_make_is_refused(api: Api, people: People, stored: Stored, kind: str) -> None:
    app = await registered_app(api, people.bob)
    before = await stored()
    async with browsing(api) as browser:
        form = form_of(await browser.opened(app.asks()))
        sent = {"none": "", "garbage": "garbage", "cut": form[:-2], "an access token": people.ann.token}[kind]
        data = {"form": sent, "login": "ann", "password": PASSWORD, "decision": "allow"}
        refused = await browser.http.post("/oauth/authorize", data=data)
    assert (refused.status_code, UNUSABLE in refused.text) == (400, True)
    assert await stored() == before


async def test_only_a_form_of_bounded_size_is_read(api: Api, people: People, stored: Stored) -> None:
    app = await registered_app(api, people.bob)
    before = await stored()
    async with browsing(api) as browser:
        data = {"form": form_of(await browser.opened(app.asks())), "login": "ann", "password": PASSWORD}
        as_json = await browser.http.post("/oauth/authorize", json={**data, "decision": "allow"})
        huge = await browser.http.post("/oauth/authorize", data={**data, "decision": "allow", "x": "x" * 40_000})
    for refused in (as_json, huge):
        assert (refused.status_code, UNUSABLE in refused.text) == (400, True)
    assert await stored() == before


async def test_a_form_is_no_access_token(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        form = form_of(await browser.opened(app.asks()))
    assert (await api.post({"query": "{ viewer { email } }"}, token=form)).status_code == 401


async def test_of_many_who_send_one_form_at_once_one_gets_a_code(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks())
        answers = await asyncio.gather(*(browser.sent(page) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400, 400]
    [sent] = [answer for answer in answers if answer.status_code == 303]
    assert (await traded(api, app, answer_of(sent)["code"])).status_code == 200


async def test_a_form_is_good_for_ten_minutes(runtime: Runtime, api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        form = form_of(await browser.opened(app.asks()))
        cookie = browser.http.cookies["chirp-consent"]
    now = runtime.now()
    oauth_consents.opened_form(runtime.settings, form, browser=cookie, now=now + timedelta(minutes=9, seconds=50))
    with pytest.raises(oauth_consents.FormCannotBeUsed):
        oauth_consents.opened_form(runtime.settings, form, browser=cookie, now=now + timedelta(minutes=10))


async def test_an_address_that_went_meanwhile_is_not_gone_to(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks())
        update = "mutation($i: UpdateOAuthAppInput!) { updateOAuthApp(input: $i) { userErrors { code } } }"
        await api.data(update, {"i": {"appId": app.id, "redirectUris": ["https://new.example/"]}}, by=people.bob)
        answer = await browser.sent(page)
    assert (answer.status_code, UNUSABLE in answer.text) == (400, True)


async def test_the_page_cannot_be_framed_nor_carry_anything_foreign(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        shown = await browser.opened(app.asks())
        unknown = await browser.opened({})
    for page, form_action in ((shown, "'self' https:"), (unknown, "'none'")):
        policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
        assert policy.pop("style-src").startswith("'sha256-")
        assert policy == {
            "default-src": "'none'",
            "base-uri": "'none'",
            "form-action": form_action,
            "frame-ancestors": "'none'",
        }
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert re.findall(r"src=|href=|<script|url\(", page.text) == []
    cookie = shown.headers["set-cookie"]
    assert re.fullmatch(r"chirp-consent=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax", cookie)
    assert "set-cookie" not in unknown.headers


async def test_in_production_the_cookie_is_for_https_and_this_host_alone(
    runtime: Runtime, settings: Settings, api: Api, people: People
) -> None:
    app = await registered_app(api, people.bob)
    production = create_app(replace(settings, environment="production"))
    async with (
        production.router.lifespan_context(production),
        serving(production) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        cookie = (await http.get("/oauth/authorize", params=app.asks())).headers["set-cookie"]
    assert re.fullmatch(r"__Host-chirp-consent=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure", cookie)


async def test_what_the_apps_maker_wrote_is_text(api: Api, people: People) -> None:
    name, description = "<script>x</script>&$form", "<img src=x onerror=alert(1)> $login ${form}"
    app = await registered_app(api, people.bob, name=name, description=description)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks())
        again = await browser.sent(page, login='"><b>', password="wrong")
    for shown in (page, again):
        assert html.escape(name) in shown.text
        assert html.escape(description) in shown.text
        assert re.findall(r"<script|<img|<b>", shown.text) == []
    assert 'value="&quot;&gt;&lt;b&gt;"' in again.text


@pytest.mark.parametrize(
    ("registered", "asked", "is_taken"),
    [
        ("http://127.0.0.1/callback", "http://127.0.0.1:51234/callback", True),
        ("http://[::1]:1/callback", "http://[::1]:51234/callback", True),
        ("http://127.0.0.1/callback", "http://127.0.0.1:51234/other", False),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1@evil.example/callback", False),
        ("http://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback", False),
        ("http://127.0.0.1/callback", "http://[::1]/callback", False),
        ("com.example.birds:/callback", "com.example.birds:/callback", True),
        ("com.example.birds:/callback", "com.example.birds2:/callback", False),
    ],
)
async def test_an_app_on_somebodys_device(
    api: Api, people: People, registered: str, asked: str, is_taken: bool
) -> None:
    app = await registered_app(api, people.bob, confidential=False, redirect_uri=registered)
    async with browsing(api) as browser:
        page = await browser.opened(app.asks(redirect_uri=asked))
        if not is_taken:
            assert (page.status_code, "location" in page.headers) == (400, False)
            return
        assert f"form-action 'self' {asked.partition(':')[0]}:;" in page.headers["content-security-policy"]
        assert "you go on to <strong>an app on this device</strong>" in page.text
        answer = answer_of(await browser.sent(page), at=asked)
    assert (await traded(api, app, answer["code"], redirect_uri=asked)).status_code == 200


async def test_tries_on_the_page_count_as_logins(runtime: Runtime, settings: Settings, stored: Stored) -> None:
    limited = create_app(replace(settings, rate_limits="LOGIN=2/3600"))
    async with limited.router.lifespan_context(limited), serving(limited) as url, Api(url) as api:
        await api.registered("ann")
        app = await registered_app(api, await api.registered("bob"))
        async with browsing(api) as browser:
            page = await browser.opened(app.asks())
            assert (await browser.sent(page, password="wrong")).status_code == 400
            log_in = 'mutation { logIn(input: {login: "ann", password: "wrong"}) { userErrors { code } } }'
            assert (await api.data(log_in))["logIn"]["userErrors"] == [{"code": "UNAUTHENTICATED"}]
            before = await stored()
            refused = await browser.sent(page)
            assert refused.status_code == 429
            assert 3500 < int(refused.headers["retry-after"]) <= 3600
            assert alert_on(refused).startswith("This was done too often: try again at ")
            assert await stored() == before
            assert answer_of(await browser.sent(page, decision="deny"))["error"] == "access_denied"


async def test_consent_is_recorded_once_and_anew_where_it_goes_further(
    api: Api, people: People, runtime: Runtime
) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        for scope in ("read tweets:write", "read", "read likes:write", "read likes:write tweets:write"):
            await browser.code(app, scope=scope)
    async with runtime.database.read() as session:
        select = "SELECT user_id, scopes, ended_at IS NULL FROM oauth_grants ORDER BY id"
        rows = [tuple(row) for row in await session.execute(text(select))]
    assert rows == [
        (people.ann.raw_id, ["read", "tweets:write"], False),
        (people.ann.raw_id, ["likes:write", "read", "tweets:write"], True),
    ]


async def test_the_way_back_is_kept_nowhere(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    async with browsing(api) as browser:
        answer = await browser.sent(await browser.opened(app.asks()))
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
