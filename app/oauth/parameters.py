"""What comes with a request, as RFC 6749 reads it: what is empty is not there, and nothing may be there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from fastapi import Request

from app.requests import BodyTooLarge, bounded_body

MAX_BODY = 32 * 1024
_FORM = "application/x-www-form-urlencoded"


class Parameters(msgspec.Struct, frozen=True):
    """What is there once; `has_repeated` tells whether there was anything else."""

    once: Mapping[str, str]
    has_repeated: bool

    def get(self, name: str) -> str | None:
        return self.once.get(name)

    def required(self, name: str) -> str:
        """Raises InvalidRequestError."""
        value = self.once.get(name)
        if value is None:
            raise InvalidRequestError(f"{name} is missing.")
        return value

    def check(self) -> None:
        """Raises InvalidRequestError."""
        if self.has_repeated:
            raise InvalidRequestError("A parameter is there more than once.")


def parsed(text: str) -> Parameters:
    pairs = parse_qsl(text)
    times = Counter(name for name, _ in pairs)
    once = {name: value for name, value in pairs if times[name] == 1}
    return Parameters(once, has_repeated=len(once) < len(times))


async def form(request: Request) -> Parameters:
    """Raises InvalidRequestError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise InvalidRequestError(f"Send the request as {_FORM}.")
    try:
        body = await bounded_body(request.scope, request.receive, limit=MAX_BODY)
    except BodyTooLarge:
        raise InvalidRequestError(f"The body is larger than {MAX_BODY} bytes.", status_code=413) from None
    given = parsed(body.decode("utf-8", "replace"))
    given.check()
    return given
