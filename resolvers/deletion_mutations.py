"""Deleting tweets, and taking it back."""

from __future__ import annotations

from domain import ids
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import Outcome, outcome
from resolvers.tweet_mutations import TweetInput
from services import deletions


async def delete(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await deletions.delete(session, tweet_id, author_id=viewer_id, now=context.runtime.now())).id

    return await outcome(context, use_case, input, mutation="deleteTweet")


async def restore(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await deletions.restore(session, tweet_id, author_id=viewer_id, now=context.runtime.now())).id

    return await outcome(context, use_case, input, mutation="restoreTweet")


def deleted_tweet_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("Tweet", parent.subject_id)
