"""Fields of tweets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter

from domain.errors import MalformedId
from domain.ids import GlobalId, raw_id
from domain.records import AuthoredTweet, HydratedTweet, Tweet, TweetResult, TweetViewerState, User, UserResult
from domain.text import Mention
from resolvers.context import Context
from resolvers.lookups import embedded_tweets, ever_was, named, pointed_at, user_results


async def tweet(context: Context, *, id: GlobalId) -> TweetResult | None:
    raw = raw_id(id, "Tweet")
    if raw is None:
        raise MalformedId(id)
    return (await _known([raw], context)).get(raw)


BROUGHT_AUTHORS: Mapping[type, Callable[[AuthoredTweet], User]] = dict.fromkeys(
    (AuthoredTweet, HydratedTweet), attrgetter("author")
)


async def authors(parents: list[Tweet], context: Context) -> list[UserResult]:
    return await context.loaders.user_by_id.load_many([parent.author_id for parent in parents])


async def tweets(context: Context, *, ids: list[GlobalId]) -> list[TweetResult | MalformedId | None]:
    return await named(ids, context, partial(raw_id, node_type="Tweet"), _known)


async def _known(tweet_ids: list[int], context: Context) -> dict[int, TweetResult]:
    found = await context.loaders.tweet_by_id.load_many(tweet_ids)
    return {tweet.id: tweet for tweet in found if ever_was(tweet)}


async def in_reply_to(parents: list[Tweet], context: Context) -> list[TweetResult | None]:
    return await pointed_at([parent.in_reply_to_id for parent in parents], context, embedded_tweets)


async def quoted(parents: list[Tweet], context: Context) -> list[TweetResult | None]:
    return await pointed_at([parent.quoted_id for parent in parents], context, embedded_tweets)


async def retweet_of(parents: list[Tweet], context: Context) -> list[TweetResult | None]:
    return await pointed_at([parent.retweet_of_id for parent in parents], context, embedded_tweets)


async def conversations(parents: list[Tweet], context: Context) -> list[TweetResult]:
    roots = [None if parent.conversation_id == parent.id else parent.conversation_id for parent in parents]
    found = await pointed_at(roots, context, embedded_tweets)
    return [root or parent for parent, root in zip(parents, found, strict=True)]


async def viewer_states(parents: list[Tweet], context: Context) -> list[TweetViewerState | None]:
    return await context.loaders.tweet_viewer_state_by_id.load_many([parent.id for parent in parents])


async def mentioned_users(parents: list[Mention], context: Context) -> list[UserResult | None]:
    return await pointed_at([parent.user_id for parent in parents], context, user_results)
