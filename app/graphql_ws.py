"""GraphQL over WebSocket, by the graphql-transport-ws protocol (enisdenjo/graphql-ws, PROTOCOL.md).

A socket stays open as long as its token is good. A minute before that is over the server sends a `ping` with the
payload `{"code": "SESSION_EXPIRING", "expiresAt": ...}`. A client's `ping` with `{"authorization": "Bearer ..."}` lets
the socket go on with a later token of the same session; the `pong` says when that one expires.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from fastapi import WebSocket, WebSocketDisconnect
from graphql import GraphQLError, OperationType

from app import graphql_errors, ws_messages
from app.authentication import client_address
from app.graphql_http import answer, run
from app.hearers import OperationHearer, Subscriber
from app.live_authority import Authorities, Authority
from app.open_sockets import OpenSockets
from app.ws_messages import Closed, Message
from domain.errors import ErrorCode, RequestRefused
from domain.records import Viewer
from execution.engine import Engine, Operation, RequestError
from infra.logs import request_id
from infra.outages import is_outage
from resolvers.context import Context
from schema.scalars import rfc3339
from services.live import LiveHub
from services.runtime import Runtime

log = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
INIT_TIMEOUT_S = 10.0
MAX_OPERATIONS = 50
ANSWERED_WITHIN_S = 0.5


class GraphQLOverWebSocket:
    def __init__(
        self, engine: Engine, runtime: Runtime, live: LiveHub, authorities: Authorities, sockets: OpenSockets
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._live = live
        self._authorities = authorities
        self._sockets = sockets

    async def serve(self, websocket: WebSocket) -> None:
        """Serves one socket until it closes."""
        if not self._sockets.takes_origin(websocket):
            await websocket.close()  # not accepted yet: HTTP's 403
            return
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
        request_id.set(secrets.token_hex(8))
        connection = _Connection(self._engine, self._runtime, self._live, self._sockets, websocket)
        try:
            if PROTOCOL not in offered:
                raise Closed(4406, "Subprotocol not acceptable")
            with self._sockets.of_address(websocket):
                await connection.run(self._authorities)
        except WebSocketDisconnect:
            pass
        except Closed as closed:
            await _close(websocket, closed)
        finally:
            await connection.stop()


class _Connection:
    def __init__(
        self, engine: Engine, runtime: Runtime, live: LiveHub, sockets: OpenSockets, websocket: WebSocket
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._live = live
        self._sockets = sockets
        self._websocket = websocket
        self._authority: Authority | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        """Of queries and mutations that are being executed, also where the client has completed them since."""
        self._mutations: set[asyncio.Task[None]] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._send_at_once: Callable[[Iterable[bytes]], bool] = websocket.scope["state"]["send_at_once"]

    async def run(self, authorities: Authorities) -> None:
        try:
            async with asyncio.timeout(INIT_TIMEOUT_S):
                token = await self._initialisation()
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None
        try:
            async with authorities.opened(token, over=self._over, expiring=self._announce) as self._authority:
                session_id = None if self._authority is None else self._authority.session_id
                with self._sockets.of_session(self._websocket, session_id):
                    await self._send({"type": "connection_ack"})
                    await self._serve()
        except RequestRefused as why:
            raise ws_messages.refused(why) from why
        except Exception as error:
            if is_outage(error):
                raise Closed(1013, "Try again later") from error
            raise

    async def stop(self) -> None:
        tasks = [*self._operations.values(), *self._errands]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._authority = None  # it holds the connection, as the tasks do
        self._operations.clear()

    async def _initialisation(self) -> str | None:
        """The client's token."""
        while True:
            message = await self._receive()
            match message["type"]:
                case "connection_init":
                    payload = ws_messages.initialisation(message)
                    header = payload.get("authorization") or payload.get("Authorization")
                    header = header or self._websocket.headers.get("authorization")
                    return None if header is None else ws_messages.token(header)
                case "ping":
                    await self._pong(message.get("payload"))
                case "pong":
                    pass
                case _:
                    raise Closed(4401, "Unauthorized")

    async def _serve(self) -> None:
        while True:
            message = await self._receive()
            match message["type"]:
                case "subscribe":
                    await self._subscribe(message)
                case "complete":
                    operation = self._operations.pop(ws_messages.operation_id(message), None)
                    if operation is not None:
                        operation.cancel()
                    del operation  # it holds all that it has used, until the next one is completed
                case "ping":
                    await self._answer_ping(message.get("payload"))
                case "pong":
                    pass
                case "connection_init":
                    raise Closed(4429, "Too many initialisation requests")
                case unknown:
                    raise Closed(4400, f"Unknown message type '{ws_messages.shortened(unknown)}'")

    async def _answer_ping(self, payload: object) -> None:
        if not isinstance(payload, dict) or "authorization" not in payload:
            await self._pong(payload)
        elif self._authority is None:
            raise Closed(4403, "This socket was opened without a token")
        else:
            expires_at = await self._authority.renew(ws_messages.token(payload["authorization"]))
            await self._pong({"expiresAt": rfc3339(expires_at)})

    def _announce(self, expires_at: datetime) -> None:
        payload = {"code": "SESSION_EXPIRING", "expiresAt": rfc3339(expires_at)}
        self._soon(self._send({"type": "ping", "payload": payload}))

    def _over(self, why: RequestRefused) -> None:
        self._end(ws_messages.refused(why))

    def _end(self, closed: Closed) -> None:
        """From here on nothing is sent but the answers of mutations, one of which may have ended it, and why."""
        self._is_ending = True
        for operation in self._operations.values():
            if operation not in self._mutations:
                operation.cancel()
        self._soon(self._close_behind_mutations(closed))

    async def _close_behind_mutations(self, closed: Closed) -> None:
        if self._mutations:
            await asyncio.wait(self._mutations, timeout=ANSWERED_WITHIN_S)
        await _close(self._websocket, closed)

    def _soon(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _subscribe(self, message: Message) -> None:
        operation_id, payload = ws_messages.operation_id(message), ws_messages.operation(message)
        if operation_id in self._operations:
            raise Closed(4409, f"Subscriber for {ws_messages.shortened(operation_id)} already exists")
        if len({*self._operations.values(), *self._answering}) >= MAX_OPERATIONS:
            limited = f"A connection runs at most {MAX_OPERATIONS} operations."
            limit = GraphQLError(limited, extensions={"code": ErrorCode.COST_EXCEEDED})
            await self._error(operation_id, graphql_errors.formatted([limit]))
            return
        self._operations[operation_id] = asyncio.create_task(self._operate(operation_id, payload))

    async def _operate(self, operation_id: str, payload: dict[str, Any]) -> None:
        self._sockets.running_operations += 1
        try:
            await self._results(operation_id, payload)
        except RequestError as error:
            await self._fail(operation_id, graphql_errors.formatted(error.errors))
        except Closed as closed:
            self._end(closed)
        except WebSocketDisconnect:
            log.debug("the socket closed under operation %s", operation_id)
        except Exception as error:  # noqa: BLE001 - masked and logged by graphql_errors; others go on
            await self._fail(operation_id, graphql_errors.formatted([GraphQLError(str(error), original_error=error)]))
        else:
            if self._forgotten(operation_id):
                with suppress(WebSocketDisconnect):
                    await self._send({"id": operation_id, "type": "complete"})
        finally:
            self._sockets.running_operations -= 1

    async def _results(self, operation_id: str, payload: dict[str, Any]) -> None:
        operation = self._engine.prepared(payload.pop("query"), payload.get("operationName"))
        client, viewer, fields = client_address(self._websocket.scope), await self._viewer(), operation.fields
        context = Context(self._runtime, self._live, client=client, viewer=viewer, fields=fields)
        variables = payload.get("variables")
        if operation.type is not OperationType.SUBSCRIPTION:
            await self._next(operation_id, await self._answer(operation, variables, context))
        else:
            send = partial(self._next_at_once, ws_messages.next_head(operation_id))
            context.hearer_for = partial(OperationHearer, Subscriber(self._engine, operation, variables or {}, send))
            async with aclosing(await self._engine.subscribe(operation, variables, context)) as results:
                async for result in results:
                    await self._next(operation_id, answer(result, context))
                    del result  # not held until there is another
                    self._sockets.sent_events += 1

    async def _answer(self, operation: Operation, variables: dict[str, Any] | None, context: Context) -> dict[str, Any]:
        task = asyncio.current_task()
        assert task is not None
        if operation.type is OperationType.MUTATION:
            self._mutations.add(task)
            task.add_done_callback(self._mutations.discard)
        # A client that goes away does not cut a mutation off in the middle.
        answering = asyncio.ensure_future(run(self._engine, operation, variables, context))
        self._answering.add(task)
        answering.add_done_callback(lambda _: self._answering.discard(task))
        return answer(await asyncio.shield(answering), context)

    async def _viewer(self) -> Viewer | None:
        try:
            return None if self._authority is None else await self._authority.viewer()
        except RequestRefused as why:
            raise ws_messages.refused(why) from why

    async def _next(self, operation_id: str, payload: dict[str, Any]) -> None:
        await self._send({"id": operation_id, "type": "next", "payload": payload})

    def _next_at_once(self, head: bytes, payloads: Sequence[bytes]) -> bool:
        """False where the client does not read what it was sent."""
        if self._is_ending or not self._send_at_once([b"%b%b}" % (head, payload) for payload in payloads]):
            return False
        self._sockets.sent_events += len(payloads)
        return True

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

    async def _pong(self, payload: object) -> None:
        await self._send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def _send(self, message: Message) -> None:
        try:
            await self._websocket.send_text(orjson.dumps(message).decode())
        except RuntimeError as error:  # Starlette's answer when the socket was closed from our side
            raise WebSocketDisconnect(1006) from error

    async def _receive(self) -> Message:
        return ws_messages.read(await self._websocket.receive())


async def _close(websocket: WebSocket, closed: Closed) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):  # closed meanwhile
        await websocket.close(closed.code, closed.reason)
