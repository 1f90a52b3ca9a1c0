"""GraphQL over WebSocket, by the graphql-transport-ws protocol (enisdenjo/graphql-ws, PROTOCOL.md)."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import aclosing, suppress
from typing import Any

import orjson
from fastapi import WebSocket, WebSocketDisconnect
from graphql import GraphQLError, OperationType

from app import graphql_errors
from app.authentication import bearer_token, client_address
from app.graphql_http import answer, run
from domain.errors import RequestRefused
from domain.records import Viewer
from execution.engine import Engine, RequestError
from infra.logs import request_id
from infra.outages import is_outage
from resolvers.context import Context
from services import sessions
from services.runtime import Runtime
from stores.live import LiveHub

log = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
INIT_TIMEOUT_S = 10.0
MAX_OPERATIONS = 50
RECHECK_S = 15.0
"""How long a subscription goes on by an authentication; its heartbeats come every 20 s."""


class Closed(Exception):
    """The socket must be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class GraphQLOverWebSocket:
    def __init__(self, engine: Engine, runtime: Runtime, live: LiveHub) -> None:
        self._engine = engine
        self._runtime = runtime
        self._live = live

    async def serve(self, websocket: WebSocket) -> None:
        """Serves one socket until it closes."""
        offered = websocket.scope.get("subprotocols", [])
        if PROTOCOL not in offered:
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(subprotocol=PROTOCOL)
        request_id.set(secrets.token_hex(8))
        connection = _Connection(self._engine, self._runtime, self._live, websocket)
        try:
            await connection.run()
        except WebSocketDisconnect:
            pass
        except Closed as closed:
            await _close(websocket, closed)
        finally:
            await connection.stop()


class _Connection:
    def __init__(self, engine: Engine, runtime: Runtime, live: LiveHub, websocket: WebSocket) -> None:
        self._engine = engine
        self._runtime = runtime
        self._live = live
        self._websocket = websocket
        self._token: str | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        try:
            async with asyncio.timeout(INIT_TIMEOUT_S):
                await self._initialise()
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None
        while True:
            message = await self._receive()
            match message["type"]:
                case "subscribe":
                    await self._subscribe(message)
                case "complete":
                    operation = self._operations.pop(_id(message), None)
                    if operation is not None:
                        operation.cancel()
                case "ping":
                    await self._pong(message)
                case "pong":
                    pass
                case "connection_init":
                    raise Closed(4429, "Too many initialisation requests")
                case unknown:
                    raise Closed(4400, f"Unknown message type '{_shortened(unknown)}'")

    async def stop(self) -> None:
        operations = list(self._operations.values())
        for operation in operations:
            operation.cancel()
        await asyncio.gather(*operations, return_exceptions=True)

    async def _initialise(self) -> None:
        while True:
            message = await self._receive()
            match message["type"]:
                case "connection_init":
                    payload = message.get("payload")
                    if payload is not None and not isinstance(payload, dict):
                        raise Closed(4400, "The payload of connection_init must be an object")
                    self._token = self._given_token(payload or {})
                    await self._viewer()
                    await self._send({"type": "connection_ack"})
                    return
                case "ping":
                    await self._pong(message)
                case "pong":
                    pass
                case _:
                    raise Closed(4401, "Unauthorized")

    def _given_token(self, payload: dict[str, Any]) -> str | None:
        header = payload.get("authorization") or payload.get("Authorization")
        header = header or self._websocket.headers.get("authorization")
        if header is None:
            return None
        try:
            return bearer_token(str(header))
        except RequestRefused as refused:
            raise _refused(refused) from refused

    async def _viewer(self) -> Viewer | None:
        """Who the token stands for now: it may have expired, or its session ended, since the socket opened."""
        if self._token is None:
            return None
        try:
            return await sessions.authenticated(self._runtime, self._token)
        except RequestRefused as refused:
            raise _refused(refused) from refused
        except Exception as error:
            if is_outage(error):
                raise Closed(1013, "Try again later") from error
            raise

    async def _subscribe(self, message: dict[str, Any]) -> None:
        operation_id, payload = _id(message), message.get("payload")
        if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
            raise Closed(4400, "The payload of subscribe needs a 'query'")
        for name, kind in (("operationName", str), ("variables", dict)):
            if not isinstance(payload.get(name), kind | None):
                raise Closed(4400, f"'{name}' has the wrong type")
        if operation_id in self._operations:
            raise Closed(4409, f"Subscriber for {_shortened(operation_id)} already exists")
        if len(self._operations) >= MAX_OPERATIONS:
            limit = GraphQLError(
                f"A connection runs at most {MAX_OPERATIONS} operations.", extensions={"code": "COST_EXCEEDED"}
            )
            await self._error(operation_id, graphql_errors.formatted([limit]))
            return
        self._operations[operation_id] = asyncio.create_task(self._operate(operation_id, payload))

    async def _operate(self, operation_id: str, payload: dict[str, Any]) -> None:
        try:
            await self._results(operation_id, payload)
        except RequestError as error:
            await self._fail(operation_id, graphql_errors.formatted(error.errors))
        except Closed as closed:
            await _close(self._websocket, closed)
        except WebSocketDisconnect:
            log.debug("the socket closed under operation %s", operation_id)
        except Exception as error:  # noqa: BLE001 - masked and logged by graphql_errors; others go on
            wrapped = GraphQLError(str(error), original_error=error)
            await self._fail(operation_id, graphql_errors.formatted([wrapped]))
        else:
            if self._forgotten(operation_id):
                with suppress(WebSocketDisconnect):
                    await self._send({"id": operation_id, "type": "complete"})

    async def _results(self, operation_id: str, payload: dict[str, Any]) -> None:
        operation = self._engine.prepared(payload["query"], payload.get("operationName"))
        client = client_address(self._websocket)
        context = Context(self._runtime, self._live, client=client, viewer=await self._viewer())
        variables = payload.get("variables")
        if operation.type is not OperationType.SUBSCRIPTION:
            # A client that goes away does not cut a mutation off in the middle.
            result = await asyncio.shield(run(self._engine, operation, variables, context))
            await self._next(operation_id, answer(result, context))
            return
        checked_at = time.monotonic()
        async with aclosing(await self._engine.subscribe(operation, variables, context)) as results:
            async for result in results:
                if time.monotonic() - checked_at > RECHECK_S:
                    await self._viewer()
                    checked_at = time.monotonic()
                await self._next(operation_id, answer(result, context))

    async def _next(self, operation_id: str, payload: dict[str, Any]) -> None:
        await self._send({"id": operation_id, "type": "next", "payload": payload})

    async def _fail(self, operation_id: str, errors: list[dict[str, Any]]) -> None:
        if self._forgotten(operation_id):
            with suppress(WebSocketDisconnect):
                await self._error(operation_id, errors)

    async def _error(self, operation_id: str, errors: list[dict[str, Any]]) -> None:
        await self._send({"id": operation_id, "type": "error", "payload": errors})

    def _forgotten(self, operation_id: str) -> bool:
        """Ends the running operation; False when the client ended it first, and may use its id for another."""
        if self._operations.get(operation_id) is not asyncio.current_task():
            return False
        del self._operations[operation_id]
        return True

    async def _pong(self, message: dict[str, Any]) -> None:
        payload = message.get("payload")
        await self._send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def _send(self, message: dict[str, Any]) -> None:
        text = orjson.dumps(message).decode()
        try:
            await self._websocket.send_text(text)
        except RuntimeError as error:  # Starlette's answer when the socket was closed from our side
            raise WebSocketDisconnect(1006) from error

    async def _receive(self) -> dict[str, Any]:
        frame = await self._websocket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code", 1000))
        text = frame.get("text")
        if text is None:
            raise Closed(4400, "Messages are text")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Closed(4400, "Messages are JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closed(4400, "A message is an object with a 'type'")
        return message


async def _close(websocket: WebSocket, closed: Closed) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # closed meanwhile
        await websocket.close(closed.code, closed.reason)


def _refused(refused: RequestRefused) -> Closed:
    """Clients try again after 4403, with a token they may have refreshed; 4401 they take as final."""
    return Closed(4403, str(refused)[:120])


def _id(message: dict[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not operation_id:
        raise Closed(4400, "The message needs an 'id'")
    return operation_id


def _shortened(text: str) -> str:
    """A close frame has room for 123 bytes of reason."""
    return text.encode()[:40].decode(errors="ignore")
