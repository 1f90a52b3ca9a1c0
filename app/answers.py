"""Answers whose bytes are known before they begin."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from app.requests import Header


class Answer:
    """What GraphQL needs of Starlette's `Response`, for a third of its time."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, body: bytes, *headers: Header, status: int = 200) -> None:
        self._body = body
        self._headers = headers
        self._status = status

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [*self._headers, (b"content-length", b"%d" % len(self._body))]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})
