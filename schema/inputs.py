"""What mutations take."""

from __future__ import annotations

import strawberry

_CLIENT_MUTATION_ID = "Given back as it is in the payload."
_IDEMPOTENCY_KEY = (
    "Makes a retry safe: for 24 hours the same key with the same input answers again what the first call did, "
    "and does nothing more. 1 to 100 printable ASCII characters without spaces."
)


def _optional(description: str) -> str | None:
    field: str | None = strawberry.field(default=None, description=description)
    return field


@strawberry.input(description="Input of `register`.")
class RegisterInput:
    username: str = strawberry.field(description="1 to 20 letters, digits and underscores; unique in any case.")
    display_name: str = strawberry.field(description="1 to 50 characters.")
    email: str = strawberry.field(description="Up to 255 characters.")
    password: str = strawberry.field(description="8 to 256 characters.")
    region: str | None = _optional("Where the user is, as ISO 3166-1 alpha-2: decides which regional trends count.")
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Input of `logIn`.")
class LogInInput:
    login: str = strawberry.field(description="The username, in any case.")
    password: str = strawberry.field(description="The password.")
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Input of `refreshSession`.")
class RefreshSessionInput:
    refresh_token: str = strawberry.field(description="The last refresh token of the session; works once.")
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Input of `logOut`.")
class LogOutInput:
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Input of `postTweet`.")
class PostTweetInput:
    text: str = strawberry.field(description="1 to 280 in weighted length, after outer white space is taken off.")
    in_reply_to: strawberry.ID | None = strawberry.field(default=None, description="The tweet it answers.")
    idempotency_key: str | None = _optional(_IDEMPOTENCY_KEY)
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Names a tweet.")
class TweetInput:
    tweet_id: strawberry.ID = strawberry.field(description="The tweet.")
    idempotency_key: str | None = _optional(_IDEMPOTENCY_KEY)
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Input of `deleteTweet`.")
class DeleteTweetInput(TweetInput): ...


@strawberry.input(description="Input of `likeTweet`.")
class LikeTweetInput(TweetInput): ...


@strawberry.input(description="Input of `unlikeTweet`.")
class UnlikeTweetInput(TweetInput): ...


@strawberry.input(description="Names a user.")
class UserInput:
    user_id: strawberry.ID = strawberry.field(description="The user.")
    idempotency_key: str | None = _optional(_IDEMPOTENCY_KEY)
    client_mutation_id: str | None = _optional(_CLIENT_MUTATION_ID)


@strawberry.input(description="Input of `followUser`.")
class FollowUserInput(UserInput): ...


@strawberry.input(description="Input of `unfollowUser`.")
class UnfollowUserInput(UserInput): ...
