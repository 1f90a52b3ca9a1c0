"""Fields of tweets."""

from __future__ import annotations

from domain import ids
from domain.errors import MalformedId
from domain.records import Tweet, TweetResult, TweetUnavailable, TweetViewerState, UnavailableReason, UserResult
from domain.text import Mention
from resolvers.context import Context


async def tweet(context: Context, *, id: ids.GlobalId) -> TweetResult | None:
    raw = ids.raw_id(id, "Tweet")
    if raw is None:
        raise MalformedId(id)
    found = await context.loaders.tweet_by_id.load(raw)
    never_existed = isinstance(found, TweetUnavailable) and found.reason is UnavailableReason.NOT_FOUND
    return None if never_existed else found


async def authors(parents: list[Tweet], context: Context) -> list[UserResult]:
    return await context.loaders.user_by_id.load_many([parent.author_id for parent in parents])


async def in_reply_to(parents: list[Tweet], context: Context) -> list[TweetResult | None]:
    replied_to = [parent.in_reply_to_id for parent in parents if parent.in_reply_to_id is not None]
    found = dict(zip(replied_to, await context.loaders.embedded_tweet_by_id.load_many(replied_to), strict=True))
    return [None if parent.in_reply_to_id is None else found[parent.in_reply_to_id] for parent in parents]


async def viewer_states(parents: list[Tweet], context: Context) -> list[TweetViewerState | None]:
    return await context.loaders.tweet_viewer_state_by_id.load_many([parent.id for parent in parents])


async def mentioned_users(parents: list[Mention], context: Context) -> list[UserResult | None]:
    return await context.loaders.user_by_username.load_many([parent.username for parent in parents])
