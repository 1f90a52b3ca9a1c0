"""Finding the access token, and where a request comes from."""

from __future__ import annotations

from starlette.types import Scope

from app.requests import header
from domain.errors import Unauthenticated
from domain.records import ClientAddress


def bearer_token(header: str) -> str:
    """The token in an `Authorization` header's value; raises Unauthenticated when it is not a bearer token."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send 'Authorization: Bearer <access token>'.")
    return token.strip()


def client_address(scope: Scope) -> ClientAddress:
    """The address is the one behind the proxies of CHIRP_TRUSTED_PROXIES: uvicorn reads `X-Forwarded-For` of those
    alone."""
    client = scope["client"]
    return ClientAddress.of(client[0] if client else None, header(scope, b"user-agent"))
