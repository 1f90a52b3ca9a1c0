"""Refusals about how people stand to each other."""

from __future__ import annotations

from domain.errors.kinds import Constraint, Duplicate, NotAllowed, NotAllowedReason, ValidationFailed


class CannotFollowSelf(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You cannot follow yourself.", field="userId")


class CannotFollowBlocked(NotAllowed):
    reason = NotAllowedReason.BLOCKING

    def __init__(self) -> None:
        super().__init__("You block this user: unblock them first.", field="userId")


class NotFollowing(NotAllowed):
    reason = NotAllowedReason.NOT_FOLLOWING

    def __init__(self) -> None:
        super().__init__("You do not follow this user.", field="userId")


class CannotBlockSelf(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You cannot block yourself.", field="userId")


class CannotMuteSelf(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You cannot mute yourself.", field="userId")


class AlreadyFollowing(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You already follow this user.", field="userId", existing=existing)


class AlreadyRequested(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You have asked to follow this user already.", field="userId", existing=existing)


class AlreadyBlocking(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You block this user already.", field="userId", existing=existing)


class TooManyMutedWords(ValidationFailed):
    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"There can be {limit} muted words.",
            field="phrase",
            constraint=Constraint.TOO_MANY,
            limit=limit,
            actual=limit + 1,
        )


class ExpiryInThePast(ValidationFailed):
    def __init__(self) -> None:
        super().__init__("It would have ended already.", field="expiresAt", constraint=Constraint.IN_THE_PAST)
