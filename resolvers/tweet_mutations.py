"""Posting, liking."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import DomainError, NotTheRoot
from domain.languages import checked_language
from domain.places import checked_place
from domain.polls import PollDraft, checked_poll
from domain.rate_limits import RateLimitedAction
from domain.records import Place, ReplyPolicy, Tweet
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.lookups import visible_tweets
from resolvers.mutations import MutationInput, Outcome, outcome, refused, subjects_of
from services import likes, polls, tweets
from services.rate_limits import Counted
from services.tweets import Draft


class PlaceInput(Protocol):
    latitude: float
    longitude: float
    name: str | None


class PollInput(Protocol):
    options: list[str]
    duration_minutes: int
    multiple: bool


class PostTweetInput(MutationInput, Protocol):
    text: str
    in_reply_to: str | None
    quote: str | None
    reply_policy: ReplyPolicy
    sensitive: bool
    language: str | None
    place: PlaceInput | None
    poll: PollInput | None


class TweetInput(MutationInput, Protocol):
    tweet_id: str


async def post(context: Context, *, input: PostTweetInput) -> Outcome:
    runtime, viewer_id = context.runtime, context.required_viewer().user.id
    try:
        text = tweets.accepted_text(runtime, input.text)
        language = None if input.language is None else checked_language(input.language)
        place = None if input.place is None else _checked_place(input.place)
        poll = None if input.poll is None else _checked_poll(input.poll)
        if input.in_reply_to is not None and input.reply_policy is not ReplyPolicy.EVERYONE:
            raise NotTheRoot(field="replyPolicy")
    except DomainError as error:
        return refused(error, input)

    async def use_case(session: WriteSession) -> int:
        parent = quoted = None
        if input.in_reply_to is not None:
            parent_id = ids.raw_id(input.in_reply_to, "Tweet")
            parent = await tweets.parent_of_reply(session, parent_id, viewer_id=viewer_id)
        if input.quote is not None:
            quoted = await tweets.quotable(session, ids.raw_id(input.quote, "Tweet"), viewer_id=viewer_id)
        draft = Draft(
            id=runtime.snowflakes.next(above=max((tweet.id for tweet in (parent, quoted) if tweet), default=0)),
            author_id=viewer_id,
            text=text,
            created_at=runtime.now(),
            in_reply_to=parent,
            quoted=quoted,
            reply_policy=input.reply_policy,
            is_sensitive=input.sensitive,
            language=language,
            place=place,
        )
        [posted] = await tweets.post(session, [draft], thresholds=runtime.fanout_thresholds)
        if poll is not None:
            await polls.ask(session, posted, poll)
        return posted.id

    return await outcome(context, use_case, input, mutation="postTweet", counted=Counted(RateLimitedAction.TWEET))


def _checked_place(place: PlaceInput) -> Place:
    return checked_place(latitude=place.latitude, longitude=place.longitude, name=place.name)


def _checked_poll(poll: PollInput) -> PollDraft:
    return checked_poll(poll.options, duration_minutes=poll.duration_minutes, is_multiple=poll.multiple)


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
    return await subjects_of(parents, context, visible_tweets)
