"""Posting, deleting, liking."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import DomainError
from domain.records import Tweet
from domain.tweets import checked_text
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome, refused
from services import fan_out, likes, tweets
from services.tweets import Draft


class PostTweetInput(MutationInput, Protocol):
    text: str
    in_reply_to: str | None


class TweetInput(MutationInput, Protocol):
    tweet_id: str


async def post(context: Context, *, input: PostTweetInput) -> Outcome:
    viewer_id = context.required_viewer().user.id
    try:
        text = checked_text(input.text)
    except DomainError as error:
        return refused(error, input)

    async def use_case(session: WriteSession) -> int:
        parent = None
        if input.in_reply_to is not None:
            parent_id = ids.raw_id(input.in_reply_to, "Tweet")
            parent = await tweets.parent_of_reply(session, parent_id, viewer_id=viewer_id)
        draft = Draft(
            id=context.runtime.snowflakes.next(),
            author_id=viewer_id,
            text=text,
            created_at=context.runtime.now(),
            in_reply_to=parent,
        )
        return (await tweets.post(session, [draft]))[0].id

    posted = await outcome(context, use_case, input, mutation="postTweet")
    if posted.subject_id is not None:
        await fan_out.show_author_best_effort(context.runtime.redis, viewer_id, posted.subject_id)
    return posted


async def delete(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await tweets.delete(session, tweet_id, author_id=viewer_id, now=context.runtime.now())).id

    return await outcome(context, use_case, input, mutation="deleteTweet")


async def like(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        like_id = context.runtime.snowflakes.next()
        return (await likes.like_one(session, tweet_id, like_id=like_id, user_id=viewer_id)).id

    return await outcome(context, use_case, input, mutation="likeTweet", subject_if_refused=tweet_id)


async def unlike(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await likes.unlike(session, tweet_id, user_id=viewer_id)).id

    return await outcome(context, use_case, input, mutation="unlikeTweet")


async def tweets_of(parents: list[Outcome], context: Context) -> list[Tweet | None]:
    """The tweet each mutation was about; None when it was refused or the tweet is gone by now."""
    wanted = [parent.subject_id for parent in parents if parent.subject_id is not None]
    found = dict(zip(wanted, await context.loaders.tweet_by_id.load_many(wanted), strict=True))
    seen = (None if parent.subject_id is None else found[parent.subject_id] for parent in parents)
    return [record if isinstance(record, Tweet) else None for record in seen]


def deleted_tweet_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("Tweet", parent.subject_id)
