"""What tweets said before, and whether they can still be edited."""

from __future__ import annotations

from domain import edits
from domain.pages import Connection, PageArgs, connection
from domain.records import EditControls, Tweet, TweetVersion
from resolvers.context import Context
from resolvers.listings import listed_ids
from stores import tweet_versions
from stores.tweet_versions import VERSIONS

ALL_VERSIONS = edits.MAX_EDITS + 1


async def versions(parents: list[Tweet], context: Context, *, page: PageArgs) -> list[Connection[TweetVersion]]:
    request = page.requested("edits", default=ALL_VERSIONS)
    pages = await listed_ids(parents, context, VERSIONS, request)
    async with context.runtime.database.read() as session:
        found = await tweet_versions.of_tweets(session, [tweet.id for tweet in parents])
    return [
        connection(
            "edits",
            request,
            [(version, found[tweet.id][version]) for _, version in listed.entries if version in found[tweet.id]],
            has_more=listed.has_more,
        )
        for tweet, listed in zip(parents, pages, strict=True)
    ]


async def controls(parents: list[Tweet], context: Context) -> list[EditControls | None]:
    """For the author's eyes."""
    own = [tweet for tweet in parents if tweet.author_id == context.viewer_id]
    polls = await context.loaders.poll_by_tweet_id.load_many([tweet.id for tweet in own])
    now = context.runtime.now()
    found = {
        tweet.id: EditControls(
            eligible=edits.why_not_editable(tweet, has_poll=poll is not None, now=now) is None,
            until=edits.editable_until(tweet),
            remaining=edits.edits_left(tweet),
        )
        for tweet, poll in zip(own, polls, strict=True)
    }
    return [found.get(tweet.id) for tweet in parents]
