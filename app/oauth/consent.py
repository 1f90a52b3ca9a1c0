"""GET and POST /oauth/authorize: somebody is asked, and sent back with a code or a refusal."""

from __future__ import annotations

import math
import re
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import AccessDeniedError
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.authentication import client_address
from app.oauth import pages
from app.oauth.parameters import form as given_form
from app.oauth.parameters import parsed
from domain.errors import DomainError, RateLimited
from domain.oauth import FORM_LIFE, parsed_scopes
from domain.rate_limits import counted_network
from infra.settings import Settings
from services import accounts, oauth_consents, rate_limits, tokens
from services.oauth_consents import Destination, Form, FormCannotBeUsed, UnknownDestination
from services.runtime import Runtime

_COOKIE_VALUE = re.compile(r"[\w-]{43}", re.ASCII)


async def ask(request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime
    given = parsed(request.url.query)
    try:
        asked = await oauth_consents.destination(runtime, given.get("client_id"), given.get("redirect_uri"))
    except UnknownDestination:
        return _message(
            "This link does not work",
            "Chirp does not know the app that sent you here, or the app does not know the address it wants you to go "
            "on to. Tell the people who make it.",
        )
    try:
        given.check()
        wish = oauth_consents.checked_wish(
            response_type=given.get("response_type"),
            scope=given.get("scope"),
            code_challenge=given.get("code_challenge"),
            code_challenge_method=given.get("code_challenge_method"),
        )
    except OAuth2Error as error:
        return _sent_back(runtime.settings, asked.redirect_uri, given.get("state"), dict(error.get_body()))
    # Kept where there is one: the same browser may ask in two tabs.
    found = request.cookies.get(_cookie(runtime.settings), "")
    browser = found if _COOKIE_VALUE.fullmatch(found) else tokens.new_secret()
    form = oauth_consents.signed_form(
        runtime.settings, asked, wish, state=given.get("state"), browser=browser, now=runtime.now()
    )
    html = pages.consent_page(asked.app, asked.redirect_uri, wish.scopes, form=form)
    response = HTMLResponse(html, headers=pages.headers(asked.redirect_uri))
    response.set_cookie(
        _cookie(runtime.settings),
        browser,
        max_age=int(FORM_LIFE.total_seconds()),
        secure=runtime.settings.is_production,
        httponly=True,
        samesite="lax",
    )
    return response


async def decide(request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime
    settings = runtime.settings
    try:
        given = await given_form(request)
        browser = request.cookies.get(_cookie(settings), "")
        written = given.required("form")
        form = oauth_consents.opened_form(settings, written, browser=browser, now=runtime.now())
        asked = await oauth_consents.destination(runtime, form.client_id, form.redirect_uri)
    except (OAuth2Error, FormCannotBeUsed, UnknownDestination):
        return _unusable_form()
    if given.get("decision") != "allow":
        return _sent_back(settings, form.redirect_uri, form.state, dict(AccessDeniedError().get_body()))
    login = given.get("login") or ""
    try:
        code = await _code(request, runtime, asked, form, login=login, password=given.get("password") or "")
    except FormCannotBeUsed:
        return _unusable_form()
    except DomainError as error:
        html = pages.consent_page(
            asked.app,
            form.redirect_uri,
            parsed_scopes(form.scope) or frozenset(),
            form=written,
            problem=error.message,
            login=login,
        )
        answer = HTMLResponse(html, status_code=400, headers=pages.headers(form.redirect_uri))
        if isinstance(error, RateLimited):
            answer.status_code = 429
            answer.headers["Retry-After"] = str(math.ceil((error.retry_at - runtime.now()).total_seconds()))
        return answer
    return _sent_back(settings, form.redirect_uri, form.state, {"code": code})


async def _code(
    request: Request, runtime: Runtime, asked: Destination, form: Form, *, login: str, password: str
) -> str:
    client, now = client_address(request.scope), runtime.now()
    async with rate_limits.attempt(runtime, accounts.LOGIN, counted_network(client.ip_address)):
        credentials = await accounts.checked_credentials(runtime, login=login, password=password)
    async with runtime.database.write() as session:
        return await oauth_consents.consent(session, runtime, form, asked.app, credentials, client=client, now=now)


def _cookie(settings: Settings) -> str:
    """With the prefix that keeps other hosts of the domain from setting it, where there is HTTPS."""
    return "__Host-chirp-consent" if settings.is_production else "chirp-consent"


def _sent_back(settings: Settings, redirect_uri: str, state: str | None, answer: dict[str, str | None]) -> Response:
    parameters = {**answer, "state": state, "iss": settings.public_url}
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return RedirectResponse(
        f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}",
        # 303, so that no browser sends the password on.
        status_code=303,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def _unusable_form() -> Response:
    return _message(
        "This page cannot be used any more",
        "It was used already, is older than ten minutes, or your browser keeps no cookies. Go back to the app and "
        "begin again.",
    )


def _message(title: str, message: str) -> Response:
    return HTMLResponse(pages.message_page(title, message), status_code=400, headers=pages.headers())
