"""Editing tweets."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import edit_mutations
from schema.binding import mutation
from schema.mutations.inputs import TweetInput
from schema.mutations.payload import TweetPayload


@strawberry.input(description="Input of `editTweet`.")
class EditTweetInput(TweetInput):
    text: str = strawberry.field(description="What the tweet is to say; by the rules of `postTweet`.")
    if_version: int | None = strawberry.field(
        default=None,
        description="The version that the text was made from: the edit is refused when there is a newer one. Without "
        "it, the last edit wins.",
    )


@strawberry.type(description="Payload of `editTweet`.")
class EditTweetPayload(TweetPayload): ...


@strawberry.type
class EditMutations:
    edit_tweet: EditTweetPayload = mutation(
        edit_mutations.edit,
        "Changes the text of a tweet of the viewer's own: for 30 minutes after it was posted, 5 times at most, and "
        "not where it has a poll. Id, likes and replies stay; what it said before is in `Tweet.edits`. The text that "
        "it has already makes no new version.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=EditTweetInput,
    )
