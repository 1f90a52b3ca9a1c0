"""What a request says: its headers, and its body without taking more than is allowed."""

from __future__ import annotations

from typing import TypeAlias

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

Header: TypeAlias = tuple[bytes, bytes]
"""Of a request or an answer; the name is in lower case."""


class BodyTooLarge(Exception):
    pass


def header(scope: Scope, name: bytes) -> str | None:
    """The first of this name, in lower case. Starlette's `Headers` take several times as long."""
    value: bytes
    for each, value in scope["headers"]:
        if each == name:
            return value.decode("latin-1")
    return None


async def bounded_body(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """Raises BodyTooLarge as soon as it is known, ClientDisconnect where the rest will not come."""
    declared = header(scope, b"content-length") or ""
    if declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge
    body = bytearray()
    is_whole = False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message["body"]
        if len(body) > limit:
            raise BodyTooLarge
        is_whole = not message["more_body"]
    return bytes(body)
