"""Telling which tweets were seen."""

from __future__ import annotations

from typing import Protocol

import msgspec

from domain import ids
from domain.errors import Constraint, ValidationFailed
from domain.user_errors import UserError, user_error
from resolvers.context import Context
from resolvers.mutations import MutationInput
from services import views

MAX_AT_ONCE = 100


class RecordImpressionsInput(MutationInput, Protocol):
    tweet_ids: list[ids.GlobalId]


class Recorded(msgspec.Struct, frozen=True):
    recorded: int = 0
    user_errors: tuple[UserError, ...] = ()
    client_mutation_id: str | None = None
    replayed: bool = False


async def record(context: Context, *, input: RecordImpressionsInput) -> Recorded:
    """Needs no transaction and no key: a view that is told twice counts once."""
    wanted = [raw for raw in (ids.raw_id(text, "Tweet") for text in input.tweet_ids) if raw is not None]
    if len(input.tweet_ids) > MAX_AT_ONCE:
        error = ValidationFailed(
            f"At most {MAX_AT_ONCE} tweets can be told at once.",
            field="tweetIds",
            constraint=Constraint.TOO_MANY,
            limit=MAX_AT_ONCE,
            actual=len(input.tweet_ids),
        )
        return Recorded(user_errors=(user_error(error),), client_mutation_id=input.client_mutation_id)
    viewer_id = context.required_viewer().user.id
    recorded = await views.record(context.runtime.database, context.runtime.redis, wanted, viewer_id=viewer_id)
    return Recorded(recorded=recorded, client_mutation_id=input.client_mutation_id)
