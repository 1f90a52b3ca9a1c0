"""Posting, deleting, liking."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import DomainError, NotFound
from domain.records import Tweet
from domain.tweets import checked_text
from domain.user_errors import user_error
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import Outcome, UseCase, outcome
from services import fan_out, tweets
from services.tweets import Draft


class PostTweetInput(Protocol):
    text: str
    in_reply_to: str | None
    idempotency_key: str | None
    client_mutation_id: str | None


class TweetInput(Protocol):
    tweet_id: str
    idempotency_key: str | None
    client_mutation_id: str | None


async def post(context: Context, *, input: PostTweetInput) -> Outcome:
    viewer_id = context.required_viewer().user.id
    try:
        text = checked_text(input.text)
    except DomainError as error:
        return Outcome(None, (user_error(error),), input.client_mutation_id)
    parent_id = None if input.in_reply_to is None else ids.raw_id(input.in_reply_to, "Tweet")

    async def use_case(session: WriteSession) -> int:
        parent = None
        if input.in_reply_to is not None:
            parent = await tweets.parent_of_reply(session, parent_id, viewer_id=viewer_id)
        draft = Draft(
            id=context.runtime.snowflakes.next(),
            author_id=viewer_id,
            text=text,
            created_at=context.runtime.now(),
            in_reply_to=parent,
        )
        return (await tweets.post(session, [draft]))[0].id

    posted = await outcome(
        context,
        use_case,
        request=("postTweet", text.text, input.in_reply_to),
        idempotency_key=input.idempotency_key,
        client_mutation_id=input.client_mutation_id,
    )
    if posted.subject_id is not None:
        await fan_out.show_author_best_effort(context.runtime.redis, viewer_id, posted.subject_id)
    return posted


async def delete(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        tweet = await tweets.delete(session, _known(tweet_id), author_id=viewer_id, now=context.runtime.now())
        return tweet.id

    return await _on_tweet(context, "deleteTweet", use_case, input)


async def like(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await tweets.like_one(session, _known(tweet_id), user_id=viewer_id, now=context.runtime.now())).id

    return await _on_tweet(context, "likeTweet", use_case, input, subject_if_refused=tweet_id)


async def unlike(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await tweets.unlike(session, _known(tweet_id), user_id=viewer_id)).id

    return await _on_tweet(context, "unlikeTweet", use_case, input)


async def tweets_of(parents: list[Outcome], context: Context) -> list[Tweet | None]:
    """The tweet each mutation was about; None when it was refused or the tweet is gone by now."""
    wanted = [parent.subject_id for parent in parents if parent.subject_id is not None]
    found = dict(zip(wanted, await context.loaders.tweet_by_id.load_many(wanted), strict=True))
    seen = (None if parent.subject_id is None else found[parent.subject_id] for parent in parents)
    return [record if isinstance(record, Tweet) else None for record in seen]


def deleted_tweet_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("Tweet", parent.subject_id)


def _known(tweet_id: int | None) -> int:
    if tweet_id is None:
        raise NotFound("tweet", field="tweetId")
    return tweet_id


async def _on_tweet(
    context: Context,
    mutation: str,
    use_case: UseCase,
    input: TweetInput,
    *,
    subject_if_refused: int | None = None,
) -> Outcome:
    return await outcome(
        context,
        use_case,
        request=(mutation, input.tweet_id),
        idempotency_key=input.idempotency_key,
        client_mutation_id=input.client_mutation_id,
        subject_if_refused=subject_if_refused,
    )
