"""Refusals about accounts and who is signed in to them."""

from __future__ import annotations

from datetime import datetime

from domain.errors.kinds import Constraint, Duplicate, ErrorCode, NotAllowed, NotAllowedReason, ValidationFailed


class WrongCredentials(NotAllowed):
    """One answer for an unknown login and for a wrong password, so that neither is revealed."""

    code = ErrorCode.UNAUTHENTICATED
    reason = NotAllowedReason.WRONG_CREDENTIALS

    def __init__(self, message: str = "The login or the password is wrong.") -> None:
        super().__init__(message)


class WrongPassword(NotAllowed):
    code = ErrorCode.UNAUTHENTICATED
    reason = NotAllowedReason.WRONG_CREDENTIALS

    def __init__(self) -> None:
        super().__init__("The password is wrong.", field="password")


class LinkCannotBeUsed(NotAllowed):
    """One answer for a link that is wrong, used, too old, another purpose's, or whose address somebody else has."""

    code = ErrorCode.UNAUTHENTICATED
    reason = NotAllowedReason.WRONG_CREDENTIALS

    def __init__(self) -> None:
        super().__init__("This link cannot be used, or not any more: ask for a new one.", field="token")


class TooManyOAuthApps(ValidationFailed):
    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"There can be {limit} apps.", field="name", constraint=Constraint.TOO_MANY, limit=limit, actual=limit + 1
        )


class AccountNotActive(NotAllowed):
    code = ErrorCode.ACCOUNT_SUSPENDED
    reason = NotAllowedReason.ACCOUNT_NOT_ACTIVE

    def __init__(self, message: str = "This account is not active.") -> None:
        super().__init__(message)


class UsernameTaken(Duplicate):
    def __init__(self, username: str) -> None:
        super().__init__(f"The username {username} is taken.", field="username")


class UsernameChangedRecently(NotAllowed):
    reason = NotAllowedReason.CHANGED_RECENTLY

    def __init__(self, *, allowed_at: datetime) -> None:
        super().__init__(
            f"A username can be changed once in 24 hours: again from {allowed_at:%Y-%m-%d %H:%M} UTC on.",
            field="username",
        )


class CannotSuspendSelf(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You cannot suspend yourself.", field="userId")


class CannotSuspendAdmin(NotAllowed):
    reason = NotAllowedReason.ADMIN

    def __init__(self) -> None:
        super().__init__("An admin cannot be suspended.", field="userId")
