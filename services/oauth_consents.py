"""From an app's wish to act for somebody to the code it is given when they consent (RFC 6749, 7636, OAuth 2.1)."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime

import jwt
import msgspec
from authlib.oauth2.rfc6749.errors import (
    InvalidRequestError,
    InvalidScopeError,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc7636.challenge import CODE_CHALLENGE_PATTERN

from domain.errors import AccountNotActive
from domain.oauth import CODE_LIFE, FORM_LIFE, is_registered, parsed_scopes
from domain.permissions import Scope
from domain.records import ClientAddress, OAuthApp
from infra.database import WriteSession
from infra.settings import Settings
from services import closing, oauth_apps, tokens
from services.runtime import Runtime
from stores import oauth_grants, sessions
from stores.credentials import Credentials
from stores.oauth_grants import Code
from stores.sessions import Limits

_AUDIENCE = "chirp-consent"
_S256_LENGTH = 43


class Destination(msgspec.Struct, frozen=True):
    """Where the answer goes: only ever a place that the app has registered."""

    app: OAuthApp
    redirect_uri: str


class Wish(msgspec.Struct, frozen=True):
    """What an app wants to be allowed."""

    scopes: frozenset[Scope]
    code_challenge: str


class Form(msgspec.Struct, frozen=True):
    """A wish that waits for consent. It is signed, not stored: what strangers ask for costs no memory."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str | None
    code_challenge: str
    browser: str
    """The digest of the cookie of the browser that it was shown in."""
    jti: str
    """It can be consented to once."""


class UnknownDestination(Exception):
    """Nobody is sent anywhere: whoever made the link could send people where they like."""


class FormCannotBeUsed(Exception):
    """It is not ours, of another browser, too old, or was used already."""


async def destination(runtime: Runtime, client_id: str | None, redirect_uri: str | None) -> Destination:
    """Raises UnknownDestination."""
    async with runtime.database.read() as session:
        client = await oauth_apps.found(session, client_id)
    if client is None or redirect_uri is None or not is_registered(redirect_uri, client.app.redirect_uris):
        raise UnknownDestination
    return Destination(client.app, redirect_uri)


def checked_wish(
    *, response_type: str | None, scope: str | None, code_challenge: str | None, code_challenge_method: str | None
) -> Wish:
    """Raises OAuth2Error, for the app to read."""
    if response_type is None:
        raise InvalidRequestError("response_type is missing.")
    if response_type != "code":
        raise UnsupportedResponseTypeError(response_type, "Only response_type=code is there.")
    if code_challenge is None or code_challenge_method != "S256":
        raise InvalidRequestError("PKCE is required: send code_challenge with code_challenge_method=S256.")
    if len(code_challenge) != _S256_LENGTH or not CODE_CHALLENGE_PATTERN.fullmatch(code_challenge):
        raise InvalidRequestError("code_challenge is not a SHA-256 in base64url.")
    scopes = parsed_scopes(scope or "")
    if scopes is None:
        raise InvalidScopeError("The scope is missing, or names what apps cannot have.")
    if Scope.READ not in scopes:
        raise InvalidScopeError("Ask for read, too: what a mutation answers with is read.")
    return Wish(scopes, code_challenge)


def signed_form(
    settings: Settings, asked: Destination, wish: Wish, *, state: str | None, browser: str, now: datetime
) -> str:
    form = Form(
        client_id=asked.app.global_id,
        redirect_uri=asked.redirect_uri,
        scope=" ".join(sorted(wish.scopes)),
        state=state,
        code_challenge=wish.code_challenge,
        browser=tokens.digest(browser).hex(),
        jti=secrets.token_urlsafe(16),
    )
    return tokens.signed(settings, {**msgspec.structs.asdict(form), "exp": now + FORM_LIFE}, audience=_AUDIENCE)


def opened_form(settings: Settings, text: str, *, browser: str, now: datetime) -> Form:
    """Raises FormCannotBeUsed."""
    try:
        payload = tokens.verified(settings, text, audience=_AUDIENCE, required=["jti", "browser"])
    except jwt.InvalidTokenError as error:
        raise FormCannotBeUsed from error
    form = msgspec.convert(payload, Form)
    is_too_old = datetime.fromtimestamp(payload["exp"], UTC) <= now
    if is_too_old or not hmac.compare_digest(form.browser, tokens.digest(browser).hex()):
        raise FormCannotBeUsed
    return form


async def consent(
    session: WriteSession,
    runtime: Runtime,
    form: Form,
    app: OAuthApp,
    credentials: Credentials,
    *,
    client: ClientAddress,
    now: datetime,
) -> str:
    """The code that the app trades for tokens within CODE_LIFE.

    Raises WrongCredentials, AccountNotActive or FormCannotBeUsed.
    """
    user_id, scopes = credentials.user.id, parsed_scopes(form.scope)
    assert scopes is not None
    if await closing.let_in(session, credentials, now=now):
        raise AccountNotActive("This account is closed: log in to Chirp itself to bring it back.")
    granted = await oauth_grants.kept_scopes(session, user_id=user_id, app_id=app.id)
    if not scopes <= granted:
        await oauth_grants.end(session, user_id=user_id, app_id=app.id, now=now)
        await oauth_grants.insert(
            session,
            grant_id=runtime.snowflakes.next(),
            user_id=user_id,
            app_id=app.id,
            scopes=scopes | granted,
            now=now,
        )
    session_id = runtime.snowflakes.next()
    limits = Limits(oauth_app_id=app.id, scopes=scopes)
    await sessions.start(session, session_id=session_id, user_id=user_id, client=client, now=now, limits=limits)
    code = tokens.new_secret()
    issued = Code(
        session_id=session_id,
        redirect_uri=form.redirect_uri,
        code_challenge=form.code_challenge,
        expires_at=now + CODE_LIFE,
    )
    if not await oauth_grants.insert_code(session, issued, digest=tokens.digest(code), form_id=form.jti):
        raise FormCannotBeUsed
    return code
