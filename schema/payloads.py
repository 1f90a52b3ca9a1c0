"""What mutations answer."""

from __future__ import annotations

from datetime import datetime

import strawberry

from resolvers import follow_mutations, tweet_mutations
from resolvers.account_mutations import LogOutOutcome, SessionOutcome
from resolvers.mutations import Outcome
from schema.binding import Bound, bound, derived, plain
from schema.errors import UserError
from schema.query import Viewer
from schema.tweets import Tweet
from schema.users import User


@strawberry.type
class Payload:
    user_errors: list[UserError] = plain("Why it was refused; empty when it was done.")
    client_mutation_id: str | None = plain("The input's `clientMutationId`.")


@strawberry.type
class SessionPayload(Payload):
    access_token: str | None = plain("Send it as `Authorization: Bearer ...`; works for one hour.")
    access_token_expires_at: datetime | None = plain("When the access token ends.")
    refresh_token: str | None = plain("Hand it to `refreshSession` once, within 7 days.")
    viewer: Viewer | None = plain("Who is now signed in.")


@strawberry.type(description="Payload of `register`.")
class RegisterPayload(Bound, SessionPayload):
    record = SessionOutcome


@strawberry.type(description="Payload of `logIn`.")
class LogInPayload(Bound, SessionPayload):
    record = SessionOutcome


@strawberry.type(description="Payload of `refreshSession`.")
class RefreshSessionPayload(Bound, SessionPayload):
    record = SessionOutcome


@strawberry.type(description="Payload of `logOut`.")
class LogOutPayload(Bound, Payload):
    record = LogOutOutcome


@strawberry.type(description="Payload of `postTweet`.")
class PostTweetPayload(Bound, Payload):
    record = Outcome
    tweet: Tweet | None = bound(tweet_mutations.tweets_of, "The new tweet; null when refused, or deleted since.")


@strawberry.type(description="Payload of `deleteTweet`.")
class DeleteTweetPayload(Bound, Payload):
    record = Outcome
    deleted_tweet_id: strawberry.ID | None = derived(
        tweet_mutations.deleted_tweet_id, "The id the tweet had; null when refused."
    )


@strawberry.type(description="Payload of `likeTweet`.")
class LikeTweetPayload(Bound, Payload):
    record = Outcome
    tweet: Tweet | None = bound(
        tweet_mutations.tweets_of, "The tweet as it is now, also when the viewer liked it already."
    )


@strawberry.type(description="Payload of `unlikeTweet`.")
class UnlikeTweetPayload(Bound, Payload):
    record = Outcome
    tweet: Tweet | None = bound(tweet_mutations.tweets_of, "The tweet as it is now; null when refused.")


@strawberry.type(description="Payload of `followUser`.")
class FollowUserPayload(Bound, Payload):
    record = Outcome
    user: User | None = bound(
        follow_mutations.users_of, "The user as they are now, also when the viewer followed them already."
    )


@strawberry.type(description="Payload of `unfollowUser`.")
class UnfollowUserPayload(Bound, Payload):
    record = Outcome
    user: User | None = bound(follow_mutations.users_of, "The user as they are now; null when refused.")
