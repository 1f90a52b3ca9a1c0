"""Refusals about lists of people."""

from __future__ import annotations

from domain.errors.kinds import Constraint, Duplicate, NotAllowed, NotAllowedReason, ValidationFailed


class NotTheOwner(NotAllowed):
    reason = NotAllowedReason.NOT_THE_OWNER

    def __init__(self) -> None:
        super().__init__("Only its owner can change a list.", field="listId")


class CannotListBlocked(NotAllowed):
    reason = NotAllowedReason.BLOCKING

    def __init__(self) -> None:
        super().__init__("You block this user: unblock them first.", field="userId")


class CannotFollowOwnList(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You cannot follow a list of your own.", field="listId")


class TooManyLists(ValidationFailed):
    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"There can be {limit} lists.", field="name", constraint=Constraint.TOO_MANY, limit=limit, actual=limit + 1
        )


class TooManyMembers(ValidationFailed):
    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"There can be {limit} people in a list.",
            field="userId",
            constraint=Constraint.TOO_MANY,
            limit=limit,
            actual=limit + 1,
        )


class AlreadyInList(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("This user is in the list already.", field="userId", existing=existing)


class AlreadyFollowingList(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You already follow this list.", field="listId", existing=existing)
