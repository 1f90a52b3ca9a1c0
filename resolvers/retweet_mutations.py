"""Retweeting, and taking it back."""

from __future__ import annotations

from domain import ids
from domain.rate_limits import RateLimitedAction
from domain.records import Tweet
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import Outcome, outcome
from resolvers.tweet_mutations import TweetInput
from services import fan_out, retweets
from services.rate_limits import Counted


async def retweet(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    posted: list[int] = []

    async def use_case(session: WriteSession) -> int:
        original, retweet = await retweets.retweet_one(session, context.runtime, tweet_id, user_id=viewer_id)
        posted.append(retweet.id)
        return original.id

    done = await outcome(
        context,
        use_case,
        input,
        mutation="retweetTweet",
        subject_if_refused=tweet_id,
        counted=Counted(RateLimitedAction.TWEET),
    )
    if posted:
        await fan_out.show_author_best_effort(context.runtime.redis, viewer_id, posted)
    return done


async def undo(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return await retweets.undo(session, tweet_id, user_id=viewer_id, now=context.runtime.now())

    return await outcome(context, use_case, input, mutation="unretweetTweet")


async def retweets_of(parents: list[Outcome], context: Context) -> list[Tweet | None]:
    """The viewer's retweet of the tweet that each mutation was about; None where there is none."""
    subjects = [parent.subject_id for parent in parents if parent.subject_id is not None]
    states = await context.loaders.tweet_viewer_state_by_id.load_many(subjects)
    retweet_ids = {
        subject: state.retweet_id
        for subject, state in zip(subjects, states, strict=True)
        if state is not None and state.retweet_id is not None
    }
    found = dict(zip(retweet_ids, await context.loaders.tweet_by_id.load_many(list(retweet_ids.values())), strict=True))
    seen = (None if parent.subject_id is None else found.get(parent.subject_id) for parent in parents)
    return [record if isinstance(record, Tweet) else None for record in seen]
