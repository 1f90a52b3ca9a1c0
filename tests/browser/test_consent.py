"""The consent page of OAuth in a real browser, which holds to the page's policy."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tests.api.oauth_parties import registered_app
from tests.browser.conftest import RunInBrowser
from tests.client import PASSWORD, Api, People
from tests.conftest import serving


async def test_somebody_signs_in_allows_and_is_sent_on_by_the_app(
    api: Api, people: People, run_in_browser: RunInBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIRP_TEST_PASSWORD", PASSWORD)
    third_party = FastAPI()

    @third_party.get("/callback")
    async def callback(request: Request) -> Response:
        return RedirectResponse(f"/welcome?code={request.query_params['code']}")

    @third_party.get("/welcome")
    async def welcome() -> Response:
        return HTMLResponse("<link rel=icon href=data:,><h1>Welcome</h1>")

    app = await registered_app(api, people.bob, confidential=False, redirect_uri="http://127.0.0.1/callback")
    async with serving(third_party) as origin:
        asked = urlencode(app.asks(redirect_uri=f"{origin}/callback"))
        url = api.url.replace("/graphql", f"/oauth/authorize?{asked}")
        await run_in_browser("consent.mjs", url, f"{origin}/welcome")
