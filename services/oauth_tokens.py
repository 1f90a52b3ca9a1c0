"""Tokens of apps: sessions like any other, that are good for what was consented to."""

from __future__ import annotations

import hmac
from datetime import datetime

import msgspec
from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN

from domain.errors import Unauthenticated
from domain.oauth import parsed_scopes
from domain.records import AccountStatus, ClientAddress, OAuthApp, TokenPair
from infra.database import WriteSession
from services import sessions, tokens
from services.runtime import Runtime
from services.sessions import SignedIn
from services.tokens import Claims
from stores import oauth_grants
from stores import sessions as stored_sessions


class Issued(msgspec.Struct, frozen=True):
    tokens: TokenPair
    scope: str


async def exchange(
    session: WriteSession,
    runtime: Runtime,
    app: OAuthApp,
    *,
    code: str,
    code_verifier: str,
    redirect_uri: str | None,
    client: ClientAddress,
    now: datetime,
) -> Issued | None:
    """Trades the code for tokens; None when it cannot be used.

    A code that comes twice is in two hands, so what it was traded for is revoked: the caller must let the transaction
    commit also when the answer is None.
    """
    digest = tokens.digest(code)
    found = await oauth_grants.locked_code(session, digest)
    if found is None or found.app_id != app.id:
        return None
    issued = found.code
    if found.is_used:
        await stored_sessions.revoke(session, issued.session_id, now=now)
        return None
    if issued.expires_at <= now or redirect_uri not in {None, issued.redirect_uri}:
        return None
    if not _proves(code_verifier, issued.code_challenge):
        return None
    viewer = await stored_sessions.viewer(session, session_id=issued.session_id, user_id=found.user_id)
    if viewer is None or viewer.user.status is not AccountStatus.ACTIVE:
        return None
    await oauth_grants.use_code(session, digest, now=now)
    await stored_sessions.use(session, issued.session_id, client=client, now=now)
    await oauth_grants.use(session, user_id=found.user_id, app_id=app.id, now=now)
    return _issued(await sessions.issue_tokens(session, runtime, viewer, now=now))


async def refresh(
    session: WriteSession,
    runtime: Runtime,
    app: OAuthApp,
    refresh_token: str,
    *,
    scope: str | None,
    client: ClientAddress,
    now: datetime,
) -> Issued | None:
    """As `sessions.refresh`; `scope` is what the new access token is to be good for, of what its session is.

    Raises InvalidScopeError where that is not part of it: then the token is not spent.
    """
    refreshed = await sessions.refresh(
        session, runtime, refresh_token, client=client, idempotency_key=None, now=now, oauth_app_id=app.id
    )
    if refreshed is None:
        return None
    signed_in = refreshed.signed_in
    viewer = signed_in.viewer
    await oauth_grants.use(session, user_id=viewer.user.id, app_id=app.id, now=now)
    if scope is None:
        return _issued(signed_in)
    scopes = parsed_scopes(scope)
    if scopes is None or viewer.scopes is None or not scopes <= viewer.scopes:
        raise InvalidScopeError("The scope goes beyond what was consented to.")
    claims = Claims(user_id=viewer.user.id, session_id=viewer.session_id, scopes=scopes)
    narrowed = msgspec.structs.replace(
        signed_in.tokens, access_token=tokens.access_token(runtime.settings, claims, now=now)
    )
    return Issued(narrowed, " ".join(sorted(scopes)))


async def revoke(session: WriteSession, runtime: Runtime, app: OAuthApp, token: str, *, now: datetime) -> None:
    """Ends the session that the access or refresh token is of; does nothing with any other text, or another app's."""
    found = await stored_sessions.locked_refresh_token(session, tokens.digest(token))
    if found is not None:
        session_id = found.session_id
    else:
        try:
            session_id = tokens.verified_claims(runtime.settings, token, now=now).session_id
        except Unauthenticated:
            return
    await stored_sessions.revoke_of_app(session, session_id, app_id=app.id, now=now)


def _proves(code_verifier: str, code_challenge: str) -> bool:
    return CODE_VERIFIER_PATTERN.fullmatch(code_verifier) is not None and hmac.compare_digest(
        create_s256_code_challenge(code_verifier), code_challenge
    )


def _issued(signed_in: SignedIn) -> Issued:
    return Issued(signed_in.tokens, " ".join(sorted(signed_in.viewer.scopes or ())))
