"""Finding the access token."""

from __future__ import annotations

from domain.errors import Unauthenticated


def bearer_token(header: str) -> str:
    """The token in an `Authorization` header's value; raises Unauthenticated when it is not a bearer token."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send 'Authorization: Bearer <access token>'.")
    return token.strip()
