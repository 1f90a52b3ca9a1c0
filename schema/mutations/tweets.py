"""Posting and deleting tweets."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import tweet_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, derived, mutation
from schema.mutations.inputs import MutationInput, TweetInput
from schema.mutations.payload import Payload, TweetPayload


@strawberry.input(description="Input of `postTweet`.")
class PostTweetInput(MutationInput):
    text: str = strawberry.field(description="1 to 280 in weighted length, after outer white space is taken off.")
    in_reply_to: strawberry.ID | None = strawberry.field(default=None, description="The tweet it answers.")


@strawberry.type(description="Payload of `postTweet`.")
class PostTweetPayload(TweetPayload): ...


@strawberry.input(description="Input of `deleteTweet`.")
class DeleteTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `deleteTweet`.")
class DeleteTweetPayload(Bound, Payload):
    record = Outcome
    deleted_tweet_id: strawberry.ID | None = derived(
        tweet_mutations.deleted_tweet_id, "The id the tweet had; null when refused."
    )


@strawberry.type
class TweetMutations:
    post_tweet: PostTweetPayload = mutation(
        tweet_mutations.post,
        "Posts a tweet or a reply. Its author sees it at once, followers within moments.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=PostTweetInput,
    )
    delete_tweet: DeleteTweetPayload = mutation(
        tweet_mutations.delete,
        "Deletes a tweet of the viewer's own; it is gone from every list at once.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=DeleteTweetInput,
    )
