"""What clients are told of errors: the one place where unexpected ones are masked and logged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from domain.errors import ErrorCode, RequestRefused
from domain.snowflakes import ClockOutOfLease
from infra.logs import request_id
from infra.outages import is_cancelled_statement, is_outage

log = logging.getLogger(__name__)

RETRYABLE = frozenset({ErrorCode.SERVICE_DEGRADED, ErrorCode.TIMEOUT})
_MASKS = {
    ErrorCode.INTERNAL: "Something went wrong on our side.",
    ErrorCode.SERVICE_DEGRADED: "A part of the service is down; try again in a moment.",
    ErrorCode.TIMEOUT: "This took too long.",
}


def formatted(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [_formatted(error) for error in errors]


def refusal(message: str, code: ErrorCode) -> dict[str, Any]:
    """An error of the request as a whole, without locations or path."""
    return {"message": message, "extensions": _extensions(code)}


def masked(error: BaseException, *, at: object = None) -> dict[str, Any]:
    """Message and extensions for an error that was raised; what clients must not read is logged instead."""
    code = code_of(error)
    message = _MASKS.get(code, str(error))
    if code is ErrorCode.INTERNAL:
        log.error("unexpected error at %s", at, exc_info=error)
    elif code is ErrorCode.SERVICE_DEGRADED:
        log.error("a server does not answer, at %s: %s", at, error)
    return {"message": message, "extensions": _extensions(code)}


def code_of(error: BaseException) -> ErrorCode:
    if isinstance(error, RequestRefused):
        return error.code
    if is_cancelled_statement(error):
        return ErrorCode.TIMEOUT
    if isinstance(error, ClockOutOfLease) or is_outage(error):
        return ErrorCode.SERVICE_DEGRADED
    return ErrorCode.INTERNAL


def _formatted(error: GraphQLError) -> dict[str, Any]:
    answer: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        given = error.extensions or {}
        answer["extensions"] = {**_extensions(ErrorCode(given.get("code", ErrorCode.VALIDATION_FAILED))), **given}
        return answer
    return {**answer, **masked(cause, at=error.path)}


def _extensions(code: ErrorCode) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": code, "requestId": request_id.get()}
    if code in RETRYABLE:
        extensions["retryable"] = True
    return extensions
