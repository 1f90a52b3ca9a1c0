"""The kinds of refusals of a use case, and what each tells a client."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from domain.rate_limits import LimitScope, RateLimitedAction


class ErrorCode(StrEnum):
    UNAUTHENTICATED = "UNAUTHENTICATED"
    SESSION_EXPIRED = "SESSION_EXPIRED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    BAD_CURSOR = "BAD_CURSOR"
    FUTURE_CURSOR = "FUTURE_CURSOR"
    DUPLICATE = "DUPLICATE"
    RATE_LIMITED = "RATE_LIMITED"
    CONFLICT = "CONFLICT"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
    EDIT_WINDOW_CLOSED = "EDIT_WINDOW_CLOSED"
    REPLIES_RESTRICTED = "REPLIES_RESTRICTED"
    CONTENT_REJECTED = "CONTENT_REJECTED"
    DEPTH_EXCEEDED = "DEPTH_EXCEEDED"
    COST_EXCEEDED = "COST_EXCEEDED"
    TIMEOUT = "TIMEOUT"
    SERVICE_DEGRADED = "SERVICE_DEGRADED"
    INTERNAL = "INTERNAL"


class Constraint(StrEnum):
    """Which rule a value broke."""

    REQUIRED = "REQUIRED"
    TOO_LONG = "TOO_LONG"
    TOO_SHORT = "TOO_SHORT"
    TOO_FEW = "TOO_FEW"
    TOO_MANY = "TOO_MANY"
    NOT_DISTINCT = "NOT_DISTINCT"
    INVALID_CHARACTERS = "INVALID_CHARACTERS"
    MALFORMED = "MALFORMED"
    RESERVED = "RESERVED"
    IN_THE_PAST = "IN_THE_PAST"
    OUT_OF_RANGE = "OUT_OF_RANGE"


class NotAllowedReason(StrEnum):
    NOT_THE_AUTHOR = "NOT_THE_AUTHOR"
    NOT_THE_OWNER = "NOT_THE_OWNER"
    NOT_THE_CONVERSATIONS_AUTHOR = "NOT_THE_CONVERSATIONS_AUTHOR"
    NOT_THE_ROOT = "NOT_THE_ROOT"
    NOT_FOLLOWED = "NOT_FOLLOWED"
    NOT_MENTIONED = "NOT_MENTIONED"
    EDIT_WINDOW_CLOSED = "EDIT_WINDOW_CLOSED"
    EDIT_LIMIT_REACHED = "EDIT_LIMIT_REACHED"
    RETWEET = "RETWEET"
    HAS_POLL = "HAS_POLL"
    POLL_CLOSED = "POLL_CLOSED"
    PROTECTED = "PROTECTED"
    SELF = "SELF"
    BLOCKING = "BLOCKING"
    NOT_FOLLOWING = "NOT_FOLLOWING"
    ADMIN = "ADMIN"
    CHANGED_RECENTLY = "CHANGED_RECENTLY"
    WRONG_CREDENTIALS = "WRONG_CREDENTIALS"
    ACCOUNT_NOT_ACTIVE = "ACCOUNT_NOT_ACTIVE"


class DomainError(Exception):
    """An expected refusal of a use case; `path` names the input field, e.g. ("input", "place", "name")."""

    code: ErrorCode

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = ("input", *field.split(".")) if field else ("input",)


class ValidationFailed(DomainError):
    code = ErrorCode.VALIDATION_FAILED

    def __init__(
        self,
        message: str,
        *,
        field: str,
        constraint: Constraint,
        limit: int | None = None,
        actual: int | None = None,
    ) -> None:
        super().__init__(message, field=field)
        self.constraint = constraint
        self.limit = limit
        self.actual = actual


class NotFound(DomainError):
    code = ErrorCode.NOT_FOUND

    def __init__(self, what: str, *, field: str) -> None:
        super().__init__(f"There is no such {what}.", field=field)


class NotAllowed(DomainError):
    code = ErrorCode.FORBIDDEN
    reason: NotAllowedReason
    resolution: str | None = None
    """What the viewer can do about it."""


class Duplicate(DomainError):
    """`existing` is the global id of what is there already, where the viewer may see it."""

    code = ErrorCode.DUPLICATE

    def __init__(self, message: str, *, field: str, existing: str | None = None) -> None:
        super().__init__(message, field=field)
        self.existing = existing


class RateLimited(DomainError):
    """Too much in too little time; `limit` times in any `window`."""

    code = ErrorCode.RATE_LIMITED

    def __init__(
        self, *, action: RateLimitedAction, scope: LimitScope, limit: int, window: timedelta, retry_at: datetime
    ) -> None:
        super().__init__(f"This was done too often: try again at {retry_at:%Y-%m-%d %H:%M:%S} UTC.")
        self.action = action
        self.scope = scope
        self.limit = limit
        self.window = window
        self.retry_at = retry_at


class ContentRejected(DomainError):
    """A rule of the operator refuses the text; `policy` is its name for people."""

    code = ErrorCode.CONTENT_REJECTED

    def __init__(self, *, policy: str, appealable: bool, field: str) -> None:
        super().__init__(f"This is against a rule of this service: {policy}.", field=field)
        self.policy = policy
        self.appealable = appealable


class VersionConflict(DomainError):
    """What was to be changed is not as the client saw it."""

    code = ErrorCode.CONFLICT

    def __init__(self, *, current_version: int) -> None:
        super().__init__(
            f"It was changed meanwhile and is at version {current_version}: look at it again.", field="ifVersion"
        )
        self.current_version = current_version


class IdempotencyMismatch(DomainError):
    code = ErrorCode.IDEMPOTENCY_MISMATCH

    def __init__(self) -> None:
        super().__init__("This idempotency key was used for another request.", field="idempotencyKey")
