"""What is around every HTTP request, whoever answers it: an id that its answer and its line in the log carry, what
pages of other origins may read, and compression.

One layer for all: as one each they took as long as a small query (decision 0020).
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
import zlib
from http import HTTPStatus

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.requests import Header, header
from infra.logs import request_id
from infra.settings import Settings

log = logging.getLogger(__name__)

COMPRESSED_FROM_BYTES = 1_400
"""What fits into one packet gains nothing (decision 0020)."""
COMPRESSED_ASIDE_FROM_BYTES = 128 * 1024
"""In a thread: everybody else would wait for a millisecond."""
COMPRESSION_LEVEL = 1
NEVER_COMPRESSED = (b"text/event-stream", b"text/html")
"""A consent page holds a secret and is asked for with a cookie: its length would tell."""
PREFLIGHT_KEPT_S = 3600

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class Exchanges:
    """Takes the caller's X-Request-Id where it is well-formed, so that a client can find its own requests."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._app_for_pages: ASGIApp | None = None
        if settings.allowed_origins:
            self._app_for_pages = CORSMiddleware(
                app,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "X-Request-Id"],
                expose_headers=["X-Request-Id"],
                max_age=PREFLIGHT_KEPT_S,
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = header(scope, b"x-request-id") or ""
        current = given if _WELL_FORMED.fullmatch(given) else random.randbytes(8).hex()
        headers = [(b"x-request-id", current.encode())]
        app = self._app
        if self._app_for_pages is not None:
            if header(scope, b"origin") is None:
                headers.append((b"vary", b"Origin"))
            else:
                app = self._app_for_pages
        answer = _Answer(send, headers, takes_gzip="gzip" in (header(scope, b"accept-encoding") or ""))
        token = request_id.set(current)
        started_at = time.perf_counter()
        try:
            await app(scope, receive, answer.send)
        finally:
            took_ms = (time.perf_counter() - started_at) * 1000
            log.info("%s %s %s in %.1f ms", scope["method"], scope["path"], answer.status, took_ms)
            request_id.reset(token)


class _Answer:
    """Its head waits for the first part of its body, on whose size it depends; never that of an event stream."""

    __slots__ = ("_gzip", "_headers", "_send", "_start", "_takes_gzip", "status")

    def __init__(self, send: Send, headers: list[Header], *, takes_gzip: bool) -> None:
        self.status = 0
        self._send = send
        self._headers = headers
        self._takes_gzip = takes_gzip
        self._start: Message | None = None
        self._gzip: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._headers]
            if _is_compressible(message):
                self._start = message
                return
        elif self._start is not None:
            start, self._start = self._start, None
            if message.get("more_body", False) or len(message["body"]) >= COMPRESSED_FROM_BYTES:
                if self._takes_gzip:
                    self._gzip = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
                    await _compress(message, self._gzip)
                start["headers"] = _of_large(start["headers"], message, is_compressed=self._takes_gzip)
            await self._send(start)
        elif self._gzip is not None:
            await _compress(message, self._gzip)
        await self._send(message)


def _is_compressible(start: Message) -> bool:
    headers = dict(start["headers"])
    return (
        start["status"] != HTTPStatus.PARTIAL_CONTENT
        and b"content-encoding" not in headers
        and not headers.get(b"content-type", b"").startswith(NEVER_COMPRESSED)
    )


def _of_large(headers: list[Header], first: Message, *, is_compressed: bool) -> list[Header]:
    """Headers of an answer that is compressed for clients who take it so; `first` is what is sent of its body first."""
    vary = [value for name, value in headers if name == b"vary"]
    large = [each for each in headers if each[0] != b"vary"]
    large.append((b"vary", b", ".join([*vary, b"Accept-Encoding"])))
    if is_compressed:
        large = [each for each in large if each[0] != b"content-length"]
        large.append((b"content-encoding", b"gzip"))
        if not first.get("more_body", False):
            large.append((b"content-length", b"%d" % len(first["body"])))
    return large


async def _compress(message: Message, gzip: zlib._Compress) -> None:
    body, is_last = message["body"], not message.get("more_body", False)
    if len(body) < COMPRESSED_ASIDE_FROM_BYTES:
        message["body"] = _compressed(gzip, body, is_last)
    else:
        message["body"] = await asyncio.to_thread(_compressed, gzip, body, is_last)


def _compressed(gzip: zlib._Compress, body: bytes, is_last: bool) -> bytes:
    return gzip.compress(body) + gzip.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)
