"""Retweeting."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import retweet_mutations
from schema.binding import bound, mutation
from schema.mutations.inputs import TweetInput
from schema.mutations.payload import TweetPayload
from schema.tweets import Tweet


@strawberry.input(description="Input of `retweetTweet`.")
class RetweetTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `retweetTweet`.")
class RetweetTweetPayload(TweetPayload):
    retweet: Tweet | None = bound(
        retweet_mutations.retweets_of, "The viewer's retweet, also when it was there already; null when there is none."
    )


@strawberry.input(description="Input of `unretweetTweet`: the tweet or the viewer's retweet of it.")
class UnretweetTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `unretweetTweet`.")
class UnretweetTweetPayload(TweetPayload): ...


@strawberry.type
class RetweetMutations:
    retweet_tweet: RetweetTweetPayload = mutation(
        retweet_mutations.retweet,
        "Shows a tweet to the viewer's followers. To retweet a retweet is to retweet its original. Doing it again is "
        "refused as a duplicate and changes nothing. Only the author can retweet a protected account's tweets.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=RetweetTweetInput,
    )
    unretweet_tweet: UnretweetTweetPayload = mutation(
        retweet_mutations.undo,
        "Takes the viewer's retweet back, whether it or its original is named; does nothing when there is none. "
        "`tweet` is the original; null where it cannot be seen any more.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=UnretweetTweetInput,
    )
