"""Voting in polls."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import poll_mutations
from schema.binding import mutation
from schema.mutations.inputs import TweetInput
from schema.mutations.payload import TweetPayload


@strawberry.input(description="Input of `votePoll`.")
class VotePollInput(TweetInput):
    choices: list[int] = strawberry.field(
        description="The positions of the chosen options: one, or in a poll with `multiple` one or more, each once."
    )


@strawberry.type(description="Payload of `votePoll`.")
class VotePollPayload(TweetPayload): ...


@strawberry.type
class PollMutations:
    vote_poll: VotePollPayload = mutation(
        poll_mutations.vote,
        "Votes in the poll of a tweet, once and for good: a second vote is refused as a duplicate and changes "
        "nothing. The author may vote, too.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=VotePollInput,
    )
