"""Who of those whom a viewer follows retweeted."""

from __future__ import annotations

from infra.database import Reads
from stores import followed_retweets
from stores.followed_retweets import Retweeters


async def of_tweets(database: Reads, viewer_id: int | None, tweet_ids: list[int]) -> list[Retweeters]:
    """Nobody when nobody is signed in."""
    if viewer_id is None:
        return [Retweeters()] * len(tweet_ids)
    async with database.read() as session:
        found = await followed_retweets.retweeters(session, tweet_ids, viewer_id=viewer_id)
    return [found.get(tweet_id, Retweeters()) for tweet_id in tweet_ids]
