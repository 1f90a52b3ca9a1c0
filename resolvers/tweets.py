"""Fields of tweets."""

from __future__ import annotations

from domain.errors import BadArgument, MalformedId
from domain.ids import GlobalId, raw_id
from domain.pages import MAX_PAGE
from domain.records import Tweet, TweetResult, TweetUnavailable, TweetViewerState, UnavailableReason, UserResult
from domain.text import Mention
from resolvers.context import Context
from resolvers.lookups import embedded_tweets, pointed_at, user_results


async def tweet(context: Context, *, id: GlobalId) -> TweetResult | None:
    raw = raw_id(id, "Tweet")
    if raw is None:
        raise MalformedId(id)
    return _unless_it_never_was(await context.loaders.tweet_by_id.load(raw))


async def authors(parents: list[Tweet], context: Context) -> list[UserResult]:
    return await context.loaders.user_by_id.load_many([parent.author_id for parent in parents])


async def tweets(context: Context, *, ids: list[GlobalId]) -> list[TweetResult | MalformedId | None]:
    """A malformed id, or one of another type, spoils its own entry only."""
    if len(ids) > MAX_PAGE:
        raise BadArgument(f"'ids' has {len(ids)} ids; the limit is {MAX_PAGE}.")
    wanted = [raw_id(text, "Tweet") for text in ids]
    raw_ids = [raw for raw in wanted if raw is not None]
    found = dict(zip(raw_ids, await context.loaders.tweet_by_id.load_many(raw_ids), strict=True))
    return [
        MalformedId(text) if raw is None else _unless_it_never_was(found[raw])
        for text, raw in zip(ids, wanted, strict=True)
    ]


def _unless_it_never_was(found: TweetResult) -> TweetResult | None:
    never_was = isinstance(found, TweetUnavailable) and found.reason is UnavailableReason.NOT_FOUND
    return None if never_was else found


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
