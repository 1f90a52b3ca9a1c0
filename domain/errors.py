"""Everything that can be refused, with its data as attributes.

DomainError                      code, path (the input field)
├── ValidationFailed             constraint, limit, actual        -> ValidationError
│   ├── TweetEmpty
│   ├── TweetTooLong
│   └── TweetHasInvalidCharacters
├── NotFound                                                      -> NotFoundError
├── NotAllowed                   reason                           -> NotAllowedError
│   ├── NotTheAuthor
│   ├── CannotFollowSelf
│   ├── WrongCredentials
│   └── AccountNotActive
├── Duplicate                    existing                         -> DuplicateError
│   ├── UsernameTaken
│   ├── AlreadyFollowing
│   └── AlreadyLiked
├── VersionConflict              current_version                  -> ConflictError
└── IdempotencyMismatch                                           -> ConflictError

RequestRefused                   code: the whole field or request is refused, a top-level GraphQL error
├── Unauthenticated
│   └── SessionExpired
├── Forbidden
├── BadCursor
├── MalformedId
└── BadArgument
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    UNAUTHENTICATED = "UNAUTHENTICATED"
    SESSION_EXPIRED = "SESSION_EXPIRED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    BAD_CURSOR = "BAD_CURSOR"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
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
    INVALID_CHARACTERS = "INVALID_CHARACTERS"
    MALFORMED = "MALFORMED"
    RESERVED = "RESERVED"


class NotAllowedReason(StrEnum):
    NOT_THE_AUTHOR = "NOT_THE_AUTHOR"
    SELF = "SELF"
    WRONG_CREDENTIALS = "WRONG_CREDENTIALS"
    ACCOUNT_NOT_ACTIVE = "ACCOUNT_NOT_ACTIVE"


class DomainError(Exception):
    """An expected refusal of a use case; `path` names the input field, e.g. ("input", "text")."""

    code: ErrorCode

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = ("input", field) if field else ("input",)


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


class TweetEmpty(ValidationFailed):
    def __init__(self) -> None:
        super().__init__("A tweet needs some text.", field="text", constraint=Constraint.REQUIRED)


class TweetTooLong(ValidationFailed):
    def __init__(self, *, limit: int, length: int) -> None:
        super().__init__(
            f"The tweet's weighted length is {length}; the limit is {limit}.",
            field="text",
            constraint=Constraint.TOO_LONG,
            limit=limit,
            actual=length,
        )


class TweetHasInvalidCharacters(ValidationFailed):
    def __init__(self, characters: str) -> None:
        named = ", ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"A tweet cannot contain {named}.", field="text", constraint=Constraint.INVALID_CHARACTERS)


class NotFound(DomainError):
    code = ErrorCode.NOT_FOUND

    def __init__(self, what: str, *, field: str) -> None:
        super().__init__(f"There is no such {what}.", field=field)


class NotAllowed(DomainError):
    code = ErrorCode.FORBIDDEN
    reason: NotAllowedReason


class NotTheAuthor(NotAllowed):
    reason = NotAllowedReason.NOT_THE_AUTHOR

    def __init__(self) -> None:
        super().__init__("Only its author can do this to a tweet.", field="tweetId")


class CannotFollowSelf(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You cannot follow yourself.", field="userId")


class WrongCredentials(NotAllowed):
    """One answer for an unknown login and for a wrong password, so that neither is revealed."""

    code = ErrorCode.UNAUTHENTICATED
    reason = NotAllowedReason.WRONG_CREDENTIALS

    def __init__(self, message: str = "The login or the password is wrong.") -> None:
        super().__init__(message)


class AccountNotActive(NotAllowed):
    code = ErrorCode.ACCOUNT_SUSPENDED
    reason = NotAllowedReason.ACCOUNT_NOT_ACTIVE

    def __init__(self) -> None:
        super().__init__("This account is not active.")


class Duplicate(DomainError):
    """`existing` is the global id of what is there already, where the viewer may see it."""

    code = ErrorCode.DUPLICATE

    def __init__(self, message: str, *, field: str, existing: str | None = None) -> None:
        super().__init__(message, field=field)
        self.existing = existing


class UsernameTaken(Duplicate):
    def __init__(self, username: str) -> None:
        super().__init__(f"The username {username} is taken.", field="username")


class AlreadyFollowing(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You already follow this user.", field="userId", existing=existing)


class AlreadyLiked(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You already like this tweet.", field="tweetId", existing=existing)


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


class RequestRefused(Exception):
    """Refuses a field or a whole request; becomes a top-level GraphQL error with this code."""

    code: ErrorCode


class Unauthenticated(RequestRefused):
    code = ErrorCode.UNAUTHENTICATED

    def __init__(self, message: str = "Sign in first: send 'Authorization: Bearer <access token>'.") -> None:
        super().__init__(message)


class SessionExpired(Unauthenticated):
    code = ErrorCode.SESSION_EXPIRED

    def __init__(self) -> None:
        super().__init__("The access token has expired: call refreshSession.")


class Forbidden(RequestRefused):
    code = ErrorCode.FORBIDDEN


class BadCursor(RequestRefused):
    code = ErrorCode.BAD_CURSOR

    def __init__(self, text: str) -> None:
        super().__init__(f"'{text[:40]}' is not a cursor of this list.")


class MalformedId(RequestRefused):
    code = ErrorCode.VALIDATION_FAILED

    def __init__(self, text: str) -> None:
        super().__init__(f"'{text[:40]}' is not an id.")


class BadArgument(RequestRefused):
    code = ErrorCode.VALIDATION_FAILED
