"""Counts of tweets and people."""

from __future__ import annotations

from domain.records import TweetCounts, UserCounts, Views
from infra.database import Reads
from stores import counts, views


async def of_tweets(database: Reads, tweet_ids: list[int]) -> list[TweetCounts]:
    async with database.read() as session:
        found = await counts.of_tweets(session, tweet_ids)
    return [found[tweet_id] for tweet_id in tweet_ids]


async def views_of_tweets(database: Reads, tweet_ids: list[int]) -> list[Views | None]:
    """None where nobody was counted yet."""
    async with database.read() as session:
        found = await views.of_tweets(session, tweet_ids)
    return [found.get(tweet_id) for tweet_id in tweet_ids]


async def of_users(database: Reads, user_ids: list[int]) -> list[UserCounts]:
    async with database.read() as session:
        found = await counts.of_users(session, user_ids)
    return [found[user_id] for user_id in user_ids]
