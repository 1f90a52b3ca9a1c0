"""Entries of home timelines."""

from __future__ import annotations

from domain.records import (
    RankExplanation,
    TimelineReason,
    TimelineReasonCode,
    TimelineTweet,
    Tweet,
    User,
)
from resolvers.context import Context
from resolvers.lookups import visible_users
from stores.followed_retweets import Retweeters


def home_item(tweet: Tweet, *, is_own: bool, rank: RankExplanation | None = None) -> TimelineTweet:
    if tweet.retweet_of_id is not None:
        return TimelineTweet(tweet, TimelineReason(TimelineReasonCode.RETWEET, via_ids=(tweet.author_id,)), rank)
    if is_own:
        code = TimelineReasonCode.SELF
    else:
        code = TimelineReasonCode.PULLED_LARGE_ACCOUNT if tweet.is_pulled else TimelineReasonCode.FOLLOWED
    return TimelineTweet(tweet, TimelineReason(code), rank)


async def via(parents: list[TimelineReason], context: Context) -> list[list[User]]:
    people = iter(
        await context.loaders.user_by_id.load_many([user_id for parent in parents for user_id in parent.via_ids])
    )
    found = [[next(people) for _ in parent.via_ids] for parent in parents]
    return [[user for user in users if isinstance(user, User)] for users in found]


async def retweeted_by(parents: list[TimelineTweet], context: Context) -> list[list[User]]:
    found = await _retweeters(parents, context)
    people = await visible_users([user_id for each in found for user_id in each.first_ids], context)
    return [[people[user_id] for user_id in each.first_ids if user_id in people] for each in found]


async def retweeter_counts(parents: list[TimelineTweet], context: Context) -> list[int]:
    return [each.count for each in await _retweeters(parents, context)]


async def _retweeters(parents: list[TimelineTweet], context: Context) -> list[Retweeters]:
    """Of a retweet, those of its original."""
    return await context.loaders.followed_retweeters_by_tweet_id.load_many(
        [parent.tweet.retweet_of_id or parent.tweet.id for parent in parents]
    )
