"""The viewer's deleted tweets, while they can be restored."""

from __future__ import annotations

from domain.pages import Connection, PageArgs
from domain.records import DeletedTweet, Viewer
from domain.visibility import RESTORABLE_FOR
from resolvers.context import Context
from resolvers.listings import connected
from stores import tweets
from stores.deletions import DELETED


async def deleted_tweets(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[DeletedTweet]]:
    return await connected([viewer.user for viewer in parents], context, "deletedTweets", DELETED, page, _deleted)


async def _deleted(tweet_ids: list[int], context: Context) -> dict[int, DeletedTweet]:
    async with context.runtime.database.read() as session:
        stored = await tweets.by_id(session, tweet_ids, viewer_id=context.viewer_id)
    return {
        tweet_id: DeletedTweet(each.tweet, each.deleted_at, each.deleted_at + RESTORABLE_FOR)
        for tweet_id, each in stored.items()
        if each.deleted_at is not None
    }
