"""Threads, and the places of tweets in them."""

from __future__ import annotations

from domain.records import Thread, ThreadPosition, Tweet, TweetResult
from resolvers.context import Context
from stores import threads


def thread(parent: Tweet) -> Thread | None:
    return None if parent.thread_id is None else Thread(id=parent.thread_id)


async def roots(parents: list[Thread], context: Context) -> list[TweetResult]:
    return await context.loaders.embedded_tweet_by_id.load_many([parent.id for parent in parents])


async def positions(parents: list[Tweet], context: Context) -> list[ThreadPosition | None]:
    thread_ids = sorted({parent.thread_id for parent in parents if parent.thread_id is not None})
    if not thread_ids:
        return [None] * len(parents)
    async with context.runtime.database.read() as session:
        sizes = await threads.sizes(session, thread_ids)
    return [_position(parent, sizes) for parent in parents]


def _position(tweet: Tweet, sizes: dict[int, int]) -> ThreadPosition | None:
    if tweet.thread_id is None or tweet.thread_index is None:
        return None
    return ThreadPosition(index=tweet.thread_index + 1, total=sizes.get(tweet.thread_id, tweet.thread_index + 1))
