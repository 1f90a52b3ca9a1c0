"""What clients are told of errors: the one place where unexpected ones are masked and logged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError
from redis.exceptions import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import ErrorCode, RequestRefused
from domain.snowflakes import ClockOutOfLease
from infra.logs import request_id

log = logging.getLogger(__name__)

_SERVER_DOWN = (ClockOutOfLease, RedisError, OperationalError, InterfaceError, PoolTimeout, ConnectionError)


def formatted(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [_formatted(error) for error in errors]


def refusal(message: str, code: ErrorCode) -> dict[str, Any]:
    """An error of the request as a whole, without locations or path."""
    return {"message": message, "extensions": _extensions(code)}


def code_of(error: BaseException) -> ErrorCode:
    if isinstance(error, RequestRefused):
        return error.code
    if isinstance(error, TimeoutError):
        return ErrorCode.TIMEOUT
    if isinstance(error, _SERVER_DOWN):
        return ErrorCode.SERVICE_DEGRADED
    return ErrorCode.INTERNAL


def _formatted(error: GraphQLError) -> dict[str, Any]:
    answer: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        given = error.extensions or {}
        answer["extensions"] = {**_extensions(ErrorCode(given.get("code", ErrorCode.VALIDATION_FAILED))), **given}
        return answer
    code = code_of(cause)
    if code is ErrorCode.INTERNAL:
        log.error("unexpected error at %s", error.path, exc_info=cause)
        answer["message"] = "Something went wrong on our side."
    elif code is ErrorCode.SERVICE_DEGRADED:
        log.error("a server does not answer, at %s: %s", error.path, cause)
        answer["message"] = "A part of the service is down; try again in a moment."
    answer["extensions"] = _extensions(code)
    return answer


def _extensions(code: ErrorCode) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": code, "requestId": request_id.get()}
    if code in {ErrorCode.SERVICE_DEGRADED, ErrorCode.TIMEOUT}:
        extensions["retryable"] = True
    return extensions
