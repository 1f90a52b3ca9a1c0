"""What the payloads of mutations have in common."""

from __future__ import annotations

import strawberry

from resolvers import follow_mutations, tweet_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, bound, plain
from schema.errors import UserError
from schema.tweets import Tweet
from schema.users import User


@strawberry.type
class Payload:
    user_errors: list[UserError] = plain("Why it was refused; empty when it was done.")
    client_mutation_id: str | None = plain("The input's `clientMutationId`.")
    replayed: bool = plain("Whether a call with this idempotency key did it before, and this one did nothing.")


@strawberry.type
class TweetPayload(Bound, Payload):
    record = Outcome
    tweet: Tweet | None = bound(
        tweet_mutations.tweets_of, "The tweet as it is now, also when it was so already; may be null when refused."
    )


@strawberry.type
class UserPayload(Bound, Payload):
    record = Outcome
    user: User | None = bound(
        follow_mutations.users_of, "The user as they are now, also when it was so already; may be null when refused."
    )
