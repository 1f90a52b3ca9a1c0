"""Liking tweets."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import tweet_mutations
from schema.binding import mutation
from schema.mutations.inputs import TweetInput
from schema.mutations.payload import TweetPayload


@strawberry.input(description="Input of `likeTweet`.")
class LikeTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `likeTweet`.")
class LikeTweetPayload(TweetPayload): ...


@strawberry.input(description="Input of `unlikeTweet`.")
class UnlikeTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `unlikeTweet`.")
class UnlikeTweetPayload(TweetPayload): ...


@strawberry.type
class LikeMutations:
    like_tweet: LikeTweetPayload = mutation(
        tweet_mutations.like,
        "Likes a tweet. Liking it again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LIKES,
        input=LikeTweetInput,
    )
    unlike_tweet: UnlikeTweetPayload = mutation(
        tweet_mutations.unlike,
        "Takes a like back; does nothing when there is none.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LIKES,
        input=UnlikeTweetInput,
    )
