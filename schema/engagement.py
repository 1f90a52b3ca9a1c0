"""Counters of tweets that are on screens."""

from __future__ import annotations

from datetime import datetime

import strawberry

from resolvers import engagement
from schema.binding import Bound, plain
from schema.nodes import Count


@strawberry.type(description="What people do with a tweet, in figures; of a retweet, with what it retweets.")
class TweetEngagement(Bound):
    record = engagement.TweetEngagement
    is_value = True
    tweet_id: strawberry.ID = plain("The tweet.")
    like_count: Count = plain("How many like it.")
    retweet_count: Count = plain("How many retweet it, without those who took it back.")
    quote_count: Count = plain("How many tweets quote it, without deleted ones.")
    reply_count: Count = plain("How many tweets answer it, without deleted ones.")
    bookmark_count: Count = plain("How many have bookmarked it; nobody is told who.")
    view_count: Count = plain("How many people have seen it, as `Tweet.viewCount`.")


@strawberry.type(description="Counters that are others now.")
class EngagementEvent(Bound):
    record = engagement.EngagementEvent
    at: datetime = plain("When the server sent it.")
    tweets: list[TweetEngagement] = plain(
        "Each tweet whose figures have changed, with all of them as they are; at most 100, in the order of `ids`."
    )
