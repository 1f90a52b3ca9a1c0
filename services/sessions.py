"""Sessions and their tokens: starting, refreshing, ending, and who a token belongs to."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from domain.errors import IdempotencyMismatch, NotFound, Unauthenticated, WrongCredentials
from domain.permissions import narrower
from domain.records import AccountStatus, ClientAddress, TokenPair, Viewer
from infra.database import WriteSession
from services import tokens
from services.runtime import Runtime
from services.tokens import Claims
from stores import idempotency, sessions
from stores.idempotency import StoredOutcome
from stores.sessions import RefreshToken, SessionOfUser


class SignedIn(msgspec.Struct, frozen=True):
    viewer: Viewer
    tokens: TokenPair


class Refreshed(msgspec.Struct, frozen=True):
    signed_in: SignedIn
    replayed: bool


async def start_session(
    session: WriteSession, runtime: Runtime, user_id: int, *, client: ClientAddress, now: datetime
) -> SignedIn:
    session_id = runtime.snowflakes.next()
    await sessions.start(session, session_id=session_id, user_id=user_id, client=client, now=now)
    viewer = await sessions.viewer(session, session_id=session_id, user_id=user_id)
    assert viewer is not None
    return await issue_tokens(session, runtime, viewer, now=now)


async def resume(session: WriteSession, runtime: Runtime, session_id: int, *, user_id: int, now: datetime) -> SignedIn:
    """The next tokens of a session whose last ones got lost: the refresh token among those stops working.

    Raises WrongCredentials where the session has ended or is not this user's.
    """
    await sessions.lock(session, session_id)
    viewer = await sessions.viewer(session, session_id=session_id, user_id=user_id)
    if viewer is None:
        raise WrongCredentials("The session that this idempotency key began has ended: log in with another key.")
    await sessions.withdraw_unspent(session, session_id)
    return await issue_tokens(session, runtime, viewer, now=now)


async def refresh(
    session: WriteSession,
    runtime: Runtime,
    refresh_token: str,
    *,
    client: ClientAddress,
    idempotency_key: str | None,
    now: datetime,
    oauth_app_id: int | None = None,
) -> Refreshed | None:
    """Trades the token for the next pair of the same session; None when it cannot be used, or not by this app.

    A spent token is in two hands, so its whole session is revoked: the caller must let the transaction commit also
    when the answer is None. It is not when its answer was lost: it comes with the key that spent it, and what it was
    traded for was never used. Then that is withdrawn and the token traded once more.

    Raises IdempotencyMismatch.
    """
    digest = tokens.digest(refresh_token)
    found = await sessions.locked_refresh_token(session, digest)
    if found is None or found.is_revoked or found.expires_at <= now or found.oauth_app_id != oauth_app_id:
        return None
    caller, request = f"session:{found.session_id}", hashlib.sha256(b"refreshSession" + digest).digest()
    if found.is_spent and not await _answer_was_lost(session, found, caller, idempotency_key, request):
        await sessions.revoke(session, found.session_id, now=now)
        return None
    viewer = await sessions.viewer(session, session_id=found.session_id, user_id=found.user_id)
    if viewer is None or viewer.user.status is not AccountStatus.ACTIVE:
        return None
    if idempotency_key is not None and not found.is_spent:
        if await idempotency.claim(session, caller=caller, key=idempotency_key, request_sha256=request) is not None:
            raise IdempotencyMismatch
        stored = StoredOutcome(subject_id=found.session_id)
        await idempotency.record(session, caller=caller, key=idempotency_key, outcome=stored)
    signed_in = await issue_tokens(session, runtime, viewer, now=now)
    successor = tokens.digest(signed_in.tokens.refresh_token)
    await sessions.spend_refresh_token(session, digest, successor=successor, now=now)
    await sessions.use(session, found.session_id, client=client, now=now)
    return Refreshed(signed_in, replayed=found.is_spent)


async def revoke(session: WriteSession, session_id: int | None, *, user_id: int, now: datetime) -> int:
    """Its access and refresh tokens stop working at once. Raises NotFound for what is not the user's own session."""
    if session_id is None or not await sessions.revoke_own(session, session_id, user_id=user_id, now=now):
        raise NotFound("session", field="sessionId")
    return session_id


async def authenticated(runtime: Runtime, access_token: str) -> Viewer:
    """Who a valid access token belongs to, with what both the token and its session are good for; raises
    Unauthenticated or SessionExpired."""
    return await standing(runtime, tokens.verified_claims(runtime.settings, access_token, now=runtime.now()))


async def standing(runtime: Runtime, claims: Claims) -> Viewer:
    """Who they are of, with what both they and their session are good for now; raises Unauthenticated."""
    viewer = await runtime.viewers.ask(SessionOfUser(claims.session_id, claims.user_id))
    if viewer is None or viewer.user.status is not AccountStatus.ACTIVE:
        raise Unauthenticated("This session has ended: log in again.")
    return msgspec.structs.replace(viewer, scopes=narrower(viewer.scopes, claims.scopes))


async def _answer_was_lost(
    session: WriteSession, spent: RefreshToken, caller: str, key: str | None, request: bytes
) -> bool:
    """Whether this very request spent the token and nobody used what it was answered with, which is now withdrawn."""
    done = None if key is None else await idempotency.find(session, caller=caller, key=key)
    if done is None or done.request_sha256 != request:
        return False
    return await sessions.withdraw_unspent(session, spent.session_id) == spent.successor


async def issue_tokens(session: WriteSession, runtime: Runtime, viewer: Viewer, *, now: datetime) -> SignedIn:
    refresh_token = tokens.new_secret()
    await sessions.issue_refresh_token(
        session,
        digest=tokens.digest(refresh_token),
        session_id=viewer.session_id,
        expires_at=now + tokens.REFRESH_TOKEN_LIFE,
    )
    claims = Claims(user_id=viewer.user.id, session_id=viewer.session_id, scopes=viewer.scopes)
    pair = TokenPair(
        access_token=tokens.access_token(runtime.settings, claims, now=now),
        access_token_expires_at=now + tokens.ACCESS_TOKEN_LIFE,
        refresh_token=refresh_token,
    )
    return SignedIn(viewer=viewer, tokens=pair)
