"""Tweets as a viewer sees them."""

from __future__ import annotations

from domain.records import StoredTweet, Tweet, TweetResult, TweetUnavailable, UnavailableReason
from domain.visibility import tweet_as_embedded, tweet_as_seen
from infra.database import Reads
from stores import home_timelines, tweets


async def by_id(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> list[TweetResult]:
    """For tweets that the viewer asks for."""
    found = await _stored(database, viewer_id, tweet_ids)
    return [
        tweet_as_seen(found[tweet_id], viewer_id=viewer_id) if tweet_id in found else _missing(tweet_id)
        for tweet_id in tweet_ids
    ]


async def embedded_by_id(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> list[TweetResult]:
    """For tweets that another tweet or a person brings along."""
    found = await _stored(database, viewer_id, tweet_ids)
    return [
        tweet_as_embedded(found[tweet_id], viewer_id=viewer_id) if tweet_id in found else _missing(tweet_id)
        for tweet_id in tweet_ids
    ]


async def in_home_timeline(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> list[Tweet | None]:
    """None for tweets that are not in the viewer's at this moment, and for all where nobody is signed in."""
    if viewer_id is None:
        return [None] * len(tweet_ids)
    async with database.read() as session:
        found = await home_timelines.belonging(session, viewer_id, tweet_ids)
    return [found.get(tweet_id) for tweet_id in tweet_ids]


async def _stored(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> dict[int, StoredTweet]:
    async with database.read() as session:
        return await tweets.by_id(session, tweet_ids, viewer_id=viewer_id)


def _missing(tweet_id: int) -> TweetUnavailable:
    return TweetUnavailable(id=tweet_id, reason=UnavailableReason.NOT_FOUND)
