"""What refuses a field or a whole request."""

from __future__ import annotations

from domain.errors.kinds import ErrorCode
from domain.permissions import Scope


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


class ScopeMissing(Forbidden):
    def __init__(self, scope: Scope) -> None:
        super().__init__(f"The access token is not good for this: it lacks the scope {scope}.")


class BadCursor(RequestRefused):
    code = ErrorCode.BAD_CURSOR

    def __init__(self, text: str) -> None:
        super().__init__(f"'{text[:40]}' is not a cursor of this list.")


class FutureCursor(RequestRefused):
    code = ErrorCode.FUTURE_CURSOR

    def __init__(self) -> None:
        super().__init__("The cursor of 'after' is of a moment that has not come yet: it is another server's.")


class MalformedId(RequestRefused):
    code = ErrorCode.VALIDATION_FAILED

    def __init__(self, text: str) -> None:
        super().__init__(f"'{text[:40]}' is not an id.")


class BadArgument(RequestRefused):
    code = ErrorCode.VALIDATION_FAILED
