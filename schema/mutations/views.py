"""Telling which tweets were seen."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import view_mutations
from schema.binding import Bound, mutation, plain
from schema.mutations.inputs import MutationInput
from schema.mutations.payload import Payload


@strawberry.input(description="Input of `recordImpressions`.")
class RecordImpressionsInput(MutationInput):
    tweet_ids: list[strawberry.ID] = strawberry.field(description="The tweets that were on screen; at most 100.")


@strawberry.type(description="Payload of `recordImpressions`.")
class RecordImpressionsPayload(Bound, Payload):
    record = view_mutations.Recorded
    recorded: int = plain("How many of the tweets exist and may be seen by the viewer; the others are passed over.")


@strawberry.type
class ViewMutations:
    record_impressions: RecordImpressionsPayload = mutation(
        view_mutations.record,
        "Tells that the viewer has seen these tweets. Told again, it counts once: no idempotency key is needed. "
        "`viewCount` has it within a minute.",
        permission=Permission.SIGNED_IN,
        scope=Scope.READ,
        input=RecordImpressionsInput,
    )
