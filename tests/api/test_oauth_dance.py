"""The whole way of a third party's app, by a client library that knows nothing of Chirp."""

from __future__ import annotations

import html
import re

from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from services.runtime import Runtime
from tests.api.oauth_parties import CALLBACK, VERIFIER, App, Browser, browsing, form_of, registered_app
from tests.client import Api, People

POST = 'mutation { postTweet(input: {text: "from Birds"}) { tweet { text author { ... on User { username } } } } }'


async def authorized(browser: Browser, url: str) -> str:
    """Where ann is sent when she allows it."""
    page = await browser.http.get(url)
    answer = await browser.sent(page)
    location: str = answer.headers["location"]
    return location


def client_of(api: Api, app: App, method: str) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        app.id,
        app.secret,
        token_endpoint_auth_method=method,
        redirect_uri=CALLBACK,
        scope="read tweets:write",
        code_challenge_method="S256",
        token_endpoint=api.url.replace("/graphql", "/oauth/token"),
        revocation_endpoint_auth_method=method,
    )


async def test_a_confidential_app_acts_for_somebody_refreshes_and_gives_it_back(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob)
    for method in ("client_secret_basic", "client_secret_post"):
        async with client_of(api, app, method) as client, browsing(api) as browser:
            url, state = client.create_authorization_url(
                api.url.replace("/graphql", "/oauth/authorize"), code_verifier=VERIFIER
            )
            location = await authorized(browser, url)
            token = await client.fetch_token(authorization_response=location, state=state, code_verifier=VERIFIER)
            assert {name: token[name] for name in ("token_type", "expires_in", "scope")} == {
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": "read tweets:write",
            }
            posted = await client.post(api.url, json={"query": POST})
            assert posted.json() == {
                "data": {"postTweet": {"tweet": {"text": "from Birds", "author": {"username": "ann"}}}}
            }
            renewed = await client.refresh_token()
            assert renewed["refresh_token"] != token["refresh_token"]
            revoked = await client.revoke_token(
                api.url.replace("/graphql", "/oauth/revoke"), token=renewed["refresh_token"]
            )
            assert (revoked.status_code, revoked.text) == (200, "")
            assert (await client.post(api.url, json={"query": POST})).status_code == 401


async def test_an_app_without_a_secret_proves_itself_by_the_verifier_alone(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob, confidential=False)
    assert app.secret is None
    async with client_of(api, app, "none") as client, browsing(api) as browser:
        url, state = client.create_authorization_url(
            api.url.replace("/graphql", "/oauth/authorize"), code_verifier=VERIFIER
        )
        location = await authorized(browser, url)
        await client.fetch_token(authorization_response=location, state=state, code_verifier=VERIFIER)
        assert (await client.post(api.url, json={"query": POST})).status_code == 200
        assert (await client.refresh_token())["token_type"] == "Bearer"


async def test_the_metadata_is_valid_and_says_what_there_is(api: Api, runtime: Runtime) -> None:
    response = await api.http.get(api.url.replace("/graphql", "/.well-known/oauth-authorization-server"))
    found = response.json()
    # The library takes https only; tests and ./chirp dev have none.
    AuthorizationServerMetadata(
        {
            name: value.replace("http://", "https://") if isinstance(value, str) else value
            for name, value in found.items()
        }
    ).validate()
    proofs = ["client_secret_basic", "client_secret_post", "none"]
    url = runtime.settings.public_url
    assert found == {
        "issuer": url,
        "authorization_endpoint": f"{url}/oauth/authorize",
        "token_endpoint": f"{url}/oauth/token",
        "token_endpoint_auth_methods_supported": proofs,
        "revocation_endpoint": f"{url}/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": proofs,
        "scopes_supported": [
            "read",
            "tweets:write",
            "likes:write",
            "bookmarks:write",
            "follows:write",
            "profile:write",
            "blocks:write",
            "lists:write",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


async def test_the_page_says_who_asks_for_what_and_where_it_leads(api: Api, people: People) -> None:
    app = await registered_app(api, people.bob, description="Counts birds")
    async with browsing(api) as browser:
        page = await browser.opened(app.asks())
    text = html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", page.text, flags=re.DOTALL))
    assert page.status_code == 200
    assert [line for line in text.splitlines() if line.strip()] == [
        "Birds and your Chirp account",
        "Let Birds use your Chirp account?",
        "Counts birds",
        "It could then:",
        "Read all that you can see, and your email address and settings",
        "Write, edit and delete tweets in your name, and retweet",
        "It cannot see or change your password, nor close your account. You can take this back at any time.",
        "Afterwards you go on to birds.example.",
        "Username or email address",
        "Password",
        "Allow",
        "Deny",
    ]
    assert form_of(page)
