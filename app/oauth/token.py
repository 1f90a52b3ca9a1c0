"""POST /oauth/token and /oauth/revoke: what an app asks without anybody looking on (RFC 6749, 7009)."""

from __future__ import annotations

import orjson
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from fastapi import Request, Response

from app.authentication import client_address
from app.oauth.parameters import Parameters, form
from domain.records import OAuthApp
from services import oauth_apps, oauth_tokens
from services.oauth_tokens import Issued
from services.runtime import Runtime
from services.tokens import ACCESS_TOKEN_LIFE

_NOT_CACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def issue(request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime
    try:
        given = await form(request)
        issued = await _issued(request, runtime, await _client(request, runtime, given), given)
    except OAuth2Error as error:
        return _refused(error)
    body = {
        "access_token": issued.tokens.access_token,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
        "refresh_token": issued.tokens.refresh_token,
        "scope": issued.scope,
    }
    return Response(orjson.dumps(body), media_type="application/json", headers=_NOT_CACHED)


async def revoke(request: Request) -> Response:
    runtime: Runtime = request.app.state.runtime
    try:
        given = await form(request)
        app = await _client(request, runtime, given)
        token = given.required("token")
    except OAuth2Error as error:
        return _refused(error)
    async with runtime.database.write() as session:
        await oauth_tokens.revoke(session, runtime, app, token, now=runtime.now())
    return Response(headers=_NOT_CACHED)


async def _issued(request: Request, runtime: Runtime, app: OAuthApp, given: Parameters) -> Issued:
    client, now = client_address(request.scope), runtime.now()
    match given.required("grant_type"):
        case "authorization_code":
            code, code_verifier = given.required("code"), given.required("code_verifier")
            async with runtime.database.write() as session:
                issued = await oauth_tokens.exchange(
                    session,
                    runtime,
                    app,
                    code=code,
                    code_verifier=code_verifier,
                    redirect_uri=given.get("redirect_uri"),
                    client=client,
                    now=now,
                )
        case "refresh_token":
            refresh_token = given.required("refresh_token")
            async with runtime.database.write() as session:
                issued = await oauth_tokens.refresh(
                    session, runtime, app, refresh_token, scope=given.get("scope"), client=client, now=now
                )
        case other:
            raise UnsupportedGrantTypeError(other)
    if issued is None:
        raise InvalidGrantError("It is wrong, too old, used, revoked, or was given to another app.")
    return issued


async def _client(request: Request, runtime: Runtime, given: Parameters) -> OAuthApp:
    """Raises InvalidRequestError for two proofs at once, else InvalidClientError, the same whatever is wrong."""
    try:
        client_id, secret = extract_basic_authorization({"Authorization": request.headers.get("authorization", "")})
    except UnicodeDecodeError:
        raise InvalidClientError(status_code=401) from None
    if client_id is None:
        client_id, secret = given.get("client_id"), given.get("client_secret")
    elif given.get("client_secret") is not None or given.get("client_id") not in {None, client_id}:
        raise InvalidRequestError("The client is named twice.")
    async with runtime.database.read() as session:
        app = await oauth_apps.authenticated(session, client_id, secret or None)
    if app is None:
        raise InvalidClientError(status_code=401)
    return app


def _refused(error: OAuth2Error) -> Response:
    return Response(
        orjson.dumps(dict(error.get_body())), status_code=error.status_code, headers=dict(error.get_headers())
    )
