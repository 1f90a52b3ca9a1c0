"""Retweeting, and taking it back."""

from __future__ import annotations

from domain import ids
from domain.rate_limits import RateLimitedAction
from domain.records import Tweet
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.lookups import visible_tweets
from resolvers.mutations import Outcome, outcome, subjects_of
from resolvers.tweet_mutations import TweetInput
from services import retweets
from services.rate_limits import Counted


async def retweet(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        original, _ = await retweets.retweet_one(session, context.runtime, tweet_id, user_id=viewer_id)
        return original.id

    return await outcome(
        context,
        use_case,
        input,
        mutation="retweetTweet",
        subject_if_refused=tweet_id,
        counted=Counted(RateLimitedAction.TWEET),
    )


async def undo(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return await retweets.undo(session, tweet_id, user_id=viewer_id, now=context.runtime.now())

    return await outcome(context, use_case, input, mutation="unretweetTweet")


async def retweets_of(parents: list[Outcome], context: Context) -> list[Tweet | None]:
    """The viewer's retweet of the tweet that each mutation was about; None where there is none."""
    return await subjects_of(parents, context, _retweets)


async def _retweets(tweet_ids: list[int], context: Context) -> dict[int, Tweet]:
    states = await context.loaders.tweet_viewer_state_by_id.load_many(tweet_ids)
    retweet_ids = {
        tweet_id: state.retweet_id
        for tweet_id, state in zip(tweet_ids, states, strict=True)
        if state is not None and state.retweet_id is not None
    }
    found = await visible_tweets(list(retweet_ids.values()), context)
    return {tweet_id: found[retweet_id] for tweet_id, retweet_id in retweet_ids.items() if retweet_id in found}
