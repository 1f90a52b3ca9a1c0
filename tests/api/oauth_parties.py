"""Who takes part in OAuth: an app, and a browser with somebody in front of it."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from tests.client import PASSWORD, Api, Person

CALLBACK = "https://birds.example/callback"
VERIFIER = "a-verifier-that-only-the-app-knows-0123456789"
CREATE = """
mutation Create($input: CreateOAuthAppInput!) {
  createOAuthApp(input: $input) { app { id } clientSecret userErrors { code message path } }
}
"""


@dataclass(frozen=True)
class App:
    id: str
    secret: str | None

    def asks(self, **changed: str | None) -> dict[str, str]:
        """Parameters of an authorization request; None leaves one out."""
        parameters: dict[str, str | None] = {
            "client_id": self.id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "read tweets:write",
            "state": "xyz",
            "code_challenge": create_s256_code_challenge(VERIFIER),
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: value for name, value in parameters.items() if value is not None}


async def registered_app(
    api: Api, by: Person, *, confidential: bool = True, redirect_uri: str = CALLBACK, **given: Any
) -> App:
    written = {"name": "Birds", "redirectUris": [redirect_uri], "isConfidential": confidential, **given}
    payload = (await api.data(CREATE, {"input": written}, by=by))["createOAuthApp"]
    assert payload["userErrors"] == []
    return App(payload["app"]["id"], payload["clientSecret"])


class Browser:
    """With its cookies; it shows where it is sent and does not go there."""

    def __init__(self, origin: str) -> None:
        self.http = httpx.AsyncClient(base_url=origin)

    async def opened(self, parameters: dict[str, str]) -> httpx.Response:
        return await self.http.get("/oauth/authorize", params=parameters)

    async def sent(
        self, page: httpx.Response, *, login: str = "ann", password: str = PASSWORD, decision: str = "allow"
    ) -> httpx.Response:
        """The page's form, filled in."""
        data = {"form": form_of(page), "login": login, "password": password, "decision": decision}
        return await self.http.post("/oauth/authorize", data=data)

    async def code(self, app: App, *, login: str = "ann", **changed: str | None) -> str:
        answer = await self.sent(await self.opened(app.asks(**changed)), login=login)
        return answer_of(answer)["code"]


@asynccontextmanager
async def browsing(api: Api) -> AsyncIterator[Browser]:
    browser = Browser(api.url.removesuffix("/graphql"))
    async with browser.http:
        yield browser


def form_of(page: httpx.Response) -> str:
    assert page.status_code in {200, 400, 429}, page.text
    [value] = re.findall(r'name="form" value="([^"]*)"', page.text)
    return html.unescape(value)


def answer_of(response: httpx.Response, *, at: str = CALLBACK) -> dict[str, str]:
    """What the app is told where the browser is sent."""
    assert response.status_code == 303, response.text
    place, _, query = response.headers["location"].partition("?")
    assert place == at
    return dict(parse_qsl(query, strict_parsing=True))


async def at_token(api: Api, app: App, path: str = "/oauth/token", **given: str) -> httpx.Response:
    data = {"client_id": app.id, **({"client_secret": app.secret} if app.secret else {}), **given}
    return await api.http.post(api.url.replace("/graphql", path), data=data)


async def traded(api: Api, app: App, code: str, **changed: str) -> httpx.Response:
    given = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER, **changed}
    return await at_token(api, app, **given)


async def tokens_of(api: Api, app: App, *, login: str = "ann", **changed: str | None) -> dict[str, Any]:
    """From the consent page to the tokens."""
    async with browsing(api) as browser:
        response = await traded(api, app, await browser.code(app, login=login, **changed))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def through(person: Person, tokens: dict[str, Any]) -> Person:
    """The person as an app acts for them."""
    return replace(person, token=tokens["access_token"], refresh_token=tokens["refresh_token"])
