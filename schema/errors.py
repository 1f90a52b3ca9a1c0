"""Refusals as data: `userErrors` of a payload."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from domain import user_errors
from domain.errors import Constraint, ErrorCode, NotAllowedReason
from domain.rate_limits import LimitScope, RateLimitedAction
from resolvers import nodes
from schema.binding import Bound, bound, plain
from schema.nodes import Node


@strawberry.interface(
    description="Why a mutation did not do what was asked. An empty list of them means that it did. "
    "New kinds may be added: select `code` and `message`, and the types you know."
)
class UserError:
    code: ErrorCode = plain("What went wrong, for programs.")
    message: str = plain("What went wrong, for people; English, may change.")
    path: list[str] = plain("Which part of the input is at fault, such as `[input, text]`.")


@strawberry.type(description="A value breaks a rule.")
class ValidationError(Bound, UserError):
    record = user_errors.ValidationError
    constraint: Constraint = plain("Which rule.")
    limit: int | None = plain("The bound that was broken, where the rule has one.")
    actual: int | None = plain("What the value has, in the unit of `limit`: characters, or weighted length.")


@strawberry.type(description="Something named by the input does not exist, or the viewer may not see it.")
class NotFoundError(Bound, UserError):
    record = user_errors.NotFoundError


@strawberry.type(description="The viewer may not do this.")
class NotAllowedError(Bound, UserError):
    record = user_errors.NotAllowedError
    reason: NotAllowedReason = plain("Why not.")
    resolution: str | None = plain("What the viewer can do about it, for people; null where nothing.")


@strawberry.type(description="It is so already; nothing was changed.")
class DuplicateError(Bound, UserError):
    record = user_errors.DuplicateError
    existing: Node | None = bound(nodes.existing, "What is there already; null where it cannot be shown.")


@strawberry.type(description="The text is against a rule of this service.")
class ContentRejectedError(Bound, UserError):
    record = user_errors.ContentRejectedError
    policy: str = plain("The rule, for people.")
    appealable: bool = plain("Whether the author may ask moderators to look at it.")
    decision_id: strawberry.ID | None = plain("The decision to appeal; null where a rule decided by itself.")


@strawberry.type(description="The request contradicts an earlier one.")
class ConflictError(Bound, UserError):
    record = user_errors.ConflictError
    current_version: int | None = plain("The version it is at now; null where it is not about versions.")


@strawberry.type(description="Too much in too little time; nothing was changed.")
class RateLimitedError(Bound, UserError):
    record = user_errors.RateLimitedError
    action: RateLimitedAction = plain("What was done too often.")
    scope: LimitScope = plain("Whose actions are counted together.")
    # Never None; nullable as that of ValidationError, or no client could select both in one place.
    limit: int | None = plain("How often it can be done in any stretch of time as long as `window`; never null.")
    window: timedelta = plain("The length of the window that is full.")
    retry_at: datetime = plain("When it can be done again, if nothing is done until then.")


CONCRETE = [
    RateLimitedError,
    ValidationError,
    NotFoundError,
    NotAllowedError,
    DuplicateError,
    ContentRejectedError,
    ConflictError,
]
