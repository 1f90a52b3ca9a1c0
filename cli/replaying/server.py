"""The server as a client sees it: GraphQL over HTTP, asked again until it answers."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Mapping
from typing import Any, Self

import httpx

REQUEST_TIMEOUT_S = 15.0
PATIENCE_S = 120.0
"""How long a request is repeated to a server that does not answer: longer than a restart takes."""
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
PASSING_CODES = frozenset({"INTERNAL", "TIMEOUT", "SERVICE_DEGRADED", "RATE_LIMITED"})
"""Refusals that may end by themselves; after MAX_REFUSALS of them in a row the request counts as refused."""
MAX_REFUSALS = 6


class ServerSilent(Exception):
    """No answer for PATIENCE_S."""


class Refused(Exception):
    """A top-level error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Sent:
    """When a request's last byte went out, for the first time."""

    def __init__(self) -> None:
        self.at_s: float | None = None
        self._event = asyncio.Event()

    async def trace(self, name: str, _info: Mapping[str, Any]) -> None:
        if name.endswith("send_request_body.complete"):
            self.at_s = time.monotonic() if self.at_s is None else self.at_s
            self._event.set()

    def give_up(self) -> None:
        """Nobody needs to wait any more, whether or not it was sent."""
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()


class Server:
    def __init__(self, origin: str, *, connections: int) -> None:
        self.origin = origin.rstrip("/").removesuffix("/graphql")
        self.retries = 0
        # A client of its own for each connection: a shared pool looks at all of them for every request.
        verify = ssl.create_default_context()
        self._clients = [httpx.AsyncClient(timeout=REQUEST_TIMEOUT_S, verify=verify) for _ in range(connections)]
        self._idle: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        for client in self._clients:
            self._idle.put_nowait(client)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        for client in self._clients:
            await client.aclose()

    @property
    def websocket_url(self) -> str:
        return f"{self.origin.replace('http', 'ws', 1)}/graphql"

    async def is_ready(self) -> bool:
        try:
            return (await self._clients[0].get(f"{self.origin}/readyz")).status_code == httpx.codes.OK
        except (httpx.HTTPError, httpx.InvalidURL):
            return False

    async def call(
        self, query: str, variables: dict[str, Any], *, token: str | None = None, sent: Sent | None = None
    ) -> dict[str, Any]:
        """The data of an answer without errors. Sends again after failures: what it does must bear that.

        Raises Refused or ServerSilent.
        """
        headers = {"accept": "application/graphql-response+json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        extensions = {"trace": sent.trace} if sent else {}
        silent_at_s, refusals, pause_s = time.monotonic() + PATIENCE_S, 0, FIRST_PAUSE_S
        while True:
            wait_s: float | None = None
            try:
                answer = await self._post({"query": query, "variables": variables}, headers, extensions)
                return _data(answer)
            except httpx.TransportError as error:
                if time.monotonic() > silent_at_s:
                    raise ServerSilent(f"{self.origin} has not answered for {PATIENCE_S:.0f} s ({error!r})") from error
            except Refused as refused:
                refusals += 1
                if refused.code not in PASSING_CODES or refusals >= MAX_REFUSALS:
                    raise
                wait_s = _asked_to_wait_s(answer)
            self.retries += 1
            await asyncio.sleep(wait_s if wait_s is not None else pause_s * random.uniform(0.5, 1.0))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _post(self, body: dict[str, Any], headers: dict[str, str], extensions: dict[str, Any]) -> httpx.Response:
        client = await self._idle.get()
        try:
            return await client.post(f"{self.origin}/graphql", json=body, headers=headers, extensions=extensions)
        finally:
            self._idle.put_nowait(client)


def _data(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        code = "INTERNAL" if answer.is_server_error else "NOT_GRAPHQL"
        raise Refused(code, f"HTTP {answer.status_code} without a GraphQL answer")
    if body.get("errors"):
        error = body["errors"][0]
        raise Refused((error.get("extensions") or {}).get("code", "UNKNOWN"), error.get("message", ""))
    data: dict[str, Any] = body["data"]
    return data


def _asked_to_wait_s(answer: httpx.Response) -> float | None:
    """`Retry-After` in its form of seconds."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None
