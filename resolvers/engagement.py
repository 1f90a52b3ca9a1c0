"""Counters of tweets that are on screens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime

import msgspec

from domain import ids as identity
from domain.errors import BadArgument, MalformedId
from domain.pages import MAX_PAGE
from domain.records import Count, Engagement
from resolvers.context import Context
from resolvers.counts import exact_count, view_count


class TweetEngagement(msgspec.Struct, frozen=True):
    raw_tweet_id: int
    like_count: Count
    retweet_count: Count
    quote_count: Count
    reply_count: Count
    bookmark_count: Count
    view_count: Count

    @property
    def tweet_id(self) -> identity.GlobalId:
        return identity.global_id("Tweet", self.raw_tweet_id)


class EngagementEvent(msgspec.Struct, frozen=True):
    at: datetime
    tweets: tuple[TweetEngagement, ...]


async def events(context: Context, *, ids: list[identity.GlobalId]) -> AsyncIterator[EngagementEvent]:
    """Raises BadArgument or MalformedId."""
    if not 1 <= len(ids) <= MAX_PAGE:
        raise BadArgument(f"'ids' has {len(ids)} ids; it must be 1 to {MAX_PAGE}.")
    tweet_ids = list(dict.fromkeys(map(_raw, ids)))
    async with aclosing(context.runtime.engagement.stream(tweet_ids, viewer_id=context.viewer_id)) as looks:
        async for seen in looks:
            tweets = [_shown(tweet_id, each, seen.as_of) for tweet_id, each in seen.by_tweet_id.items()]
            yield EngagementEvent(at=context.runtime.now(), tweets=tuple(tweets))


def _raw(text: identity.GlobalId) -> int:
    raw = identity.raw_id(text, "Tweet")
    if raw is None:
        raise MalformedId(text)
    return raw


def _shown(tweet_id: int, engagement: Engagement, as_of: datetime) -> TweetEngagement:
    counts = engagement.counts
    return TweetEngagement(
        tweet_id,
        like_count=exact_count(counts.likes, as_of),
        retweet_count=exact_count(counts.retweets, as_of),
        quote_count=exact_count(counts.quotes, as_of),
        reply_count=exact_count(counts.replies, as_of),
        bookmark_count=exact_count(counts.bookmarks, as_of),
        view_count=view_count(engagement.views, as_of),
    )
