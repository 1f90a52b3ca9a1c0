"""Posting tweets."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from domain.records import ReplyPolicy
from resolvers import tweet_mutations
from schema.binding import mutation
from schema.mutations.inputs import MutationInput, optional
from schema.mutations.payload import TweetPayload


@strawberry.input(description="A point on the Earth.")
class PlaceInput:
    latitude: float = strawberry.field(description="Degrees north, -90 to 90 (WGS 84).")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180 (WGS 84).")
    name: str | None = optional("What people call it: 1 to 100 characters, after outer white space is taken off.")


@strawberry.input(description="A poll under a tweet.")
class PollInput:
    options: list[str] = strawberry.field(
        description="2 to 4, each different from the others in any case: 1 to 25 characters on one line."
    )
    duration_minutes: int = strawberry.field(description="How long votes are taken: 5 to 10080 minutes, 7 days.")
    multiple: bool = strawberry.field(default=False, description="Whether a vote may choose several options.")


@strawberry.input(description="Input of `postTweet`.")
class PostTweetInput(MutationInput):
    text: str = strawberry.field(
        description="1 to 280 in weighted length, after outer white space is taken off; some servers allow less."
    )
    in_reply_to: strawberry.ID | None = strawberry.field(
        default=None, description="The tweet it answers; of a retweet, what it retweets."
    )
    quote: strawberry.ID | None = strawberry.field(
        default=None, description="The tweet it shows below its text; of a retweet, what it retweets."
    )
    reply_policy: ReplyPolicy = strawberry.field(
        default=ReplyPolicy.EVERYONE,
        description="Who may reply to it and to all replies below it. A reply has none of its own.",
    )
    sensitive: bool = strawberry.field(
        default=False, description="Whether viewers should be asked before they are shown it."
    )
    language: str | None = optional(
        "The language of the text as a BCP 47 tag of at most 35 characters; kept in its usual capitals, `pt-BR`."
    )
    place: PlaceInput | None = strawberry.field(default=None, description="Where it is written.")
    poll: PollInput | None = strawberry.field(
        default=None, description="The poll under it; a tweet with one cannot be edited."
    )


@strawberry.type(description="Payload of `postTweet`.")
class PostTweetPayload(TweetPayload): ...


@strawberry.type
class TweetMutations:
    post_tweet: PostTweetPayload = mutation(
        tweet_mutations.post,
        "Posts a tweet, a reply or a quote. Its author sees it at once, followers within moments. A reply where the "
        "author of the conversation's first tweet does not let the viewer reply is refused, as `canReply` says before.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=PostTweetInput,
    )
