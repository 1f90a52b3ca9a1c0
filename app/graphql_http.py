"""GraphQL over HTTP: what the draft specification asks, and a typed answer to everything else. What a client takes as
an event stream is `app/graphql_sse.py`'s.

Status codes: 400 for a request that cannot be executed, under `application/graphql-response+json`; under
plain `application/json` a well-formed request answers 200 whatever became of it, as older clients expect.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, OperationType
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope

from app import graphql_errors
from app.answers import Answer
from app.authentication import bearer_token, client_address
from app.graphql_sse import EVENT_STREAM, Answers, EventStream, single
from app.live_authority import Authorities
from app.open_sockets import OpenSockets, TooManyOpen
from app.requests import BodyTooLarge, Header, bounded_body, header
from domain import permissions
from domain.errors import ErrorCode, RequestRefused, ScopeMissing
from domain.ids import Cursor
from domain.records import Viewer
from execution.engine import Engine, Operation, RequestError
from resolvers.context import Context
from schema.scalars import rfc3339
from services import sessions
from services.live import LiveHub
from services.runtime import Runtime

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
REQUEST_ERROR_STATUS = 400
"""The newest draft says 422 for some of these; published audits and clients expect 400."""
QUERY_TIMEOUT_S = 10.0


class Refused(Exception):
    """The HTTP request is not a GraphQL request that we take."""

    def __init__(
        self, status: int, message: str, code: ErrorCode = ErrorCode.VALIDATION_FAILED, *headers: Header
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


class GraphQLOverHttp:
    def __init__(
        self, engine: Engine, runtime: Runtime, live: LiveHub, authorities: Authorities, sockets: OpenSockets
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._live = live
        self._authorities = authorities
        self._sockets = sockets

    async def respond(self, scope: Scope, receive: Receive) -> ASGIApp:
        media_type = JSON
        try:
            media_type = _preferred(_accepted(scope))
            parameters = await self._parameters(scope, receive)
            viewer = await self._viewer(scope)
            return await self._execute(scope, parameters, viewer, media_type)
        except Refused as refused:
            body = {"errors": [graphql_errors.refusal(str(refused), refused.code)]}
            return _answer(body, refused.status, media_type, *refused.headers)
        except Exception as error:  # noqa: BLE001 - masked and logged by graphql_errors
            masked = graphql_errors.masked(error, at=scope["path"])
            status = 500 if masked["extensions"]["code"] is ErrorCode.INTERNAL else 503
            return _answer({"errors": [masked]}, status, media_type)

    async def _parameters(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        if scope["method"] == "GET":
            parameters: Any = dict(QueryParams(scope["query_string"]))
            for name in ("variables", "extensions"):
                if name in parameters:
                    parameters[name] = _json(parameters[name].encode(), f"'{name}'")
        else:
            content_type = (header(scope, b"content-type") or "").partition(";")[0].strip().lower()
            if content_type != JSON:
                raise Refused(415, f"Send the request as {JSON}.")
            limit = self._engine.limits.body_bytes
            try:
                body = await bounded_body(scope, receive, limit=limit)
            except BodyTooLarge:
                message = f"The body is larger than {limit} bytes."
                raise Refused(413, message, ErrorCode.COST_EXCEEDED) from None
            parameters = _json(body, "The body")
        if not isinstance(parameters, dict):
            raise Refused(400, "The body must be one JSON object; batches are not taken.")
        _check(parameters, "query", str, required=True)
        _check(parameters, "operationName", str)
        _check(parameters, "variables", dict)
        _check(parameters, "extensions", dict)
        return parameters

    async def _viewer(self, scope: Scope) -> Viewer | None:
        try:
            token = _token(scope)
            return None if token is None else await sessions.authenticated(self._runtime, token)
        except RequestRefused as refused:
            raise _unauthorized(refused) from refused

    async def _execute(
        self, scope: Scope, parameters: dict[str, Any], viewer: Viewer | None, media_type: str
    ) -> ASGIApp:
        try:
            operation = self._engine.prepared(parameters["query"], parameters.get("operationName"))
        except RequestError as error:
            return _request_error(error.errors, media_type)
        if operation.type is OperationType.SUBSCRIPTION and EVENT_STREAM not in _accepted(scope):
            raise Refused(400, f"Subscriptions are answered with {EVENT_STREAM}, or over a WebSocket, on this path.")
        if operation.type is OperationType.MUTATION and scope["method"] == "GET":
            raise Refused(405, "Mutations need POST.", ErrorCode.VALIDATION_FAILED, (b"allow", b"POST"))
        client = client_address(scope)
        context = Context(self._runtime, self._live, client=client, viewer=viewer, fields=operation.fields)
        variables = parameters.get("variables")
        if operation.type is OperationType.SUBSCRIPTION:
            context.stream_cursor = _cursor(scope)
            return await self._stream(scope, self._answers(operation, variables, context), viewer)
        try:
            result = await run(self._engine, operation, variables, context)
        except RequestError as error:
            return _request_error(error.errors, media_type)
        return _answer(answer(result, context), 200, media_type)

    async def _stream(self, scope: Scope, answers: Answers, viewer: Viewer | None) -> EventStream:
        connection = HTTPConnection(scope)
        if not self._sockets.takes_origin(connection):
            raise Refused(403, "Pages of this origin may not watch.", ErrorCode.FORBIDDEN)
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        opened = self._authorities.opened(
            _token(scope), over=lambda _why: over.set_result(None), expiring=lambda _at: None
        )
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(opened)
                stack.enter_context(self._sockets.stream_of(connection, viewer.session_id if viewer else None))
            except RequestRefused as refused:
                raise _unauthorized(refused) from refused
            except TooManyOpen as error:
                raise Refused(429, error.reason, ErrorCode.RATE_LIMITED) from error
            return EventStream(answers, over=over, held=stack.pop_all())

    async def _answers(self, operation: Operation, variables: dict[str, Any] | None, context: Context) -> Answers:
        """Those of a subscription; raises what a client may try again after."""
        try:
            async with aclosing(await self._engine.subscribe(operation, variables, context)) as results:
                async for result in results:
                    yield answer(result, context), context.stream_cursor
                    self._sockets.sent_events += 1
        except RequestError as error:
            yield {"errors": graphql_errors.formatted(error.errors)}, None
        except Exception as error:
            if graphql_errors.code_of(error) in graphql_errors.RETRYABLE:
                raise
            yield {"errors": [graphql_errors.masked(error)]}, None


def wants_page(scope: Scope) -> bool:
    """Whether a GET without a query comes from somebody who looks at it."""
    return "text/html" in (header(scope, b"accept") or "") and "query" not in QueryParams(scope["query_string"])


async def run(
    engine: Engine, operation: Operation, variables: dict[str, Any] | None, context: Context
) -> ExecutionResult:
    """Queries end within QUERY_TIMEOUT_S; a mutation is never cut off between its effects and its answer. A token that
    is not good for reading asks no queries.

    Raises RequestError where nothing was executed: graphql-core reports that as a result without data or paths.
    """
    if operation.type is OperationType.QUERY and context.viewer is not None:
        try:
            context.viewer.check_scope(permissions.Scope.READ)
        except ScopeMissing as error:
            raise RequestError([GraphQLError(str(error), extensions={"code": error.code})]) from error
    limit_s = None if operation.type is OperationType.MUTATION else QUERY_TIMEOUT_S
    try:
        async with asyncio.timeout(limit_s):
            result = await engine.execute(operation, variables, context)
    except TimeoutError:
        message = f"The query took longer than {QUERY_TIMEOUT_S:.0f} seconds."
        raise RequestError([GraphQLError(message, extensions={"code": ErrorCode.TIMEOUT})]) from None
    if result.data is None and result.errors and all(error.path is None for error in result.errors):
        raise RequestError(result.errors)
    return result


def answer(result: ExecutionResult, context: Context) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = graphql_errors.formatted(result.errors)
    if context.is_degraded:
        fallback = {"component": "CACHE", "mode": "DATABASE_FALLBACK", "asOf": rfc3339(context.as_of)}
        body["extensions"] = {"degraded": [fallback]}
    return body


def _request_error(errors: list[GraphQLError], media_type: str) -> Answer:
    status = REQUEST_ERROR_STATUS if media_type == GRAPHQL_RESPONSE else 200
    return _answer({"errors": graphql_errors.formatted(errors)}, status, media_type)


def _answer(body: object, status: int, media_type: str, *headers: Header) -> Answer:
    if media_type == EVENT_STREAM:
        if status == 200:
            return single(body)
        media_type = JSON
    content_type = (b"content-type", b"%b; charset=utf-8" % media_type.encode())
    return Answer(orjson.dumps(body), content_type, *headers, status=status)


def _accepted(scope: Scope) -> list[str]:
    accept = header(scope, b"accept") or "*/*"
    return [part.partition(";")[0].strip().lower() for part in accept.split(",")]


def _preferred(accepted: list[str]) -> str:
    """The newer media type for clients that name it, the older one for those that take anything; events for those that
    name them first or take nothing else."""
    if accepted[0] != EVENT_STREAM:
        if GRAPHQL_RESPONSE in accepted:
            return GRAPHQL_RESPONSE
        if not {JSON, "application/*", "*/*"}.isdisjoint(accepted):
            return JSON
    if EVENT_STREAM in accepted:
        return EVENT_STREAM
    raise Refused(406, f"Answers come as {GRAPHQL_RESPONSE}, {JSON} or {EVENT_STREAM}.")


def _unauthorized(refused: RequestRefused) -> Refused:
    challenge = (b"www-authenticate", b'Bearer error="invalid_token"')
    return Refused(401, str(refused), refused.code, challenge)


def _token(scope: Scope) -> str | None:
    authorization = header(scope, b"authorization")
    return None if authorization is None else bearer_token(authorization)


def _cursor(scope: Scope) -> Cursor | None:
    last_event_id = header(scope, b"last-event-id")
    return Cursor(last_event_id) if last_event_id else None


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"{what} is not valid JSON: {error}") from error


def _check(parameters: dict[str, Any], name: str, kind: type, *, required: bool = False) -> None:
    value = parameters.get(name)
    if value is None:
        if required:
            raise Refused(400, f"'{name}' is missing.")
    elif not isinstance(value, kind):
        raise Refused(400, f"'{name}' must be {'an object' if kind is dict else 'a string'}.")
