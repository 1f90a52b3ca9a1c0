"""Fields of people."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from domain.errors import MalformedId
from domain.ids import GlobalId, Snowflake, raw_id
from domain.records import TweetResult, User, UserResult, UserViewerState, Viewer
from resolvers.context import Context
from resolvers.lookups import embedded_tweets, ever_was, named, pointed_at


class UserBy(Protocol):
    """Exactly one is set."""

    id: str | None
    username: str | None
    raw_id: Snowflake | None


async def user(context: Context, *, by: UserBy) -> UserResult | None:
    if by.username is not None:
        return await context.loaders.user_by_username.load(by.username.replace("\0", "\ufffd"))
    user_id = by.raw_id
    if by.id is not None:
        user_id = _user_id(by.id)
    assert user_id is not None
    return (await _known([user_id], context)).get(user_id)


def _user_id(text: str) -> Snowflake:
    raw = raw_id(text, "User")
    if raw is None:
        raise MalformedId(text)
    return Snowflake(raw)


async def viewer(context: Context) -> Viewer | None:
    return context.viewer


async def users(context: Context, *, ids: list[GlobalId]) -> list[UserResult | MalformedId | None]:
    return await named(ids, context, partial(raw_id, node_type="User"), _known)


async def _known(user_ids: list[int], context: Context) -> dict[int, UserResult]:
    found = await context.loaders.user_by_id.load_many(user_ids)
    return {user.id: user for user in found if ever_was(user)}


async def pinned_tweets(parents: list[User], context: Context) -> list[TweetResult | None]:
    return await pointed_at([parent.pinned_tweet_id for parent in parents], context, embedded_tweets)


async def viewer_states(parents: list[User], context: Context) -> list[UserViewerState | None]:
    return await context.loaders.user_viewer_state_by_id.load_many([parent.id for parent in parents])
