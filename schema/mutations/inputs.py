"""What the inputs of mutations have in common."""

from __future__ import annotations

import strawberry

_IDEMPOTENCY_KEY = (
    "Makes a retry safe: for 24 hours the same key with the same input answers again what the first call did, "
    "and does nothing more. 1 to 100 printable ASCII characters without spaces."
)


def optional(description: str) -> str | None:
    field: str | None = strawberry.field(default=None, description=description)
    return field


@strawberry.input
class MutationInput:
    idempotency_key: str | None = optional(_IDEMPOTENCY_KEY)
    client_mutation_id: str | None = optional("Given back as it is in the payload.")


@strawberry.input(description="Names a tweet.")
class TweetInput(MutationInput):
    tweet_id: strawberry.ID = strawberry.field(description="The tweet.")


@strawberry.input(description="Names a user.")
class UserInput(MutationInput):
    user_id: strawberry.ID = strawberry.field(description="The user.")
