"""What a client is told of an expected refusal: one record per concrete GraphQL error type."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec

from domain.errors import (
    Constraint,
    ContentRejected,
    DomainError,
    Duplicate,
    ErrorCode,
    IdempotencyMismatch,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    RateLimited,
    ValidationFailed,
    VersionConflict,
)
from domain.rate_limits import LimitScope, RateLimitedAction


class ValidationError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    constraint: Constraint
    limit: int | None
    actual: int | None


class NotFoundError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]


class NotAllowedError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    reason: NotAllowedReason
    resolution: str | None


class RateLimitedError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    action: RateLimitedAction
    scope: LimitScope
    limit: int
    window: timedelta
    retry_at: datetime


class DuplicateError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    existing_id: str | None


class ContentRejectedError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    policy: str
    appealable: bool
    decision_id: str | None
    """None: the rule decided, and no moderator."""


class ConflictError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    current_version: int | None


UserError: TypeAlias = (
    RateLimitedError
    | ValidationError
    | NotFoundError
    | NotAllowedError
    | DuplicateError
    | ContentRejectedError
    | ConflictError
)


def user_error(error: DomainError) -> UserError:
    """The one translation; an error of no known branch is a bug and fails loudly."""
    match error:
        case ValidationFailed():
            return ValidationError(error.code, error.message, error.path, error.constraint, error.limit, error.actual)
        case NotFound():
            return NotFoundError(error.code, error.message, error.path)
        case NotAllowed():
            return NotAllowedError(error.code, error.message, error.path, error.reason, error.resolution)
        case RateLimited():
            return RateLimitedError(
                error.code,
                error.message,
                error.path,
                error.action,
                error.scope,
                error.limit,
                error.window,
                error.retry_at,
            )
        case Duplicate():
            return DuplicateError(error.code, error.message, error.path, error.existing)
        case ContentRejected():
            return ContentRejectedError(error.code, error.message, error.path, error.policy, error.appealable, None)
        case VersionConflict():
            return ConflictError(error.code, error.message, error.path, error.current_version)
        case IdempotencyMismatch():
            return ConflictError(error.code, error.message, error.path, None)
    raise TypeError(f"{type(error).__name__} has no place in the tree of domain/errors.py")
