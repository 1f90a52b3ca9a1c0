"""Editing tweets."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import DomainError
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import Outcome, outcome, refused
from resolvers.tweet_mutations import TweetInput
from services import edits, tweets


class EditTweetInput(TweetInput, Protocol):
    text: str
    if_version: int | None


async def edit(context: Context, *, input: EditTweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")
    try:
        text = tweets.accepted_text(context.runtime, input.text)
    except DomainError as error:
        return refused(error, input)

    async def use_case(session: WriteSession) -> int:
        now = context.runtime.now()
        return await edits.edit(session, tweet_id, text=text, if_version=input.if_version, author_id=viewer_id, now=now)

    return await outcome(context, use_case, input, mutation="editTweet", subject_if_refused=tweet_id)
