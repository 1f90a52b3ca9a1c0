"""Deleting tweets, and taking it back."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import deletion_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, derived, mutation
from schema.mutations.inputs import TweetInput
from schema.mutations.payload import Payload, TweetPayload


@strawberry.input(description="Input of `deleteTweet`.")
class DeleteTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `deleteTweet`.")
class DeleteTweetPayload(Bound, Payload):
    record = Outcome
    deleted_tweet_id: strawberry.ID | None = derived(
        deletion_mutations.deleted_tweet_id, "The id the tweet had; null when refused."
    )


@strawberry.input(description="Input of `restoreTweet`.")
class RestoreTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `restoreTweet`.")
class RestoreTweetPayload(TweetPayload): ...


@strawberry.type
class DeletionMutations:
    delete_tweet: DeleteTweetPayload = mutation(
        deletion_mutations.delete,
        "Deletes a tweet of the viewer's own; it is gone from every list at once, and for good after 30 days.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=DeleteTweetInput,
    )
    restore_tweet: RestoreTweetPayload = mutation(
        deletion_mutations.restore,
        "Takes the deletion of a tweet back, for 30 days: it has its id, likes and replies again, and is in the lists "
        "it was in. Does nothing when it is not deleted. A retweet cannot be restored when what it retweets is gone, "
        "or was retweeted again.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=RestoreTweetInput,
    )
