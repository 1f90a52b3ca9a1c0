"""What a client is told of an expected refusal: one record per concrete GraphQL error type."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from domain.errors import (
    Constraint,
    DomainError,
    Duplicate,
    ErrorCode,
    IdempotencyMismatch,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    ValidationFailed,
    VersionConflict,
)


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


class DuplicateError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    existing_id: str | None


class ConflictError(msgspec.Struct, frozen=True):
    code: ErrorCode
    message: str
    path: tuple[str, ...]
    current_version: int | None


UserError: TypeAlias = ValidationError | NotFoundError | NotAllowedError | DuplicateError | ConflictError


def user_error(error: DomainError) -> UserError:
    """The one translation; an error of no known branch is a bug and fails loudly."""
    match error:
        case ValidationFailed():
            return ValidationError(error.code, error.message, error.path, error.constraint, error.limit, error.actual)
        case NotFound():
            return NotFoundError(error.code, error.message, error.path)
        case NotAllowed():
            return NotAllowedError(error.code, error.message, error.path, error.reason)
        case Duplicate():
            return DuplicateError(error.code, error.message, error.path, error.existing)
        case VersionConflict():
            return ConflictError(error.code, error.message, error.path, error.current_version)
        case IdempotencyMismatch():
            return ConflictError(error.code, error.message, error.path, None)
    raise TypeError(f"{type(error).__name__} has no place in the tree of domain/errors.py")
