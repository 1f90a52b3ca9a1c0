"""GraphQL over server-sent events, in the distinct connections mode of enisdenjo/graphql-sse's PROTOCOL.md.

An event's id is the cursor of its stream. A client that was cut off says in `Last-Event-ID` which one it saw last, as a
browser's EventSource does by itself, and goes on there. Only what is over ends with `complete`: without it a client
knows that it should come again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Any, TypeAlias

import orjson
from starlette.types import Receive, Scope, Send

from app import graphql_errors
from app.answers import Answer
from app.connections import RETRY_WITHIN_MS
from domain.ids import Cursor

EVENT_STREAM = "text/event-stream"
KEEP_ALIVE_S = 15.0
"""Proxies commonly give up on a minute's silence."""
RETRY_FROM_MS = 500
"""A browser keeps to what it was told last, however often it finds nobody."""

Answers: TypeAlias = AsyncGenerator[tuple[dict[str, Any], Cursor | None], None]

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_KEEP_ALIVE = b":\n\n"
_COMPLETE = b"event: complete\ndata:\n\n"
"""EventSource does not tell its listeners of events without data."""


def single(answer: object) -> Answer:
    """A whole stream of one answer."""
    return Answer(_next(answer, None) + _COMPLETE, *_HEADERS)


class EventStream:
    """Streams the answers, each as soon as the client takes it, until they end, the client goes away, the process stops
    or `over` is done. Whatever it held is let go then."""

    def __init__(self, answers: Answers, *, over: asyncio.Future[None], held: AsyncExitStack) -> None:
        self._answers = answers
        self._over = over
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stopping: asyncio.Future[None] = scope["state"]["stopping"]
        async with self._held:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            tasks = [asyncio.create_task(self._tell(send)), asyncio.create_task(self._keep_alive(receive, send))]
            try:
                await asyncio.wait([*tasks, self._over, stopping], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ends:
            if isinstance(error, Exception):
                graphql_errors.masked(error, at=scope["path"])  # logs it
        last = b"retry: %d\n\n" % random.randrange(RETRY_FROM_MS, RETRY_WITHIN_MS) if stopping.done() else b""
        await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._answers) as answers:
            async for answer, cursor in answers:
                await send({"type": "http.response.body", "body": _next(answer, cursor), "more_body": True})
        await send({"type": "http.response.body", "body": _COMPLETE, "more_body": True})

    async def _keep_alive(self, receive: Receive, send: Send) -> None:
        is_there = True
        while is_there:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    is_there = (await receive())["type"] != "http.disconnect"
            except TimeoutError:
                await send({"type": "http.response.body", "body": _KEEP_ALIVE, "more_body": True})


def _next(answer: object, cursor: Cursor | None) -> bytes:
    place = b"" if cursor is None else b"id: %b\n" % cursor.encode()
    return b"event: next\n%bdata: %b\n\n" % (place, orjson.dumps(answer))
