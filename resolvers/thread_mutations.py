"""Posting threads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain import ids
from domain.errors import DomainError
from domain.rate_limits import RateLimitedAction
from domain.records import Thread
from domain.threads import check_number_posted
from domain.user_errors import user_error
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome, refused
from resolvers.tweet_mutations import tweets_of
from services import threads
from services.rate_limits import Counted


class ThreadTweetInput(Protocol):
    text: str


class PostThreadInput(MutationInput, Protocol):
    tweets: Sequence[ThreadTweetInput]
    continues: str | None


async def post(context: Context, *, input: PostThreadInput) -> Outcome:
    viewer_id, runtime = context.required_viewer().user.id, context.runtime
    try:
        check_number_posted(len(input.tweets), is_new=input.continues is None)
        texts = threads.accepted_texts(runtime, [tweet.text for tweet in input.tweets])
    except DomainError as error:
        return refused(error, input)
    except ExceptionGroup as broken:
        errors = tuple(user_error(error) for error in broken.exceptions if isinstance(error, DomainError))
        return Outcome(None, errors, input.client_mutation_id)

    async def use_case(session: WriteSession) -> int:
        if input.continues is None:
            first, *_ = await threads.begin(session, runtime, texts, author_id=viewer_id)
        else:
            named_id = ids.raw_id(input.continues, "Tweet")
            first, *_ = await threads.extend(session, runtime, named_id, texts, author_id=viewer_id)
        return first.id

    return await outcome(
        context, use_case, input, mutation="postThread", counted=Counted(RateLimitedAction.TWEET, times=len(texts))
    )


async def threads_of(parents: list[Outcome], context: Context) -> list[Thread | None]:
    tweets = await tweets_of(parents, context)
    return [None if tweet is None or tweet.thread_id is None else Thread(id=tweet.thread_id) for tweet in tweets]
