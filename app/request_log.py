"""One line in the log per HTTP request, under an id that the answer carries too."""

from __future__ import annotations

import logging
import random
import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.logs import request_id

log = logging.getLogger(__name__)

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """Takes the caller's X-Request-Id where it is well-formed, so that a client can find its own requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        current = given if _WELL_FORMED.fullmatch(given) else random.randbytes(8).hex()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", current.encode())]
            await send(message)

        token = request_id.set(current)
        started_at = time.perf_counter()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            took_ms = (time.perf_counter() - started_at) * 1000
            log.info("%s %s %s in %.1f ms", scope["method"], scope["path"], status, took_ms)
            request_id.reset(token)
