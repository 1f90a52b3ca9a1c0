"""Access tokens (PyJWT) and refresh tokens (random, hashed at rest)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import jwt
import msgspec

from domain.errors import SessionExpired, Unauthenticated
from domain.ids import MAX_ID
from domain.permissions import Scope
from infra.settings import Settings

ACCESS_TOKEN_LIFE = timedelta(hours=1)
REFRESH_TOKEN_LIFE = timedelta(days=7)
"""001:1308: one hour and seven days, rotated on use."""

_ALGORITHM = "HS256"
_ISSUER = "chirp"
_AUDIENCE = "chirp-api"
_WHOLE_ACCOUNT = "*"


class Claims(msgspec.Struct, frozen=True):
    """Nothing that changes while a token lives: the account's name, role and state are read with each request."""

    user_id: int
    session_id: int
    scopes: frozenset[Scope] | None = None


def access_token(settings: Settings, claims: Claims, *, now: datetime) -> str:
    key = settings.signing_keys[0]
    payload = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "scope": _WHOLE_ACCOUNT if claims.scopes is None else " ".join(sorted(claims.scopes)),
        "iat": now,
        "exp": now + ACCESS_TOKEN_LIFE,
    }
    return jwt.encode(payload, key.secret, algorithm=_ALGORITHM, headers={"kid": key.kid})


def verified_claims(settings: Settings, token: str, *, now: datetime) -> Claims:
    """Raises SessionExpired for a token whose hour is over, Unauthenticated for any other we did not issue."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        secret = next((key.secret for key in settings.signing_keys if key.kid == kid), None)
        if secret is None:
            raise Unauthenticated("The access token is signed with an unknown key.")
        payload = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            options={"require": ["exp", "iat", "sub", "sid", "scope"], "verify_exp": False, "verify_iat": False},
        )
        expires_at = datetime.fromtimestamp(int(payload["exp"]), UTC)
        claims = Claims(
            user_id=int(payload["sub"]), session_id=int(payload["sid"]), scopes=_scopes(str(payload["scope"]))
        )
        if not 0 < min(claims.user_id, claims.session_id) <= max(claims.user_id, claims.session_id) <= MAX_ID:
            raise Unauthenticated("The access token is not one of ours.")
    except (jwt.InvalidTokenError, ValueError, OverflowError) as error:
        raise Unauthenticated("The access token is not one of ours.") from error
    if expires_at <= now:
        raise SessionExpired
    return claims


def _scopes(text: str) -> frozenset[Scope] | None:
    return None if text == _WHOLE_ACCOUNT else frozenset(Scope(name) for name in text.split())


def new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def digest(refresh_token: str) -> bytes:
    """Refresh tokens have 256 random bits, so a plain hash at rest is enough."""
    return hashlib.sha256(refresh_token.encode("utf-8", "surrogatepass")).digest()
