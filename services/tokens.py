"""Access tokens (PyJWT) and refresh tokens (random, hashed at rest)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
import msgspec

from domain.errors import SessionExpired, Unauthenticated
from domain.ids import MAX_ID
from domain.permissions import Scope
from infra.settings import Settings, SigningKey

ACCESS_TOKEN_LIFE = timedelta(hours=1)
REFRESH_TOKEN_LIFE = timedelta(days=7)
"""001:1308: one hour and seven days, rotated on use."""

REMEMBERED_TOKENS = 4_096
"""Of those that were verified: a client sends one again and again."""

_ALGORITHM = "HS256"
_ISSUER = "chirp"
_AUDIENCE = "chirp-api"
_WHOLE_ACCOUNT = "*"


class Claims(msgspec.Struct, frozen=True):
    """Nothing that changes while a token lives: the account's name, role and state are read with each request."""

    user_id: int
    session_id: int
    scopes: frozenset[Scope] | None = None


class TimedClaims(Claims, frozen=True, kw_only=True):
    """Of a token that was issued."""

    expires_at: datetime


def access_token(settings: Settings, claims: Claims, *, now: datetime) -> str:
    payload = {
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "scope": _WHOLE_ACCOUNT if claims.scopes is None else " ".join(sorted(claims.scopes)),
        "iat": now,
        "exp": now + ACCESS_TOKEN_LIFE,
    }
    return signed(settings, payload, audience=_AUDIENCE)


def verified_claims(settings: Settings, token: str, *, now: datetime) -> TimedClaims:
    """Raises SessionExpired for a token whose hour is over, Unauthenticated for any other we did not issue."""
    claims = _claims(settings.signing_keys, token)
    if claims.expires_at <= now:
        raise SessionExpired
    return claims


@lru_cache(maxsize=REMEMBERED_TOKENS)
def _claims(keys: tuple[SigningKey, ...], token: str) -> TimedClaims:
    """Depends on nothing else, and takes longer than all that is asked of the database about the token's session."""
    try:
        payload = _verified(keys, token, audience=_AUDIENCE, required=["iat", "sub", "sid", "scope"])
        claims = TimedClaims(
            user_id=int(payload["sub"]),
            session_id=int(payload["sid"]),
            scopes=_scopes(str(payload["scope"])),
            expires_at=datetime.fromtimestamp(int(payload["exp"]), UTC),
        )
        if not 0 < min(claims.user_id, claims.session_id) <= max(claims.user_id, claims.session_id) <= MAX_ID:
            raise Unauthenticated("The access token is not one of ours.")
    except (jwt.InvalidTokenError, ValueError, OverflowError) as error:
        raise Unauthenticated("The access token is not one of ours.") from error
    return claims


def signed(settings: Settings, payload: Mapping[str, object], *, audience: str) -> str:
    key = settings.signing_keys[0]
    claims = {"iss": _ISSUER, "aud": audience, **payload}
    return jwt.encode(claims, key.secret, algorithm=_ALGORITHM, headers={"kid": key.kid})


def verified(settings: Settings, token: str, *, audience: str, required: Sequence[str]) -> dict[str, Any]:
    """What we signed for this audience, whose `exp` is left to the caller; raises jwt.InvalidTokenError."""
    return _verified(settings.signing_keys, token, audience=audience, required=required)


def _verified(keys: tuple[SigningKey, ...], token: str, *, audience: str, required: Sequence[str]) -> dict[str, Any]:
    kid = jwt.get_unverified_header(token).get("kid")
    secret = next((key.secret for key in keys if key.kid == kid), None)
    if secret is None:
        raise jwt.InvalidTokenError("The token is signed with an unknown key.")
    payload: dict[str, Any] = jwt.decode(
        token,
        secret,
        algorithms=[_ALGORITHM],
        audience=audience,
        issuer=_ISSUER,
        options={"require": ["exp", *required], "verify_exp": False, "verify_iat": False},
    )
    return payload


def _scopes(text: str) -> frozenset[Scope] | None:
    return None if text == _WHOLE_ACCOUNT else frozenset(Scope(name) for name in text.split())


def new_secret() -> str:
    """A refresh token, or what else is known to its holder alone."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Such secrets have 256 random bits, so a plain hash at rest is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
