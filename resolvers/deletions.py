"""The viewer's deleted tweets, while they can be restored."""

from __future__ import annotations

from domain.pages import Connection, PageArgs, connection
from domain.records import DeletedTweet, Viewer
from domain.visibility import RESTORABLE_FOR
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE, listed_ids
from stores import tweets
from stores.deletions import DELETED


async def deleted_tweets(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[DeletedTweet]]:
    request = page.requested("deletedTweets", default=DEFAULT_PAGE)
    pages = await listed_ids([viewer.user for viewer in parents], context, DELETED, request)
    ids = [tweet_id for listed in pages for _, tweet_id in listed.entries]
    async with context.runtime.database.read() as session:
        stored = await tweets.by_id(session, ids, viewer_id=context.viewer_id)
    # Between the two statements a tweet may have been restored or purged.
    deleted = {
        tweet_id: DeletedTweet(each.tweet, each.deleted_at, each.deleted_at + RESTORABLE_FOR)
        for tweet_id, each in stored.items()
        if each.deleted_at is not None
    }
    return [
        connection(
            "deletedTweets",
            request,
            [(key, deleted[tweet_id]) for key, tweet_id in listed.entries if tweet_id in deleted],
            has_more=listed.has_more,
        )
        for listed in pages
    ]
