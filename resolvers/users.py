"""Fields of people."""

from __future__ import annotations

from typing import Protocol

from domain.errors import BadArgument, MalformedId
from domain.ids import GlobalId, Snowflake, raw_id
from domain.pages import MAX_PAGE
from domain.records import TweetResult, UnavailableReason, User, UserResult, UserUnavailable, UserViewerState, Viewer
from resolvers.context import Context
from resolvers.lookups import embedded_tweets, pointed_at


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
    return _if_ever(await context.loaders.user_by_id.load(user_id))


def _user_id(text: str) -> Snowflake:
    raw = raw_id(text, "User")
    if raw is None:
        raise MalformedId(text)
    return Snowflake(raw)


async def viewer(context: Context) -> Viewer | None:
    return context.viewer


async def users(context: Context, *, ids: list[GlobalId]) -> list[UserResult | MalformedId | None]:
    """A malformed id, and one of another type, spoils its own entry only."""
    if len(ids) > MAX_PAGE:
        raise BadArgument(f"'ids' has {len(ids)} ids; the limit is {MAX_PAGE}.")
    wanted = [raw_id(text, "User") for text in ids]
    known = [user_id for user_id in wanted if user_id is not None]
    found = dict(zip(known, await context.loaders.user_by_id.load_many(known), strict=True))
    return [
        MalformedId(text) if user_id is None else _if_ever(found[user_id])
        for text, user_id in zip(ids, wanted, strict=True)
    ]


def _if_ever(found: UserResult) -> UserResult | None:
    """None where there never was such a user."""
    never_existed = isinstance(found, UserUnavailable) and found.reason is UnavailableReason.NOT_FOUND
    return None if never_existed else found


async def pinned_tweets(parents: list[User], context: Context) -> list[TweetResult | None]:
    return await pointed_at([parent.pinned_tweet_id for parent in parents], context, embedded_tweets)


async def viewer_states(parents: list[User], context: Context) -> list[UserViewerState | None]:
    return await context.loaders.user_viewer_state_by_id.load_many([parent.id for parent in parents])
